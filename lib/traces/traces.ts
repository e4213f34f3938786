/**
 * Tool-session records: who a trace's calls are made for, said by a trusted tier and by nobody else. Writing one is on the
 * record first. Reading never fails loudly: what is missing, ended, garbled or out of reach is no record, and nothing runs.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Principal } from '@/lib/contracts/runs';
import { type PutTraceBody, type TraceRecord, traceIdPattern } from '@/lib/contracts/traces';
import { type Actor, actorName } from '@/lib/platform/actor';
import { isAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import { toRecord } from './encoding';
import type { TraceLookup, TraceStore } from './trace-store';

export interface TraceService extends TraceLookup {
  /** Replaces what the trace had. @throws AppError AUDIT_UNAVAILABLE, CAPACITY. A store that fails is no error: its calls are refused. */
  put(traceId: string, body: PutTraceBody, by: Actor): Promise<void>;
  close(): Promise<void>;
}

export type LookupOutcome = 'found' | 'unknown' | 'failed';

export interface TraceServiceOptions {
  store: TraceStore;
  audit: AuditLog;
  log: Log;
  /** What a record lives when its writer says nothing. */
  ttlSeconds: number;
  /** Told with each principal that a record names. */
  onPrincipal?: (principal: Principal) => void;
  /** Told how each look-up ended. */
  onLookup?: (outcome: LookupOutcome) => void;
}

export function createTraceService(options: TraceServiceOptions): TraceService {
  const { store, audit, log, ttlSeconds: defaultTtlSeconds } = options;
  const { onPrincipal = () => undefined, onLookup = () => undefined } = options;
  let failing = false;

  function found(record: TraceRecord | null): TraceRecord | null {
    failing = false;
    onLookup(record ? 'found' : 'unknown');
    return record;
  }

  /** Said once an outage, counted each time: with Redis away every call ends here. */
  function failed(error: unknown): null {
    onLookup('failed');
    if (!failing) log.error({ err: error }, 'a tool-session record could not be read; its calls are refused');
    failing = true;
    return null;
  }

  return {
    find(traceId) {
      // What nobody could have written is not looked for.
      if (!traceIdPattern.test(traceId)) return found(null);
      try {
        const record = store.find(traceId);
        return record instanceof Promise ? record.then(found, failed) : found(record);
      } catch (error) {
        return failed(error);
      }
    },

    async put(traceId, { identity, ttlSeconds = defaultTtlSeconds, runId = null }, by) {
      const record = toRecord(identity, runId);
      const { userId, platform } = record.principal;
      const event = { actor: actorName(by), action: 'trace.write', target: traceId };
      const data = { principal: { userId, platform }, runId, ttlSeconds };
      await audit.append({ ...event, data });
      onPrincipal(record.principal);
      try {
        await store.put(traceId, record, ttlSeconds * 1_000);
      } catch (error) {
        audit.note({ ...event, outcome: 'failed', data });
        if (isAppError(error)) throw error;
        log.error({ err: error }, 'a tool-session record could not be written; its calls will be refused');
      }
    },

    close: () => store.close(),
  };
}
