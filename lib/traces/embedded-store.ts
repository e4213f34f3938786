/** Tool-session records in the memory of one process: bounded in number and in time, gone with the process, and then every trace fails closed. */
import type { TraceRecord } from '@/lib/contracts/traces';
import type { Clock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { TraceStore } from './trace-store';

interface Entry {
  record: TraceRecord;
  expiresAtMs: number;
}

export interface EmbeddedTraceStore extends TraceStore {
  find(traceId: string): TraceRecord | null;
  /** Records held, live or waiting to be swept. */
  count(): number;
}

export function createEmbeddedTraceStore({
  clock,
  capacity = limits.traceRecords,
  sweepMs = limits.traceSweepMs,
}: {
  clock: Clock;
  capacity?: number;
  sweepMs?: number;
}): EmbeddedTraceStore {
  const entries = new Map<string, Entry>();

  function sweep(): void {
    const nowMs = clock.now();
    for (const [traceId, { expiresAtMs }] of entries) if (nowMs >= expiresAtMs) entries.delete(traceId);
  }
  const timer = setInterval(sweep, sweepMs);
  timer.unref();

  return {
    count: () => entries.size,
    find(traceId) {
      const entry = entries.get(traceId);
      return entry && clock.now() < entry.expiresAtMs ? entry.record : null;
    },
    async put(traceId, record, ttlMs) {
      if (entries.size >= capacity && !entries.has(traceId)) {
        sweep();
        if (entries.size >= capacity) throw new AppError('CAPACITY');
      }
      entries.set(traceId, { record, expiresAtMs: clock.now() + ttlMs });
    },
    async close() {
      clearInterval(timer);
      entries.clear();
    },
  };
}
