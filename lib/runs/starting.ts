/** How a run begins: checked, on the record, its row, its token, its process. Nothing is left half-made. */
import { join } from 'node:path';
import type { AuditLog } from '@/lib/audit/log';
import { hasTerminal, isLiveRun, type Run, type StartRunBody } from '@/lib/contracts/runs';
import type { CredentialService } from '@/lib/credentials/credentials';
import type { PlannedCredential } from '@/lib/credentials/planning';
import type { LeakSink } from '@/lib/leaks/leaks';
import type { LeakCount } from '@/lib/leaks/scanner';
import type { LockIndex } from '@/lib/locks/lock-index';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, maxTimerMs } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { sha256Hex } from '@/lib/platform/secrets';
import type { PluginPin, PluginPinning } from '@/lib/plugins/pinning';
import type { ScreenKeeper } from '@/lib/terminal/keeper';
import type { InternalCredentials } from '@/lib/tickets/internal';
import type { TokenService } from '@/lib/tokens/tokens';
import type { Activity } from './activity';
import type { RunEnder } from './ending';
import { checkCloudEnvironment } from './environment';
import type { LiveRun, LiveRuns } from './live-runs';
import { toRun } from './rows';
import { type PtyPlan, planPty, spawnRun } from './start-pty';
import { requireUnlocked, underPlugin } from './under-plugin';

export interface CreatedRun {
  run: Run;
  /** For external runs alone, and only here: a run of the relay is minted its token when it asks for it. */
  token?: { id: string; token: string; expiresAt: string };
  /** The same, where they were given access to a cloud. */
  env?: Record<string, string>;
  notices?: string[];
}

export interface RunStarter {
  /** @throws AppError before anything exists, or RUN_START_FAILED with the run ended as failed. */
  start(body: StartRunBody, by: Actor): Promise<CreatedRun>;
  /** Brings a run that outlived a restart back, with its timer. */
  adopt(
    run: Run,
    more: Pick<LiveRun, 'agentEventSeq' | 'startedById' | 'plugin' | 'allowedEndpoints' | 'allowedOperations'>,
  ): void;
}

export interface RunStarterOptions {
  config: Config;
  serverEnv: NodeJS.ProcessEnv;
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  live: LiveRuns;
  ender: RunEnder;
  tokens: TokenService;
  internal: InternalCredentials;
  keeper: ScreenKeeper;
  activity: Activity;
  plugins: PluginPinning;
  locks: LockIndex;
  credentials: Pick<CredentialService, 'plan' | 'openFor'>;
  leaks: LeakSink;
}

export function recordingFile(dataDir: string, runId: string): string {
  return join(dataDir, 'recordings', `${runId}.cast`);
}

export function createRunStarter(options: RunStarterOptions): RunStarter {
  const { config, serverEnv, db, audit, bus, clock, log, live, ender, tokens, internal, keeper, activity } = options;
  const { plugins, locks, credentials, leaks } = options;

  function arm(run: LiveRun): void {
    const expire = () => {
      if (clock.now() < run.expiresAtMs) return arm(run);
      void ender.endBySystem(run.id, {
        status: 'expired',
        action: 'run.expire',
        tokenReason: 'run_ended',
        reason: 'Its time was over.',
      });
    };
    run.timer = setTimeout(expire, Math.min(Math.max(run.expiresAtMs - clock.now(), 1), maxTimerMs));
    run.timer.unref();
  }

  async function insert(
    id: string,
    body: StartRunBody,
    by: Actor,
    { plan, pin, planned }: { plan: PtyPlan | null; pin: PluginPin | null; planned: readonly PlannedCredential[] },
  ): Promise<LiveRun> {
    const startedAtMs = clock.now();
    const expiresAtMs = startedAtMs + body.ttlSeconds * 1000;
    const { title, kind, projectId, principal } = body;
    await audit.append({
      actor: actorName(by),
      action: 'run.start',
      target: id,
      // Arguments may hold secrets: the record proves which they were without telling them.
      data: {
        title,
        kind,
        projectId,
        principal,
        pluginId: body.pluginId ?? null,
        plugin: pin && { version: pin.version, tier: pin.tier, digest: pin.digest, granted: pin.granted },
        connectors: body.connectors ?? null,
        program: plan?.file ?? null,
        commandSha256: body.command ? sha256Hex(JSON.stringify(body.command)) : null,
        cwd: plan?.cwd ?? null,
        ttlSeconds: body.ttlSeconds,
        budgetUsd: body.budgetUsd ?? null,
        envNames: Object.keys(body.env ?? {}).sort(),
        credentials: planned.map(({ request }) => ({ provider: request.provider, principalId: request.principalId })),
      },
    });
    await db.run.create({
      data: {
        id,
        title,
        kind,
        status: 'starting',
        projectId,
        principal: JSON.stringify(principal),
        principalUserId: principal.userId,
        pluginId: body.pluginId ?? null,
        pluginSnapshotId: pin?.snapshotId ?? null,
        plugin: pin ? JSON.stringify({ version: pin.version, tier: pin.tier, digest: pin.digest }) : null,
        connectors: body.connectors ? JSON.stringify(body.connectors) : null,
        startedBy: actorLabel(by),
        startedById: by.kind === 'operator' ? by.id : null,
        command: body.command ? JSON.stringify(body.command) : null,
        cwd: plan?.cwd ?? body.cwd ?? null,
        startedAt: new Date(startedAtMs),
        expiresAt: new Date(expiresAtMs),
        budgetLimitUsd: body.budgetUsd ?? null,
        tags: JSON.stringify(body.tags ?? {}),
        allowedEndpoints: body.allowedEndpoints ? JSON.stringify(body.allowedEndpoints) : null,
        allowedOperations: body.allowedOperations ? JSON.stringify(body.allowedOperations) : null,
        lastActivityAt: new Date(startedAtMs),
      },
    });
    return live.add({
      id,
      kind,
      projectId,
      title,
      principal,
      command: body.command ?? null,
      pluginId: body.pluginId ?? null,
      cwd: plan?.cwd ?? null,
      plugin: pin,
      connectors: body.connectors ?? null,
      startedById: by.kind === 'operator' ? by.id : null,
      allowedEndpoints: body.allowedEndpoints ?? null,
      allowedOperations: body.allowedOperations ?? null,
      budgetLimitUsd: body.budgetUsd ?? null,
      spentUsd: 0,
      startedAtMs,
      expiresAtMs,
      lastActivityMs: startedAtMs,
    });
  }

  function launch(run: LiveRun, plan: PtyPlan, toolToken: string, cloudEnv: Record<string, string>): void {
    const access = {
      url: config.publicUrl,
      runId: run.id,
      projectId: run.projectId,
      toolToken,
      internal: internal.issue(run.id),
      cloudEnv,
    };
    const recordingPath = recordingFile(config.dataDir, run.id);
    const agentDir = join(config.dataDir, 'agents', run.id);
    const onActivity = () => activity.touch(run);
    const onLeaked = (found: LeakCount[]) => leaks.found({ runId: run.id, callId: null, leaks: found });
    spawnRun(run, plan, access, { keeper, clock, log, recordingPath, agentDir, onActivity, onLeaked });
    void run.exit?.then((exit) => {
      const status = exit.signal === null && exit.code === 0 ? 'completed' : 'failed';
      return ender.endBySystem(run.id, { status, action: 'run.exit', tokenReason: 'child_exit', reason: null, exit });
    });
  }

  return {
    async start(body, by) {
      const id = newId('run');
      const isHere = hasTerminal({ kind: body.kind, command: body.command ?? null });
      if (isHere && live.all().filter(hasTerminal).length >= limits.terminals) throw new AppError('CAPACITY');
      requireUnlocked(body, by, locks);
      const planned = await credentials.plan(body.credentials ?? [], by);
      checkCloudEnvironment(
        body.env ?? {},
        planned.map(({ request }) => request.provider),
      );
      const { pin, launched, shown } = await underPlugin(body, plugins);
      const plan = isHere ? planPty(launched, { runId: id, dataDir: config.dataDir, serverEnv }) : null;
      const run = await insert(id, shown, by, { plan, pin, planned });
      try {
        // A lock that was set meanwhile ended the live runs it found, or is found here.
        requireUnlocked(body, by, locks);
        const { projectId, expiresAtMs: runEndsAtMs } = run;
        const { allowedEndpoints, allowedOperations } = body;
        const grant = { runId: id, projectId, runEndsAtMs, isLive: () => run.ending === null, by, plugin: pin };
        // A gateway asks for the token of a run when it needs one.
        const isAsked = body.kind === 'relay' && !plan;
        const token = isAsked
          ? undefined
          : await tokens.mint({ ...grant, body: { allowedEndpoints, allowedOperations } });
        const { env, notices } = await credentials.openFor(run, planned, by);
        // In the same turn as the launch: a revoke that came while the run started finds no process, or this one.
        if (run.ending !== null)
          throw new AppError('RUN_NOT_ACTIVE', { message: 'The run was ended while it started.' });
        if (plan && token) launch(run, plan, token.token, env);
        arm(run);
        // A child that is already gone has ended its run by now; only a starting one becomes active.
        const active = { status: 'active', pid: run.session?.pid ?? null };
        await db.run.updateMany({ where: { id, status: 'starting' }, data: active });
        const started = toRun(await db.run.findUniqueOrThrow({ where: { id } }));
        bus.publish({ type: 'run.started', data: started });
        const more = planned.length === 0 ? {} : { notices, ...(!plan && { env }) };
        return { run: started, ...(!plan && token && { token }), ...more };
      } catch (error) {
        const reason = error instanceof AppError ? error.message : 'It could not be started.';
        await ender.endBySystem(id, { status: 'failed', action: 'run.fail', tokenReason: 'run_ended', reason });
        throw error;
      }
    },

    adopt(run, more) {
      if (!isLiveRun(run.status)) return;
      const { id, kind, projectId, title, principal, command, pluginId, connectors, budget } = run;
      const [startedAtMs, expiresAtMs, lastActivityMs] = [run.startedAt, run.expiresAt, run.lastActivityAt].map(
        Date.parse,
      ) as [number, number, number];
      arm(
        live.add({
          id,
          kind,
          projectId,
          title,
          principal,
          command,
          pluginId,
          cwd: null,
          connectors,
          ...more,
          budgetLimitUsd: budget?.limitUsd ?? null,
          spentUsd: budget?.spentUsd ?? 0,
          startedAtMs,
          expiresAtMs,
          lastActivityMs,
        }),
      );
    },
  };
}
