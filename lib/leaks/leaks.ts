/**
 * Alerts of secrets that runs showed. On the record first, then an alert, by the name of the pattern alone: neither the text
 * nor a hash of it is kept anywhere. What a run goes on showing is gathered, so that it cannot flood the record with it.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { LeakAlert, ListLeaksQuery } from '@/lib/contracts/leaks';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { acknowledged, detected, terminalSource, toLeakAlert } from './rows';
import type { LeakCount } from './scanner';

export interface FoundLeaks {
  runId: string;
  /** The call whose output it was; null for the terminal. */
  callId: string | null;
  leaks: readonly LeakCount[];
}

/** Where those who look for secrets tell what they found. Never throws. */
export interface LeakSink {
  found(found: FoundLeaks): void;
}

export interface LeakService extends LeakSink {
  /** Newest first. */
  list(query: ListLeaksQuery): Promise<Page<LeakAlert>>;
  /** Again: the alert as it is. @throws AppError LEAK_NOT_FOUND, AUDIT_UNAVAILABLE. */
  acknowledge(id: string, by: Actor): Promise<LeakAlert>;
  /** Writes what is gathered. */
  close(): Promise<void>;
}

export interface LeakServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  /** An alert that nobody has seen: of something new, or of something that was acknowledged and is shown again. */
  onRaised?: (alert: LeakAlert) => void;
  gatherMs?: number;
}

/** What a run showed since it was last told, by source and pattern. */
type Gathered = Map<string, { source: string; pattern: string; count: number }>;
interface Telling {
  gathered: Gathered;
  timer: NodeJS.Timeout | undefined;
  /** One after the other: whether an alert is new is asked before it is written. */
  written: Promise<void>;
}

export function createLeakService(options: LeakServiceOptions): LeakService {
  const { db, audit, bus, clock, log, onRaised = () => undefined, gatherMs = limits.leakGatherMs } = options;
  const runs = new Map<string, Telling>();
  const writing = new Set<Promise<void>>();

  function gather(runId: string, source: string, leaks: readonly LeakCount[]): Telling {
    const telling = runs.get(runId) ?? { gathered: new Map(), timer: undefined, written: Promise.resolve() };
    runs.set(runId, telling);
    for (const { pattern, count } of leaks) {
      const key = `${source} ${pattern}`;
      const known = telling.gathered.get(key)?.count ?? 0;
      telling.gathered.set(key, { source, pattern, count: known + count });
    }
    return telling;
  }

  /** At once, then no more until `gatherMs` later. */
  function tell(runId: string, telling: Telling): void {
    const gathered = [...telling.gathered.values()];
    telling.gathered.clear();
    if (gathered.length === 0) {
      runs.delete(runId);
      return;
    }
    telling.timer = setTimeout(() => tell(runId, telling), gatherMs).unref();
    const written = telling.written.then(() => write(runId, gathered)).finally(() => writing.delete(written));
    telling.written = written;
    writing.add(written);
  }

  async function write(runId: string, gathered: Array<{ source: string; pattern: string; count: number }>) {
    for (const { source, pattern, count } of gathered) {
      await raise(runId, source, { pattern, count }).catch((error: unknown) => {
        log.error({ err: error, runId, pattern }, 'a secret that a run showed could not be put on the record');
        // Told with the next ones.
        gather(runId, source, [{ pattern, count }]);
      });
    }
  }

  async function raise(runId: string, source: string, { pattern, count }: LeakCount): Promise<void> {
    const which = { runId_source_pattern: { runId, source, pattern } };
    const before = await db.leakAlert.findUnique({ where: which });
    const values = { id: newId('leak'), runId, source, pattern, count, at: storedTime(clock.now()) };
    await audit.append(
      { actor: `run:${runId}`, action: 'leak.detected', target: runId, data: { pattern, source, count } },
      [{ table: detected, values }],
    );
    const [alert] = await withTitles([await db.leakAlert.findUniqueOrThrow({ where: which })]);
    if (!alert) return;
    bus.publish({ type: 'leak.changed', data: alert });
    if (!before || before.acknowledgedAt !== null) onRaised(alert);
  }

  async function withTitles(rows: Parameters<typeof toLeakAlert>[0][]): Promise<LeakAlert[]> {
    const ids = [...new Set(rows.map(({ runId }) => runId))];
    const found = await db.run.findMany({ where: { id: { in: ids } }, select: { id: true, title: true } });
    const titles = new Map(found.map(({ id, title }) => [id, title]));
    return rows.map((row) => toLeakAlert(row, titles.get(row.runId) ?? row.runId));
  }

  return {
    found({ runId, callId, leaks }) {
      const telling = gather(runId, callId ?? terminalSource, leaks);
      if (telling.timer === undefined) tell(runId, telling);
    },

    async list({ limit, cursor, status, runId }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.leakAlert.findMany({
        where: {
          ...(status && { acknowledgedAt: status === 'open' ? null : { not: null } }),
          ...(runId && { runId }),
          ...(after && { OR: [{ firstAt: { lt: after.time } }, { firstAt: after.time, id: { lt: after.id } }] }),
        },
        orderBy: [{ firstAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const { items, nextCursor } = pageFrom(rows, limit, {
        cursor: (row) => [row.firstAt.getTime(), row.id],
        item: (row) => row,
      });
      return { items: await withTitles(items), nextCursor };
    },

    async acknowledge(id, by) {
      const find = async () => {
        const row = await db.leakAlert.findUnique({ where: { id } });
        const [alert] = row ? await withTitles([row]) : [];
        if (!alert) throw new AppError('LEAK_NOT_FOUND');
        return alert;
      };
      const alert = await find();
      if (alert.acknowledgedAt !== null) return alert;
      const { runId, callId, pattern } = alert;
      const at = storedTime(clock.now());
      await audit.append(
        {
          actor: actorName(by),
          action: 'leak.acknowledge',
          target: runId,
          data: { alertId: id, pattern, source: callId ?? terminalSource },
        },
        [{ table: acknowledged, values: { id, at, by: actorLabel(by) } }],
      );
      const now = await find();
      bus.publish({ type: 'leak.changed', data: now });
      return now;
    },

    async close() {
      for (const [runId, telling] of runs) {
        clearTimeout(telling.timer);
        tell(runId, telling);
        clearTimeout(telling.timer);
      }
      await Promise.all(writing);
    },
  };
}
