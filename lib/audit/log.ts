/**
 * The record: append-only, hash-chained, group-committed. `append` resolves once its row is durable and rejects with
 * `AUDIT_UNAVAILABLE` when it is not, in which case the row does not exist. Rows are numbered when their batch is
 * written, so a failed batch leaves no gap and no broken link.
 */
import type { AuditOutcome, AuditRow } from '@/lib/contracts/audit';
import { type Clock, monotonicMs, toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { canonicalJson, type StoredRow } from './canonical';
import type { Companion, RecordWriter, UnchainedRow } from './record-writer';

export interface AuditEvent {
  /** `operator:<id>`, `key:<id>`, `run:<id>`, `server`, or `anonymous`. */
  actor: string;
  /** `noun.verb`, such as `run.revoke`. */
  action: string;
  /** `run_…`, `tok_…`, `op_…`: what it was done to. */
  target: string;
  outcome?: AuditOutcome;
  /** Never a secret: tokens by id, arguments by digest. */
  data?: Record<string, unknown>;
}

export interface AuditLog {
  append(event: AuditEvent, companions?: readonly Companion[]): Promise<AuditRow>;
  /** As `append`, for what nobody waits for: it goes out with the next row that somebody does, or a moment later. */
  follow(event: AuditEvent, companions?: readonly Companion[]): Promise<AuditRow>;
  /** For what nobody waits for. A failure is logged and counted. */
  note(event: AuditEvent): void;
  /** How long the oldest waiting row has waited, in milliseconds. */
  lagMs(): number;
  rows(): number;
  head(): { seq: number; hash: string };
  /** Resolves when nothing waits. */
  drain(): Promise<void>;
}

interface Waiting {
  event: AuditEvent;
  companions: readonly Companion[];
  at: string;
  since: number;
  resolve: (row: AuditRow) => void;
  reject: (error: AppError) => void;
}

export interface AuditLogOptions {
  writer: RecordWriter;
  clock: Clock;
  log: Log;
  onAppended: (row: AuditRow) => void;
}

const none: readonly Companion[] = [];

/** Goes on from the head of the chain. */
export async function openAuditLog({ writer, clock, log, onAppended }: AuditLogOptions): Promise<AuditLog> {
  let head = await writer.head();
  const waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let soon: NodeJS.Immediate | undefined;
  let following: NodeJS.Timeout | undefined;

  function enqueue(event: AuditEvent, companions: readonly Companion[]): Promise<AuditRow> {
    if (waiting.length >= limits.auditQueueRows) return Promise.reject(new AppError('AUDIT_UNAVAILABLE'));
    return new Promise((resolve, reject) => {
      waiting.push({ event, companions, at: toIso(clock.now()), since: monotonicMs(), resolve, reject });
    });
  }

  function append(event: AuditEvent, companions = none): Promise<AuditRow> {
    const row = enqueue(event, companions);
    // What arrives within this turn of the event loop shares a commit; when it is much, the writer begins meanwhile.
    if (waiting.length >= limits.auditEagerRows) write();
    else soon ??= setImmediate(write);
    return row;
  }

  function write(): void {
    clearImmediate(soon);
    clearTimeout(following);
    soon = undefined;
    following = undefined;
    if (writing || waiting.length === 0) return;
    writing = writeBatch(waiting.slice(0, limits.auditBatchRows)).then(() => {
      writing = null;
      write();
    });
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    const rows = batch.map(unchained);
    let hashes: string[];
    try {
      hashes = await writer.write(rows.map((row, index) => ({ row, companions: batch[index]?.companions ?? none })));
    } catch (error) {
      log.error({ err: error, rows: rows.length }, 'the record could not be written');
      waiting.splice(0, batch.length);
      for (const item of batch) item.reject(new AppError('AUDIT_UNAVAILABLE', { cause: error }));
      return;
    }
    waiting.splice(0, batch.length);
    for (const [index, { event, resolve }] of batch.entries()) {
      const row = rows[index];
      const hash = hashes[index];
      if (!row || hash === undefined) continue;
      const { at, actor, action, target } = row;
      const { outcome = 'ok', data = {} } = event;
      const { seq: before, hash: prevHash } = head;
      const appended: AuditRow = { seq: before + 1, at, actor, action, target, outcome, data, prevHash, hash };
      head = { seq: appended.seq, hash };
      resolve(appended);
      onAppended(appended);
    }
  }

  return {
    append,
    follow(event, companions = none) {
      const row = enqueue(event, companions);
      following ??= setTimeout(write, limits.auditFollowMs);
      return row;
    },
    note(event) {
      append(event).catch((error: unknown) =>
        log.error({ err: error, action: event.action }, 'a row of the record was lost'),
      );
    },
    lagMs: () => (waiting[0] ? monotonicMs() - waiting[0].since : 0),
    rows: () => head.seq,
    head: () => head,
    async drain() {
      for (write(); writing; write()) await writing;
    },
  };
}

/**
 * A lone surrogate, which anybody can send in JSON, is no UTF-8: the database would give another text back, and the row would
 * look edited for ever. In `data` JSON escapes it.
 */
function unchained({ event, at }: Waiting): UnchainedRow {
  return {
    at,
    actor: event.actor.toWellFormed(),
    action: event.action.toWellFormed(),
    target: event.target.toWellFormed(),
    outcome: event.outcome ?? 'ok',
    data: canonicalJson(event.data ?? {}),
  };
}

/** A stored row as the wire has it. Data that is not JSON any more, which verification reports, shows as its text. */
export function parseRow(row: StoredRow): AuditRow {
  return { ...row, outcome: row.outcome as AuditOutcome, data: parseData(row.data) };
}

function parseData(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
}
