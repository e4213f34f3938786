/** Runs: created, listed, charged, and ended by whatever ends them first. */
import { join } from 'node:path';
import type { AuditLog } from '@/lib/audit/log';
import type { AgentEvent, CreateRunBody, ListRunsQuery, RevokeImpact, Run, RunFilter } from '@/lib/contracts/runs';
import { isLiveRun, maxRunsPerRevoke } from '@/lib/contracts/runs';
import type { MintTokenBody } from '@/lib/contracts/tokens';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import type { Config } from '@/lib/platform/config';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { sha256Hex } from '@/lib/platform/secrets';
import type { ScreenKeeper } from '@/lib/terminal/keeper';
import type { InternalCredentials } from '@/lib/tickets/internal';
import type { TokenService } from '@/lib/tokens/tokens';
import type { Activity } from './activity';
import type { AgentEvents } from './agent-events';
import { nothingEnded, type RunEnder, type RunSockets } from './ending';
import type { LiveRun, LiveRuns } from './live-runs';
import type { ProcessTable } from './processes';
import { findRunIds, listRuns } from './query';
import { toRun } from './rows';
import { type PtyPlan, planPty, spawnRun } from './start-pty';

export interface RunService {
  create(
    body: CreateRunBody,
    by: Actor,
  ): Promise<{ run: Run; token?: { id: string; token: string; expiresAt: string } }>;
  get(id: string): Promise<Run>;
  list(query: ListRunsQuery): Promise<{ items: Run[]; nextCursor: string | null }>;
  /** An orchestrator reports the end of its external run. */
  end(id: string, body: { exitCode?: number | undefined }, by: Actor): Promise<Run>;
  spend(
    id: string,
    body: { usd: number; source: string },
    by: Actor,
  ): Promise<{ spentUsd: number; limitUsd: number | null; exceeded: boolean }>;
  mintToken(id: string, body: MintTokenBody, by: Actor): Promise<{ id: string; token: string; expiresAt: string }>;
  /** What ending the selection would end, and the ids it is frozen to. */
  impact(selection: { ids?: string[] | undefined; filter?: RunFilter | undefined }): Promise<RevokeImpact>;
  events(
    id: string,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: AgentEvent[]; nextCursor: string | null }>;
  /** @throws AppError RUN_NOT_FOUND, RECORDING_NOT_FOUND. */
  recordingPath(id: string): Promise<string>;
  /** Brings a run that outlived a restart back, with its timer. */
  adopt(run: Run, agentEventSeq: number): void;
}

export interface RunServiceOptions {
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
  agentEvents: AgentEvents;
  sockets: RunSockets;
  processes: ProcessTable;
}

const maxTimerMs = 2 ** 31 - 1;

export function recordingFile(dataDir: string, runId: string): string {
  return join(dataDir, 'recordings', `${runId}.cast`);
}

export function createRunService(options: RunServiceOptions): RunService {
  const {
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
    agentEvents,
    sockets,
    processes,
  } = options;

  async function requireRow(id: string) {
    const row = await db.run.findUnique({ where: { id } });
    if (!row) throw new AppError('RUN_NOT_FOUND', { message: `No such run: ${id.slice(0, 64)}.` });
    return row;
  }

  function requireLive(row: { id: string; status: string; endReason: string | null }): LiveRun {
    const run = live.accepting(row.id);
    if (!run) throw new AppError('RUN_NOT_ACTIVE', { message: `The run has ended (${row.status}).` });
    return run;
  }

  function arm(run: LiveRun): void {
    run.timer = setTimeout(
      () => {
        if (clock.now() < run.expiresAtMs) return arm(run);
        const ending = {
          status: 'expired',
          action: 'run.expire',
          tokenReason: 'run_ended',
          by: serverActor,
          reason: 'Its time was over.',
          refuseUnrecorded: false,
        } as const;
        void ender.end(run.id, ending);
      },
      Math.min(Math.max(run.expiresAtMs - clock.now(), 1), maxTimerMs),
    );
    run.timer.unref();
  }

  async function insert(id: string, body: CreateRunBody, by: Actor, plan: PtyPlan | null): Promise<LiveRun> {
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
        program: plan?.file ?? null,
        commandSha256: body.command ? sha256Hex(JSON.stringify(body.command)) : null,
        cwd: plan?.cwd ?? null,
        ttlSeconds: body.ttlSeconds,
        budgetUsd: body.budgetUsd ?? null,
        envNames: Object.keys(body.env ?? {}).sort(),
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
        startedBy: actorLabel(by),
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
    return live.add({ id, kind, projectId, title, startedAtMs, expiresAtMs, lastActivityMs: startedAtMs });
  }

  function launch(run: LiveRun, plan: PtyPlan, toolToken: string): void {
    const credentials = {
      url: config.publicUrl,
      runId: run.id,
      projectId: run.projectId,
      toolToken,
      internal: internal.issue(run.id),
    };
    spawnRun(run, plan, credentials, {
      keeper,
      clock,
      log,
      recordingPath: recordingFile(config.dataDir, run.id),
      onActivity: () => activity.touch(run),
    });
    void run.exit?.then((exit) => {
      const failed = exit.signal !== null || exit.code !== 0;
      return ender.end(run.id, {
        status: failed ? 'failed' : 'completed',
        action: 'run.exit',
        tokenReason: 'child_exit',
        by: serverActor,
        reason: null,
        exit,
        refuseUnrecorded: false,
      });
    });
  }

  async function failStart(run: LiveRun, error: unknown): Promise<never> {
    const reason = error instanceof AppError ? error.message : 'It could not be started.';
    await ender.end(run.id, {
      status: 'failed',
      action: 'run.fail',
      tokenReason: 'run_ended',
      by: serverActor,
      reason,
      refuseUnrecorded: false,
    });
    throw error;
  }

  return {
    async create(body, by) {
      const id = newId('run');
      if (body.kind === 'pty' && live.all().filter(({ kind }) => kind === 'pty').length >= limits.terminals)
        throw new AppError('CAPACITY');
      const plan = body.kind === 'pty' ? planPty(body, { runId: id, dataDir: config.dataDir, serverEnv }) : null;
      const run = await insert(id, body, by, plan);
      try {
        const { allowedEndpoints, allowedOperations } = body;
        const token = await tokens.mint({
          runId: id,
          projectId: run.projectId,
          runEndsAtMs: run.expiresAtMs,
          by,
          body: { allowedEndpoints, allowedOperations },
        });
        if (plan) launch(run, plan, token.token);
        arm(run);
        // A child that is already gone has ended its run by now; only a starting one becomes active.
        await db.run.updateMany({
          where: { id, status: 'starting' },
          data: { status: 'active', pid: run.session?.pid ?? null },
        });
        const started = toRun(await requireRow(id));
        bus.publish({ type: 'run.started', data: started });
        return body.kind === 'external' ? { run: started, token } : { run: started };
      } catch (error) {
        return failStart(run, error);
      }
    },

    get: async (id) => toRun(await requireRow(id)),
    list: (query) => listRuns(db, query),

    async end(id, { exitCode }, by) {
      const row = await requireRow(id);
      if (row.kind === 'pty')
        throw new AppError('RUN_KIND_MISMATCH', {
          message: 'A PTY run ends with its process. Revoke it to end it now.',
        });
      requireLive(row);
      const exit = exitCode === undefined ? undefined : { code: exitCode, signal: null };
      const status = exitCode === undefined || exitCode === 0 ? 'completed' : 'failed';
      await ender.end(id, {
        status,
        action: 'run.end',
        tokenReason: 'run_ended',
        by,
        reason: null,
        exit,
        refuseUnrecorded: true,
      });
      return toRun(await requireRow(id));
    },

    async spend(id, { usd, source }, by) {
      requireLive(await requireRow(id));
      await audit.append({ actor: actorName(by), action: 'run.spend', target: id, data: { usd, source } });
      const row = await db.run.update({ where: { id }, data: { spentUsd: { increment: usd } } });
      const limitUsd = row.budgetLimitUsd;
      const exceeded = limitUsd !== null && row.spentUsd > limitUsd;
      bus.publish({ type: 'run.updated', data: toRun(row) });
      if (exceeded) {
        const reason = `Spent $${row.spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)}.`;
        await ender.end(id, {
          status: 'budget_exceeded',
          action: 'run.budget',
          tokenReason: 'run_ended',
          by: serverActor,
          reason,
          refuseUnrecorded: false,
        });
      }
      return { spentUsd: row.spentUsd, limitUsd, exceeded };
    },

    async mintToken(id, body, by) {
      const row = await requireRow(id);
      const run = requireLive(row);
      const allowedEndpoints = body.allowedEndpoints ?? parseList(row.allowedEndpoints);
      const allowedOperations = body.allowedOperations ?? parseList(row.allowedOperations);
      return tokens.mint({
        runId: id,
        projectId: run.projectId,
        runEndsAtMs: run.expiresAtMs,
        by,
        body: { ...body, allowedEndpoints, allowedOperations },
      });
    },

    async impact({ ids, filter }) {
      const wanted = ids ?? (await findRunIds(db, filter ?? {}, maxRunsPerRevoke));
      const runs = wanted.flatMap((id) => live.accepting(id) ?? []);
      const counts = await processes.count(
        runs.filter(({ kind }) => kind === 'pty').map(({ id, session }) => ({ runId: id, session })),
      );
      return {
        ...nothingEnded,
        ids: wanted,
        runs: runs.length,
        tokens: runs.reduce((sum, { id }) => sum + tokens.registry.activeRunTokenCount(id), 0),
        terminals: runs.filter(({ terminal }) => terminal).length,
        processes: [...counts.values()].reduce((sum, count) => sum + count, 0),
        sockets: runs.reduce((sum, { id }) => sum + sockets.count(id), 0),
      };
    },

    async events(id, page) {
      await requireRow(id);
      return agentEvents.list(id, page);
    },

    async recordingPath(id) {
      const row = await requireRow(id);
      if (row.kind !== 'pty') throw new AppError('RECORDING_NOT_FOUND', { message: 'Only PTY runs are recorded.' });
      return recordingFile(config.dataDir, id);
    },

    adopt(run, agentEventSeq) {
      if (!isLiveRun(run.status)) return;
      arm(
        live.add({
          id: run.id,
          kind: run.kind,
          projectId: run.projectId,
          title: run.title,
          startedAtMs: Date.parse(run.startedAt),
          expiresAtMs: Date.parse(run.expiresAt),
          lastActivityMs: Date.parse(run.lastActivityAt),
          agentEventSeq,
        }),
      );
    },
  };
}

function parseList(text: string | null): string[] | undefined {
  return text === null ? undefined : (JSON.parse(text) as string[]);
}
