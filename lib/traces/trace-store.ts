/** Where tool-session records are kept while they live. One that has ended, or was never written, is not there: nobody is told which. */
import type { TraceRecord } from '@/lib/contracts/traces';

/** As the gate asks. Never rejects: what cannot be read is no record, so that the call fails closed. */
export interface TraceLookup {
  /** At once from memory, or after one round trip. */
  find(traceId: string): TraceRecord | null | Promise<TraceRecord | null>;
}

export interface TraceStore {
  /** @throws where it cannot be read or decoded; rejects, where it answers later. */
  find(traceId: string): TraceRecord | null | Promise<TraceRecord | null>;
  /** Replaces what the trace id had. @throws AppError CAPACITY, or what its store failed with. */
  put(traceId: string, record: TraceRecord, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}
