/** What decides about tool calls: plugins, connectors, locks, approvals and the gate over them, each made once. */
import { createApprovalService } from '@/lib/approvals/approvals';
import type { AuditLog } from '@/lib/audit/log';
import { createCallService } from '@/lib/calls/calls';
import { createInFlightCalls } from '@/lib/calls/in-flight';
import { createConnectorService } from '@/lib/connectors/service';
import { createGate } from '@/lib/gate/gate';
import { createRates } from '@/lib/gate/rates';
import { createIdentityService } from '@/lib/identities/identities';
import { createSeenPrincipals } from '@/lib/identities/seen';
import { createLeakService } from '@/lib/leaks/leaks';
import { createLockService } from '@/lib/locks/locks';
import type { Clock } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { RedisLink } from '@/lib/platform/redis';
import { createSealer } from '@/lib/platform/sealing';
import { deriveSecret } from '@/lib/platform/secrets';
import { createPluginService } from '@/lib/plugins/plugins';
import { createPrivilegeService } from '@/lib/privileges/privileges';
import type { Activity } from '@/lib/runs/activity';
import type { RunEnder } from '@/lib/runs/ending';
import type { LiveRuns } from '@/lib/runs/live-runs';
import type { ToolTokenRegistry } from '@/lib/tokens/registry';
import { directoryOf } from '@/lib/tools/directory';
import { createToolsService } from '@/lib/tools/session';
import { createEmbeddedTraceStore } from '@/lib/traces/embedded-store';
import { createRedisTraceStore } from '@/lib/traces/redis-store';
import { createTraceService, type LookupOutcome } from '@/lib/traces/traces';
import { createWebhookService } from '@/lib/webhooks/webhooks';
import { createAgain, createTools } from './tools-queue';

export interface TrustOptions {
  config: Config;
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  live: LiveRuns;
  ender: RunEnder;
  activity: Activity;
  registry: ToolTokenRegistry;
  serverEnv: NodeJS.ProcessEnv;
  masterKey: string;
  bundledPluginsDir: string;
  onDecided: (code: string) => void;
  onTraceLookup: (outcome: LookupOutcome) => void;
  /** Null where everything is in this process. */
  redis: RedisLink | null;
}

const hourMs = 3_600_000;

export async function createTrust(options: TrustOptions) {
  const { config, db, audit, bus, clock, log, live, ender, activity, registry, serverEnv, masterKey, onDecided } =
    options;
  const { redis, onTraceLookup } = options;
  const { dataDir, publicUrl } = config;
  const common = { db, audit, bus, clock, log };
  const sealed = (what: string) => createSealer(deriveSecret(masterKey, what));

  const plugins = await createPluginService({
    ...common,
    ...{ dataDir, publicUrl, bundledDir: options.bundledPluginsDir, nodePath: process.execPath },
    liveRuns: () => live.all(),
  });
  const { runner, ...toolsService } = createTools({ config, redis, audit, bus, clock, log });
  const tools = createToolsService({
    runner,
    runsIn: runner.runsIn,
    directoryOf(runId) {
      const run = live.accepting(runId);
      if (!run) throw new AppError('RUN_NOT_ACTIVE');
      return directoryOf({ dataDir, runId, cwd: run.cwd });
    },
  });
  const connectors = await createConnectorService({
    ...common,
    sealer: sealed('connector secrets'),
    // The MCP client is large, and nobody waits for a connector while the server starts.
    async open(...connection) {
      const { createSessionOpener } = await import('@/lib/connectors/session');
      return createSessionOpener({ serverEnv, version: '0.1.0', openBuiltin: tools.open })(...connection);
    },
    bundled: [...plugins.bundledConnectors(), tools.bundled],
  });
  const privileges = await createPrivilegeService(common);
  const seen = createSeenPrincipals(common);
  const traces = createTraceService({
    ...{ audit, log, ttlSeconds: config.toolSessions.ttlSeconds, onLookup: onTraceLookup },
    store: redis
      ? createRedisTraceStore({ client: redis.client, prefix: config.toolSessions.prefix })
      : createEmbeddedTraceStore({ clock }),
    onPrincipal: seen.see,
  });
  const approvals = createApprovalService({
    ...common,
    runAcceptsCalls: (runId) => live.accepting(runId) !== undefined,
    onRunChanged: (runId) => activity.show(runId),
  });
  const calls = createCallService({ db, clock });
  const inFlight = createInFlightCalls();
  const locks = await createLockService({
    ...common,
    liveRuns: () => live.all(),
    async endRun(runId, message, by) {
      const wasLive = live.get(runId)?.ending === null;
      // The lock is durable: what it bites ends even where the end itself cannot be written.
      const ending = { status: 'revoked', action: 'run.revoke', tokenReason: 'lock', reason: message } as const;
      await ender.end(runId, { ...ending, by, refuseUnrecorded: false });
      return wasLive;
    },
    cancelCalls: inFlight.cancelConnector,
  });
  const leaks = createLeakService({ ...common, onRaised: (alert) => webhooks.leakRaised(alert) });
  const gate = createGate({
    ...common,
    ...{ registry, live, connectors, calls, inFlight, leaks, publicUrl, onDecided },
    locks: locks.index,
    plugins: plugins.index,
    held: approvals,
    rates: createRates(),
    traces,
    privileges: privileges.index,
  });
  const identities = createIdentityService({
    ...{ db, seen, privileges, calls, locks: locks.index, liveRuns: () => live.all() },
  });
  const toolsQueue = toolsService.queueService(createAgain({ gate, calls, traces }));
  const webhooks = createWebhookService({ ...common, publicUrl, sealer: sealed('webhooks') });

  const forget = () =>
    calls
      .forgetOld()
      .catch((error: unknown) => log.error({ err: error }, 'old arguments and results could not be deleted'));
  const forgetting = setInterval(forget, hourMs);
  forgetting.unref();

  return {
    ...{ plugins, connectors, approvals, calls, locks, leaks, gate, webhooks, traces, identities, toolsQueue },
    /** Once the live runs are known, and before anything is served. */
    async recover(): Promise<void> {
      await locks.enforce();
      await approvals.restore();
      await gate.recover();
    },
    /** What waits until somebody can be answered: the connectors' processes, and what is over. */
    begin(): void {
      connectors.begin();
      void forget();
    },
    async close(): Promise<void> {
      clearInterval(forgetting);
      await gate.settled();
      await leaks.close();
      await connectors.close();
      await toolsService.close();
      approvals.close();
      await webhooks.close();
      plugins.close();
      locks.close();
      await seen.close();
      await traces.close();
    },
  };
}
