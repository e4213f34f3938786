/** When each live run last did something: noted in memory at every byte, written and shown every few seconds. */
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { LiveRun, LiveRuns } from './live-runs';
import { toRun } from './rows';

export interface Activity {
  touch(run: LiveRun): void;
  /** Shows a live run as its row is now. */
  show(runId: string): void;
  close(): void;
}

const flushMs = 3_000;

export function createActivity({
  db,
  bus,
  clock,
  live,
  log,
}: {
  db: Database;
  bus: EventBus;
  clock: Clock;
  live: LiveRuns;
  log: Log;
}): Activity {
  async function flush(): Promise<void> {
    const active = live.all().filter((run) => !run.activityWritten && run.acceptsCalls);
    if (active.length === 0) return;
    for (const run of active) run.activityWritten = true;
    await db.$transaction(
      active.map((run) =>
        db.run.updateMany({ where: { id: run.id }, data: { lastActivityAt: new Date(run.lastActivityMs) } }),
      ),
    );
    await show(active.map(({ id }) => id));
  }

  async function show(ids: string[]): Promise<void> {
    const rows = await db.run.findMany({ where: { id: { in: ids }, endedAt: null } });
    for (const row of rows) bus.publish({ type: 'run.updated', data: toRun(row) });
  }

  const timer = setInterval(() => {
    flush().catch((error: unknown) => log.warn({ err: error }, 'last activity could not be written'));
  }, flushMs);
  timer.unref();

  return {
    touch(run) {
      run.lastActivityMs = clock.now();
      run.activityWritten = false;
    },
    show(runId) {
      show([runId]).catch((error: unknown) => log.warn({ err: error, runId }, 'a run could not be shown'));
    },
    close: () => clearInterval(timer),
  };
}
