/** Reading the record: filtered pages, verification and export, all in bounded steps so that nothing else waits for them. */
import type { AuditRow, AuditVerification, ExportAuditQuery, ListAuditQuery } from '@/lib/contracts/audit';
import { decodeCursor, encodeCursor } from '@/lib/platform/cursor';
import { type Database, likePattern, Prisma } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { genesisHash, type StoredRow } from './canonical';
import { csvHeader, csvLine } from './csv';
import { type AuditLog, parseRow } from './log';
import { createVerifier } from './verify';

type Filter = Omit<ListAuditQuery, 'limit' | 'cursor'>;

export interface AuditReader {
  list(query: ListAuditQuery): Promise<{ items: AuditRow[]; nextCursor: string | null }>;
  /** Checks every row from the first to the head at the time of the call. */
  verify(signal?: AbortSignal): Promise<AuditVerification>;
  /** The matching rows, oldest first, as lines of JSON or CSV. */
  export(query: ExportAuditQuery): AsyncIterable<string>;
}

const stepRows = 1_000;

export function createAuditReader({ db, audit }: { db: Database; audit: AuditLog }): AuditReader {
  async function list(query: ListAuditQuery) {
    const before = query.cursor === undefined ? audit.head().seq + 1 : cursorSeq(query.cursor);
    const text = query.q?.trim();
    // Only a text filter can match rarely without an index to go by.
    const floor = text ? Math.max(0, before - limits.scanRows) : 0;
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT * FROM "AuditRow" WHERE "seq" < ${before} AND "seq" >= ${floor} ${await conditions(db, query)}
      ORDER BY "seq" DESC LIMIT ${query.limit + 1}`;
    const items = rows.slice(0, query.limit).map(parseRow);
    const last = rows.length > query.limit ? items.at(-1)?.seq : undefined;
    const next = last ?? (floor > 1 ? floor : undefined);
    return { items, nextCursor: next === undefined ? null : encodeCursor([next]) };
  }

  async function* walk(filter: Filter, upTo: number): AsyncGenerator<StoredRow[]> {
    const where = await conditions(db, filter);
    for (let after = 0; ; ) {
      const rows = await db.$queryRaw<StoredRow[]>`
        SELECT * FROM "AuditRow" WHERE "seq" > ${after} AND "seq" <= ${upTo} ${where} ORDER BY "seq" LIMIT ${stepRows}`;
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = last.seq;
    }
  }

  return {
    list,
    async verify(signal) {
      await audit.drain();
      const head = audit.head();
      const verifier = createVerifier();
      for await (const rows of walkWhole(db, head.seq)) {
        signal?.throwIfAborted();
        for (const row of rows) verifier.add(row);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      return verifier.finish(head.seq === 0 ? { seq: 0, hash: genesisHash } : head);
    },
    async *export(query) {
      if (query.format === 'csv') yield csvHeader;
      const line = query.format === 'csv' ? csvLine : (row: StoredRow) => `${JSON.stringify(parseRow(row))}\n`;
      for await (const rows of walk(query, audit.head().seq)) yield rows.map(line).join('');
    },
  };
}

/**
 * Every row in order, a step as one value: SQLite writes JSON in half the time the driver takes to hand over the same rows. A
 * column that holds no text, as only tampering leaves it, has no JSON; such a step is read row by row.
 */
async function* walkWhole(db: Database, upTo: number): AsyncGenerator<StoredRow[]> {
  for (let after = 0; ; ) {
    const step = Prisma.sql`SELECT * FROM "AuditRow" WHERE "seq" > ${after} AND "seq" <= ${upTo} ORDER BY "seq" LIMIT ${stepRows}`;
    const rows = await readAsJson(db, step).catch(() => db.$queryRaw<StoredRow[]>(step));
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.seq;
  }
}

type Columns = [number, string, string, string, string, string, string, string, string];

async function readAsJson(db: Database, step: Prisma.Sql): Promise<StoredRow[]> {
  const [found] = await db.$queryRaw<Array<{ rows: string }>>`
    SELECT json_group_array(json_array("seq", "at", "actor", "action", "target", "outcome", "data", "prevHash", "hash")) AS "rows"
    FROM (${step})`;
  const rows = JSON.parse(found?.rows ?? '[]') as Columns[];
  return rows.map(([seq, at, actor, action, target, outcome, data, prevHash, hash]) => ({
    seq,
    at,
    actor,
    action,
    target,
    outcome,
    data,
    prevHash,
    hash,
  }));
}

async function conditions(db: Database, filter: Filter): Promise<Prisma.Sql> {
  const { actor, action, target, outcome, from, to } = filter;
  const text = filter.q?.trim();
  const parts: Prisma.Sql[] = [];
  if (actor !== undefined) parts.push(Prisma.sql`"actor" = ${actor}`);
  if (action !== undefined) parts.push(Prisma.sql`"action" = ${action}`);
  if (target !== undefined) parts.push(Prisma.sql`"target" = ${target}`);
  // Outcomes and times narrow what another index finds; only alone may the walk down the sequence be long.
  if (outcome !== undefined) parts.push(Prisma.sql`"outcome" = ${outcome}`);
  if (from !== undefined)
    parts.push(
      Prisma.sql`"at" >= ${from}`,
      Prisma.sql`"seq" >= ${await seqAt(db, Prisma.sql`"at" >= ${from} ORDER BY "at", "seq"`, Number.MAX_SAFE_INTEGER)}`,
    );
  if (to !== undefined)
    parts.push(
      Prisma.sql`"at" <= ${to}`,
      Prisma.sql`"seq" <= ${await seqAt(db, Prisma.sql`"at" <= ${to} ORDER BY "at" DESC, "seq" DESC`, -1)}`,
    );
  if (text) {
    const pattern = likePattern(text);
    parts.push(
      Prisma.sql`("actor" LIKE ${pattern} ESCAPE '\\' OR "action" LIKE ${pattern} ESCAPE '\\' OR "target" LIKE ${pattern} ESCAPE '\\' OR "data" LIKE ${pattern} ESCAPE '\\')`,
    );
  }
  return parts.length === 0 ? Prisma.empty : Prisma.sql`AND ${Prisma.join(parts, ' AND ')}`;
}

/** Time to sequence through the index on `at`; `none` where no row is on that side, so that the walk ends at once. */
async function seqAt(db: Database, where: Prisma.Sql, none: number): Promise<number> {
  const [row] = await db.$queryRaw<Array<{ seq: number }>>`SELECT "seq" FROM "AuditRow" WHERE ${where} LIMIT 1`;
  return row?.seq ?? none;
}

function cursorSeq(cursor: string): number {
  const [seq] = decodeCursor(cursor);
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq))
    throw new AppError('BAD_REQUEST', { message: 'cursor: not one of this list. Start again without it.' });
  return seq;
}
