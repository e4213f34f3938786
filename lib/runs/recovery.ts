/**
 * What a start finds of the last one. External runs go on. PTY runs died with their server: they are marked failed, their
 * tokens are ended, what is left of their processes is ended too, and their recordings are closed with a hash.
 */
import { existsSync } from 'node:fs';
import type { AuditLog } from '@/lib/audit/log';
import { hasTerminal, liveRunStatuses, type Run } from '@/lib/contracts/runs';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { Log } from '@/lib/platform/log';
import type { PluginPinning } from '@/lib/plugins/pinning';
import { hashFile } from '@/lib/terminal/recording';
import type { TokenService } from '@/lib/tokens/tokens';
import type { LiveRuns } from './live-runs';
import type { ProcessTable } from './processes';
import { parseList, toRun } from './rows';
import { type RunStarter, recordingFile } from './starting';

export interface RecoveryOptions {
  dataDir: string;
  db: Database;
  audit: AuditLog;
  clock: Clock;
  log: Log;
  live: LiveRuns;
  starter: RunStarter;
  tokens: TokenService;
  processes: ProcessTable;
  plugins: PluginPinning;
}

const lostReason = 'The server stopped while this run was live.';

/** Resolves when every run and token is in its right state; `swept` when the processes that were left are gone too. */
export async function recover(options: RecoveryOptions): Promise<{ swept: Promise<void> }> {
  const { db, clock, live, starter, tokens, plugins } = options;
  const rows = await db.run.findMany({ where: { status: { in: liveRunStatuses } } });
  const goesOn = (run: Run) => !hasTerminal(run) && Date.parse(run.expiresAt) > clock.now();
  for (const row of rows) {
    const run = toRun(row);
    if (goesOn(run)) {
      const last = await db.agentEvent.aggregate({ where: { runId: run.id }, _max: { seq: true } });
      const plugin = row.pluginSnapshotId === null ? null : await plugins.pinOf(row.pluginSnapshotId);
      starter.adopt(run, {
        agentEventSeq: last._max.seq ?? 0,
        startedById: row.startedById,
        allowedEndpoints: parseList(row.allowedEndpoints),
        allowedOperations: parseList(row.allowedOperations),
        plugin,
      });
      if (run.status === 'starting') await db.run.update({ where: { id: run.id }, data: { status: 'active' } });
    } else await close(run, options);
  }
  await tokens.restore(new Map(live.all().map((run) => [run.id, { endsAtMs: run.expiresAtMs, plugin: run.plugin }])));
  return {
    swept: sweep(options).catch((error: unknown) =>
      options.log.error({ err: error }, 'left processes could not be looked for'),
    ),
  };
}

async function close(run: Run, { db, audit, clock, tokens, dataDir }: RecoveryOptions): Promise<void> {
  const expired = !hasTerminal(run);
  const status = expired ? 'expired' : 'failed';
  const endReason = expired ? 'Its time was over.' : lostReason;
  await audit.append({
    actor: 'server',
    action: expired ? 'run.expire' : 'run.fail',
    target: run.id,
    data: { status, reason: endReason },
  });
  const path = recordingFile(dataDir, run.id);
  const recording = existsSync(path) ? await hashFile(path) : null;
  if (recording)
    await audit.append({
      actor: 'server',
      action: 'run.recorded',
      target: run.id,
      data: { ...recording, truncated: true },
    });
  await db.run.update({
    where: { id: run.id },
    data: {
      status,
      endReason,
      endedAt: new Date(clock.now()),
      recordingBytes: recording?.bytes ?? null,
      recordingSha256: recording?.sha256 ?? null,
      recordingTruncated: recording !== null,
    },
  });
  await tokens.endRun(run.id, expired ? 'run_ended' : 'child_exit');
}

/** Processes that carry the mark of a run of ours that is not live: also those a second crash left while they were being ended. */
async function sweep({ db, audit, log, live, processes }: RecoveryOptions): Promise<void> {
  const marked = (await processes.markedRuns()).filter((id) => !live.get(id));
  const ours = await db.run.findMany({ where: { id: { in: marked } }, select: { id: true } });
  await Promise.all(
    ours.map(async ({ id }) => {
      const { ended, left } = await processes.end({ runId: id, session: null });
      if (left.length > 0) log.error({ runId: id, pids: left }, 'processes outlived SIGKILL');
      audit.note({ actor: 'server', action: 'run.processes_ended', target: id, data: { ended, left: left.length } });
    }),
  );
}
