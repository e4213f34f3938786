/** Runs as people and orchestrators handle them: listed, charged, given tokens, reported as ended. `starting.ts` begins them. */
import type { AuditLog } from '@/lib/audit/log';
import {
  type AgentEvent,
  type CreateRunBody,
  hasTerminal,
  type ListRunsQuery,
  maxRunsPerRevoke,
  type RevokeImpact,
  type Run,
  type RunFilter,
} from '@/lib/contracts/runs';
import type { MintTokenBody } from '@/lib/contracts/tokens';
import { type Actor, actorName } from '@/lib/platform/actor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { TokenService } from '@/lib/tokens/tokens';
import type { AgentEvents } from './agent-events';
import { nothingEnded, type RunEnder, type RunSockets } from './ending';
import type { LiveRun, LiveRuns } from './live-runs';
import type { ProcessTable } from './processes';
import { findRunIds, listRuns } from './query';
import { parseList, toRun } from './rows';
import { type CreatedRun, type RunStarter, recordingFile } from './starting';

export interface RunService {
  create(body: CreateRunBody, by: Actor): Promise<CreatedRun>;
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
}

export interface RunServiceOptions {
  dataDir: string;
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  live: LiveRuns;
  starter: RunStarter;
  ender: RunEnder;
  tokens: TokenService;
  agentEvents: AgentEvents;
  sockets: RunSockets;
  processes: ProcessTable;
  /** Live credential sessions of a run. */
  countCredentials: (runId: string) => number;
}

export function createRunService(options: RunServiceOptions): RunService {
  const { dataDir, db, audit, bus, live, starter, ender, tokens, agentEvents, sockets, processes } = options;
  const { countCredentials } = options;

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

  return {
    create: (body, by) => starter.start(body, by),
    get: async (id) => toRun(await requireRow(id)),
    list: (query) => listRuns(db, query),

    async end(id, { exitCode }, by) {
      const row = await requireRow(id);
      if (hasTerminal(toRun(row)))
        throw new AppError('RUN_KIND_MISMATCH', {
          message: 'A run with a terminal ends with its process. Revoke it to end it now.',
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
      const run = requireLive(await requireRow(id));
      await audit.append({ actor: actorName(by), action: 'run.spend', target: id, data: { usd, source } });
      const row = await db.run.update({ where: { id }, data: { spentUsd: { increment: usd } } });
      run.spentUsd = row.spentUsd;
      const limitUsd = row.budgetLimitUsd;
      const exceeded = limitUsd !== null && row.spentUsd > limitUsd;
      bus.publish({ type: 'run.updated', data: toRun(row) });
      if (exceeded) {
        const reason = `Spent $${row.spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)}.`;
        await ender.endBySystem(id, {
          status: 'budget_exceeded',
          action: 'run.budget',
          tokenReason: 'run_ended',
          reason,
        });
      }
      return { spentUsd: row.spentUsd, limitUsd, exceeded };
    },

    async mintToken(id, body, by) {
      const row = await requireRow(id);
      const run = requireLive(row);
      const allowedEndpoints = body.allowedEndpoints ?? parseList(row.allowedEndpoints) ?? undefined;
      const allowedOperations = body.allowedOperations ?? parseList(row.allowedOperations) ?? undefined;
      return tokens.mint({
        runId: id,
        projectId: run.projectId,
        runEndsAtMs: run.expiresAtMs,
        isLive: () => run.ending === null,
        by,
        body: { ...body, allowedEndpoints, allowedOperations },
        plugin: run.plugin,
      });
    },

    async impact({ ids, filter }) {
      const wanted = ids ?? (await findRunIds(db, filter ?? {}, maxRunsPerRevoke));
      const runs = wanted.flatMap((id) => live.accepting(id) ?? []);
      const counts = await processes.count(runs.filter(hasTerminal).map(({ id, session }) => ({ runId: id, session })));
      return {
        ...nothingEnded,
        ids: wanted,
        runs: runs.length,
        tokens: runs.reduce((sum, { id }) => sum + tokens.registry.activeRunTokenCount(id), 0),
        terminals: runs.filter(({ terminal }) => terminal).length,
        processes: [...counts.values()].reduce((sum, count) => sum + count, 0),
        sockets: runs.reduce((sum, { id }) => sum + sockets.count(id), 0),
        credentials: runs.reduce((sum, { id }) => sum + countCredentials(id), 0),
      };
    },

    async events(id, page) {
      await requireRow(id);
      return agentEvents.list(id, page);
    },

    async recordingPath(id) {
      if (!hasTerminal(toRun(await requireRow(id))))
        throw new AppError('RECORDING_NOT_FOUND', { message: 'Only runs with a terminal are recorded.' });
      return recordingFile(dataDir, id);
    },
  };
}
