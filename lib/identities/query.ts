/** Lists of principals by keyset, the last seen first: a walk down an index, and for a text a bounded one with a cursor to go on from. */
import type { ListIdentitiesQuery } from '@/lib/contracts/identities';
import { decodeCursor, encodeCursor } from '@/lib/platform/cursor';
import { type Database, likePattern, Prisma, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

export interface SeenRow {
  platform: string;
  userId: string;
  /** JSON array. */
  aliases: string;
  firstSeenAt: Date | string;
  lastSeenAt: Date | string;
}

export async function listSeen(
  db: Database,
  { limit, cursor, q, platform }: ListIdentitiesQuery,
): Promise<{ rows: SeenRow[]; nextCursor: string | null }> {
  const text = q?.trim();
  const filtered = Boolean(text) || platform !== undefined;
  const walkRows = filtered ? limits.scanRows : limit + 1;
  const walk = Prisma.sql`
    SELECT "platform", "userId", "aliases", "firstSeenAt", "lastSeenAt" FROM "Identity" ${afterCursor(cursor)}
    ORDER BY "lastSeenAt" DESC, "platform" DESC, "userId" DESC LIMIT ${walkRows}`;
  const pattern = likePattern(text ?? '');
  const found = filtered
    ? await db.$queryRaw<SeenRow[]>`
        WITH "walked" AS (${walk}) SELECT * FROM "walked"
        WHERE ("userId" LIKE ${pattern} ESCAPE '\\' OR "aliases" LIKE ${pattern} ESCAPE '\\')
          AND ${platform === undefined ? Prisma.sql`true` : Prisma.sql`"platform" = ${platform}`}
        ORDER BY "lastSeenAt" DESC, "platform" DESC, "userId" DESC LIMIT ${limit + 1}`
    : await db.$queryRaw<SeenRow[]>(walk);
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : filtered ? await endOf(db, walk, walkRows) : undefined;
  return { rows, nextCursor: last ? cursorOf(last) : null };
}

/** The last row of a walk that went as far as it may: there may be more behind it. */
async function endOf(db: Database, walk: Prisma.Sql, walkRows: number): Promise<SeenRow | undefined> {
  const [last] = await db.$queryRaw<
    SeenRow[]
  >`WITH "walked" AS (${walk}) SELECT * FROM "walked" LIMIT 1 OFFSET ${walkRows - 1}`;
  return last;
}

function afterCursor(cursor: string | undefined): Prisma.Sql {
  if (cursor === undefined) return Prisma.empty;
  const [atMs, platform, userId] = decodeCursor(cursor);
  if (!Number.isSafeInteger(atMs) || Math.abs(Number(atMs)) > 8.64e15 || typeof platform !== 'string')
    throw new AppError('BAD_REQUEST', { message: 'cursor: not one of this list. Start again without it.' });
  const at = storedTime(Number(atMs));
  return Prisma.sql`WHERE ("lastSeenAt", "platform", "userId") < (${at}, ${platform}, ${String(userId)})`;
}

function cursorOf({ lastSeenAt, platform, userId }: SeenRow): string {
  return encodeCursor([new Date(lastSeenAt).getTime(), platform, userId]);
}
