/** The composition root: every service once, from config, with what it needs. Nothing else in the code makes one. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openAuditLog } from '@/lib/audit/log';
import { createAuditReader } from '@/lib/audit/reader';
import { writerInThread } from '@/lib/audit/writer-thread';
import { hasTerminal } from '@/lib/contracts/runs';
import { createOperatorService } from '@/lib/operators/operators';
import { createPasswords } from '@/lib/operators/passwords';
import { createServiceKeyService } from '@/lib/operators/service-keys';
import { createSessionService } from '@/lib/operators/sessions';
import { createSetupService } from '@/lib/operators/setup';
import { createSignInThrottle } from '@/lib/operators/throttle';
import { systemClock } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import { configureDatabase, createDatabase } from '@/lib/platform/database';
import { createEventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { openRedis } from '@/lib/platform/redis';
import { createSealer } from '@/lib/platform/sealing';
import { deriveSecret, loadOrCreateSecret, newMasterKey } from '@/lib/platform/secrets';
import { createSignalHub } from '@/lib/platform/signals';
import { databaseFile } from '@/lib/platform/sqlite';
import { createRelayService } from '@/lib/relay/relay';
import { createUpstreamService } from '@/lib/relay/upstreams/upstreams';
import { createActivity } from '@/lib/runs/activity';
import { createAgentEvents } from '@/lib/runs/agent-events';
import { createRunEnder } from '@/lib/runs/ending';
import { createLiveRuns } from '@/lib/runs/live-runs';
import { createOverview } from '@/lib/runs/overview';
import { createProcessTable } from '@/lib/runs/processes';
import { recover } from '@/lib/runs/recovery';
import { createRevocationService } from '@/lib/runs/revocation';
import { createRunService } from '@/lib/runs/runs';
import { createRunStarter } from '@/lib/runs/starting';
import type { Runtime } from '@/lib/runtime';
import { createScreenKeeper } from '@/lib/terminal/keeper';
import { createInternalCredentials } from '@/lib/tickets/internal';
import { createTicketStore } from '@/lib/tickets/tickets';
import { createTokenService } from '@/lib/tokens/tokens';
import { createCloud } from './cloud/cloud';
import { createMetrics } from './metrics';
import { createRefusalNotes } from './refusal-notes';
import { createSocketRegistry } from './sockets/registry';
import { createTrust } from './trust';

export interface RuntimeOptions {
  /** With the port it really listens on. */
  config: Config;
  log: Log;
  serverEnv: NodeJS.ProcessEnv;
  /** Where the bundled worker files are. */
  workersDir: string;
  /** Where the plugins that are shipped with Gatehouse were built. */
  bundledPluginsDir: string;
}

/** Builds and recovers everything; what it returns is ready to serve. */
export async function createRuntime({ config, log, serverEnv, workersDir, bundledPluginsDir }: RuntimeOptions) {
  const clock = systemClock;
  const masterKey = config.masterKey ?? loadOrCreateSecret(join(config.dataDir, 'secrets', 'master-key'), newMasterKey);
  // First, for a thread takes as long to come up as Prisma does.
  const writer = writerInThread(
    new Worker(join(workersDir, 'record.mjs'), { workerData: databaseFile(config.databaseUrl) }),
  );
  const db = createDatabase(config.databaseUrl);
  await configureDatabase(db);
  const redis = config.redisUrl === null ? null : await openRedis({ url: config.redisUrl, name: 'gatehouse', log });
  const bus = createEventBus({
    clock,
    replayLimit: limits.eventReplay,
    onListenerError: (error) => log.error({ err: error }, 'a listener of live events failed'),
  });
  const signals = createSignalHub();
  const live = createLiveRuns();
  const sockets = createSocketRegistry();
  const processes = createProcessTable();
  const internal = createInternalCredentials();

  const overview = createOverview({
    db,
    clock,
    live,
    audit: () => audit,
    registry: () => tokens.registry,
    approvalsPending: () => trust.approvals.pendingCount(),
  });
  overview.startSampling(bus);
  const metrics = createMetrics({ bus, live, sockets, audit: () => audit, registry: () => tokens.registry });
  const audit = await openAuditLog({
    writer,
    clock,
    log,
    onAppended(row) {
      overview.onAudit(row);
      bus.publish({ type: 'audit.appended', data: row });
    },
  });
  const tokens = createTokenService({
    db,
    audit,
    bus,
    clock,
    log,
    onChecked(code) {
      metrics.countDecision(code);
      overview.onTokenCheck();
    },
  });

  const passwords = createPasswords();
  const operators = createOperatorService({ db, audit, clock, bus, signals, passwords });
  const sessions = createSessionService({ db, audit, clock, signals });
  const serviceKeys = await createServiceKeyService({ db, audit, clock, signals, environmentKey: config.serviceKey });
  // A new password is hashed for half a second, on another thread: everything else comes up meanwhile.
  const adminMade = config.admin && operators.ensureAdmin(config.admin);
  adminMade?.catch(() => undefined);

  const worker = new Worker(join(workersDir, 'terminal.mjs'));
  const keeper = createScreenKeeper({
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on('message', handler),
  });
  const ender = createRunEnder({
    db,
    audit,
    bus,
    clock,
    log,
    live,
    tokens,
    sockets,
    processes,
    calls: {
      cancelInFlight: (runId, message) => trust.gate.endRun(runId, message),
      cancelHeld: (runId) => trust.approvals.cancelRun(runId),
    },
    credentials: { endRun: (...ending) => credentials.endRun(...ending) },
  });
  const activity = createActivity({ db, bus, clock, live, log });
  const agentEvents = createAgentEvents({ db, bus, clock, log });
  const trust = await createTrust({
    ...{ config, db, audit, bus, clock, log, live, ender, activity, serverEnv, masterKey, bundledPluginsDir },
    registry: tokens.registry,
    redis,
    onTraceLookup: metrics.countTraceLookup,
    onDecided(code) {
      metrics.countDecision(code);
      overview.onTokenCheck();
    },
  });
  const { plugins, locks, leaks, approvals, gate } = trust;
  const refusals = createRefusalNotes(audit);
  const { credentials, doorSecrets } = createCloud({
    ...{ config, serverEnv, masterKey, db, audit, bus, clock, log, live, refusals },
    locks: locks.index,
  });
  const starter = createRunStarter({
    config,
    serverEnv,
    db,
    audit,
    bus,
    clock,
    log,
    live,
    ender,
    tokens,
    internal,
    keeper,
    activity,
    plugins,
    locks: locks.index,
    credentials,
    leaks,
  });
  const relaySealer = createSealer(deriveSecret(masterKey, 'relay secrets'));
  const relayUpstreams = createUpstreamService({
    ...{ db, audit, bus, clock, log, sealer: relaySealer, starter, ender, live, locks: locks.index },
  });
  const runs = createRunService({
    dataDir: config.dataDir,
    db,
    audit,
    bus,
    live,
    starter,
    ender,
    tokens,
    agentEvents,
    sockets,
    processes,
    countCredentials: credentials.count,
  });
  const relay = createRelayService({
    ...{ db, audit, bus, clock, log, publicUrl: config.publicUrl, dataDir: config.dataDir },
    sealer: relaySealer,
    runs: {
      ...{ live, start: starter.start, endBySystem: ender.endBySystem, touch: activity.touch },
      mintToken: (runId, by) => runs.mintToken(runId, {}, by),
    },
  });

  signals.on('operatorEnded', ({ operatorId, sessionId }) =>
    sockets.endActor(
      (actor) =>
        actor.kind === 'operator' &&
        actor.id === operatorId &&
        (sessionId === undefined || actor.sessionId === sessionId),
    ),
  );
  signals.on('serviceKeyEnded', ({ keyId }) => sockets.endActor((actor) => actor.kind === 'key' && actor.id === keyId));

  const { swept } = await recover({
    ...{ dataDir: config.dataDir, db, audit, clock, log, live, starter, tokens, processes, plugins },
  });
  await credentials.restore();
  await trust.recover();
  await relay.restore();
  await relay.platforms.load();
  await relayUpstreams.load();
  await adminMade;
  const setup = await createSetupService({ operators, audit, clock, publicUrl: config.publicUrl });

  const runtime: Runtime = {
    config,
    authSecret: deriveSecret(masterKey, 'sign-in'),
    clock,
    log,
    db,
    bus,
    audit,
    auditReader: createAuditReader({ db, audit }),
    operators,
    sessions,
    serviceKeys,
    throttle: createSignInThrottle({ clock }),
    setup,
    tickets: createTicketStore({ clock, audit }),
    tokens,
    runs,
    revocation: createRevocationService({ db, ender }),
    overview,
    approvals,
    plugins,
    locks,
    leaks,
    identities: trust.identities,
    calls: trust.calls,
    credentials,
    connectors: trust.connectors,
    toolsQueue: trust.toolsQueue,
    webhooks: trust.webhooks,
    relay,
    relayUpstreams,
  };

  /** Ends the PTY runs of this process, then writes what waits. External runs go on without us. */
  async function close(): Promise<void> {
    await relayUpstreams.drain({ fast: true });
    const ending = {
      status: 'failed',
      action: 'run.fail',
      tokenReason: 'child_exit',
      reason: 'The server was shut down.',
    } as const;
    const ptys = live.all().filter(hasTerminal);
    await Promise.all(ptys.map(({ id }) => ender.endBySystem(id, ending)));
    await ender.settled();
    credentials.close();
    await relay.close();
    await relayUpstreams.close();
    await trust.close();
    await swept;
    activity.close();
    overview.close();
    await agentEvents.close();
    await tokens.close();
    await serviceKeys.flush();
    await audit.drain();
    await writer.close();
    await worker.terminate();
    await redis?.close();
    await db.$disconnect();
  }

  return {
    runtime,
    metrics,
    sockets,
    internal,
    live,
    agentEvents,
    worker,
    gate,
    doorSecrets,
    traces: trust.traces,
    /** Why it should get no traffic; empty when it should. */
    problems(): string[] {
      const behind = audit.lagMs() > 5_000 ? ['the record is more than 5 s behind'] : [];
      const away = redis?.problem() ?? null;
      return away === null
        ? behind
        : [...behind, `Redis cannot be asked, so calls that name a trace are refused: ${away}`];
    },
    begin(): void {
      trust.begin();
      relay.platforms.begin();
      relayUpstreams.begin();
    },
    /** Connectors hear that we go while runs and their sockets are still there. */
    leaveUpstreams: relayUpstreams.drain,
    refusals,
    close,
  };
}

export type ServerRuntime = Awaited<ReturnType<typeof createRuntime>>;
