/**
 * The record: append-only, hash-chained, group-committed. `append` resolves once its row is durable and rejects with
 * `AUDIT_UNAVAILABLE` when it is not, in which case the row does not exist. Rows are numbered when their batch is
 * written, so a failed batch leaves no gap and no broken link.
 */
import type { AuditOutcome, AuditRow } from '@/lib/contracts/audit';
import { type Clock, monotonicMs, toIso } from '@/lib/platform/clock';
import type { Database, Prisma } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { canonicalJson, genesisHash, hashRow, type StoredRow } from './canonical';

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

/** A row of another table that is written in the commit of its row of the record: both are durable, or neither exists. */
export interface Companion {
  readonly table: CompanionTable;
  /** Given the number of its row of the record. */
  row(seq: number): Record<string, unknown>;
}
/** One per process and table, so that the rows of a batch go out together: as one statement, or as a few in their order. */
export interface CompanionTable {
  write(rows: Array<Record<string, unknown>>): Prisma.Sql | readonly Prisma.Sql[];
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
  db: Database;
  clock: Clock;
  log: Log;
  onAppended: (row: AuditRow) => void;
}

const none: readonly Companion[] = [];

/** Reads the head of the chain, then writes from there. Only one process may write a database's record. */
export async function openAuditLog({ db, clock, log, onAppended }: AuditLogOptions): Promise<AuditLog> {
  const last = await db.auditRow.findFirst({ orderBy: { seq: 'desc' } });
  let head = { seq: last?.seq ?? 0, hash: last?.hash ?? genesisHash };
  const waiting: Waiting[] = [];
  let flushing: Promise<void> | null = null;
  let following: NodeJS.Timeout | undefined;

  function enqueue(event: AuditEvent, companions: readonly Companion[]): Promise<AuditRow> {
    if (waiting.length >= limits.auditQueueRows) return Promise.reject(new AppError('AUDIT_UNAVAILABLE'));
    return new Promise((resolve, reject) => {
      waiting.push({ event, companions, at: toIso(clock.now()), since: monotonicMs(), resolve, reject });
    });
  }

  function append(event: AuditEvent, companions = none): Promise<AuditRow> {
    const row = enqueue(event, companions);
    flushing ??= flush();
    return row;
  }

  async function flush(): Promise<void> {
    clearTimeout(following);
    following = undefined;
    // Everything that arrives within this turn of the event loop shares one commit.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await writeBatch(waiting.slice(0, limits.auditBatchRows));
    flushing = null;
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    const rows = chain(batch, head);
    try {
      await write(db, rows, companionWrites(batch, rows));
    } catch (error) {
      log.error({ err: error, rows: rows.length }, 'the record could not be written');
      waiting.splice(0, batch.length);
      for (const item of batch) item.reject(new AppError('AUDIT_UNAVAILABLE', { cause: error }));
      return;
    }
    const newest = rows.at(-1);
    if (newest) head = { seq: newest.seq, hash: newest.hash };
    waiting.splice(0, batch.length);
    for (const [index, item] of batch.entries()) {
      const stored = rows[index];
      if (!stored) continue;
      const row = parseRow(stored);
      item.resolve(row);
      onAppended(row);
    }
  }

  return {
    append,
    follow(event, companions = none) {
      const row = enqueue(event, companions);
      if (!flushing) {
        following ??= setTimeout(() => {
          following = undefined;
          flushing ??= flush();
        }, limits.auditFollowMs);
      }
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
    drain: async () => {
      if (waiting.length > 0) flushing ??= flush();
      await flushing;
    },
  };
}

/** The rows of each other table, in the order the tables first appear. */
function companionWrites(batch: Waiting[], rows: StoredRow[]): Prisma.Sql[] {
  const byTable = new Map<CompanionTable, Array<Record<string, unknown>>>();
  for (const [index, { companions }] of batch.entries()) {
    for (const { table, row } of companions) {
      const others = byTable.get(table);
      const value = row(rows[index]?.seq ?? 0);
      if (others) others.push(value);
      else byTable.set(table, [value]);
    }
  }
  return [...byTable].flatMap(([table, values]) => table.write(values));
}

function chain(batch: Waiting[], head: { seq: number; hash: string }): StoredRow[] {
  let { seq, hash: prevHash } = head;
  return batch.map(({ event, at }) => {
    seq += 1;
    const row = {
      seq,
      at,
      actor: storable(event.actor),
      action: storable(event.action),
      target: storable(event.target),
      outcome: event.outcome ?? 'ok',
      data: canonicalJson(event.data ?? {}),
      prevHash,
    };
    prevHash = hashRow(row);
    return { ...row, hash: prevHash };
  });
}

/**
 * A lone surrogate, which anybody can send in JSON, is no UTF-8: the database would give another text back, and the row
 * would look edited for ever. In `data` JSON escapes it.
 */
function storable(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** The batch travels as one JSON parameter: many times the speed of `createMany`, and one transaction by itself. */
async function write(db: Database, rows: StoredRow[], companions: Prisma.Sql[]): Promise<void> {
  const insert = db.$executeRaw`
    INSERT INTO "AuditRow" ("seq", "at", "actor", "action", "target", "outcome", "data", "prevHash", "hash")
    SELECT value ->> 'seq', value ->> 'at', value ->> 'actor', value ->> 'action', value ->> 'target',
           value ->> 'outcome', value ->> 'data', value ->> 'prevHash', value ->> 'hash'
    FROM json_each(${JSON.stringify(rows)})`;
  if (companions.length === 0) await insert;
  else await db.$transaction([insert, ...companions.map((statement) => db.$executeRaw(statement))]);
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
