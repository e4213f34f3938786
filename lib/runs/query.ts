/**
 * Lists of runs by keyset. Each status is its own walk down an index, so that a page costs the same over a thousand runs and
 * over a million; a text filter looks at a bounded number of rows and hands out a cursor to go on from.
 */
import type { ListRunsQuery, Run, RunFilter } from '@/lib/contracts/runs';
import { decodeTimeCursor, encodeCursor } from '@/lib/platform/cursor';
import { type Database, likePattern, Prisma } from '@/lib/platform/database';
import { limits } from '@/lib/platform/limits';
import { toRun } from './rows';

interface Key {
  id: string;
  at: Date | string;
}
type Filter = Omit<RunFilter, 'sort'>;

const sortColumns = { startedAt: Prisma.sql`"startedAt"`, lastActivityAt: Prisma.sql`"lastActivityAt"` };

export async function listRuns(
  db: Database,
  query: ListRunsQuery,
): Promise<{ items: Run[]; nextCursor: string | null }> {
  const { keys, more } = await findKeys(db, query);
  const rows = await db.run.findMany({ where: { id: { in: keys.map(({ id }) => id) } } });
  const byId = new Map(rows.map((row) => [row.id, toRun(row)]));
  const items = keys.flatMap(({ id }) => byId.get(id) ?? []);
  return { items, nextCursor: more ? encodeCursor([new Date(more.at).getTime(), more.id]) : null };
}

/** The ids a filter matches now, newest first, at most `limit`. */
export async function findRunIds(db: Database, filter: RunFilter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { keys, more } = await findKeys(db, {
      ...filter,
      sort: filter.sort ?? '-startedAt',
      limit: Math.min(limit - ids.length, 200),
      cursor,
    });
    ids.push(...keys.map(({ id }) => id));
    cursor = more ? encodeCursor([new Date(more.at).getTime(), more.id]) : undefined;
  } while (cursor && ids.length < limit);
  return ids;
}

type KeyQuery = Filter & { sort: ListRunsQuery['sort']; limit: number; cursor?: string | undefined };

async function findKeys(db: Database, query: KeyQuery): Promise<{ keys: Key[]; more: Key | null }> {
  const column = sortColumns[query.sort.replace('-', '') as keyof typeof sortColumns];
  const descending = query.sort.startsWith('-');
  const order = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const after = query.cursor === undefined ? null : decodeTimeCursor(query.cursor);
  const beyond = descending ? Prisma.sql`<` : Prisma.sql`>`;
  const text = query.q?.trim();
  const walkRows = text ? limits.scanRows : query.limit + 1;

  const walks = (query.status ?? [null]).map((status) => {
    const conditions = [
      ...(status === null ? [] : [Prisma.sql`"status" = ${status}`]),
      ...(query.projectId === undefined ? [] : [Prisma.sql`"projectId" = ${query.projectId}`]),
      ...(query.pluginId === undefined ? [] : [Prisma.sql`"pluginId" = ${query.pluginId}`]),
      ...(query.userId === undefined ? [] : [Prisma.sql`"principalUserId" = ${query.userId}`]),
      ...(query.platform === undefined ? [] : [Prisma.sql`"principal" ->> '$.platform' = ${query.platform}`]),
      ...(query.kind === undefined ? [] : [Prisma.sql`"kind" = ${query.kind}`]),
      ...(query.tag === undefined ? [] : [hasTag(query.tag)]),
      ...(after === null ? [] : [Prisma.sql`(${column}, "id") ${beyond} (${after.time}, ${after.id})`]),
    ];
    const where = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}`;
    return Prisma.sql`SELECT * FROM (SELECT "id", ${column} AS "at" FROM "Run" ${where} ORDER BY ${column} ${order}, "id" ${order} LIMIT ${walkRows})`;
  });
  const walked = Prisma.sql`SELECT "id", "at" FROM (${Prisma.join(walks, ' UNION ALL ')}) ORDER BY "at" ${order}, "id" ${order} LIMIT ${walkRows}`;

  if (!text) {
    const found = await db.$queryRaw<Key[]>(walked);
    const keys = found.slice(0, query.limit);
    return { keys, more: found.length > query.limit ? (keys.at(-1) ?? null) : null };
  }
  const pattern = likePattern(text);
  const found = await db.$queryRaw<Key[]>`
    WITH "walked" AS (${walked})
    SELECT "walked"."id", "walked"."at" FROM "walked" JOIN "Run" USING ("id")
    WHERE "title" LIKE ${pattern} ESCAPE '\\' OR "Run"."id" LIKE ${pattern} ESCAPE '\\'
       OR "principalUserId" LIKE ${pattern} ESCAPE '\\' OR "command" LIKE ${pattern} ESCAPE '\\'
    ORDER BY "walked"."at" ${order}, "walked"."id" ${order} LIMIT ${query.limit + 1}`;
  const keys = found.slice(0, query.limit);
  if (found.length > query.limit) return { keys, more: keys.at(-1) ?? null };
  const [last] = await db.$queryRaw<
    Key[]
  >`WITH "walked" AS (${walked}) SELECT * FROM "walked" LIMIT 1 OFFSET ${walkRows - 1}`;
  return { keys, more: last ?? null };
}

/** The name was parsed: nothing in it ends the quoted key of the path. */
function hasTag(tag: string): Prisma.Sql {
  const colon = tag.indexOf(':');
  return Prisma.sql`"tags" ->> ${`$."${tag.slice(0, colon)}"`} = ${tag.slice(colon + 1)}`;
}
