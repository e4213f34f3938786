import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { Prisma, PrismaClient } from '@/prisma/generated/client';
import { toIso } from './clock';
import { databasePragmas } from './sqlite';

/**
 * The database as the domain sees it. Secret columns are left out of every answer unless a query names them
 * (`omit: { hash: false }`).
 */
export function createDatabase(databaseUrl: string) {
  return new PrismaClient({
    adapter: new PrismaBetterSqlite3({ url: databaseUrl }),
    omit: {
      operator: { passwordHash: true },
      serviceKey: { hash: true },
      toolToken: { hash: true },
      connector: { secrets: true },
      relayInstance: { secrets: true },
      relayEnrolment: { hash: true },
      relayLinkCode: { hash: true },
      relayPlatform: { secrets: true },
      relayUpstream: { secret: true },
    },
  });
}
export type Database = ReturnType<typeof createDatabase>;

export async function configureDatabase(db: Database): Promise<void> {
  for (const pragma of databasePragmas) await db.$queryRawUnsafe(`PRAGMA ${pragma}`);
}

export { Prisma };

/** A text as a pattern of `LIKE … ESCAPE '\\'` that finds it anywhere: nothing in it is a wildcard. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** True where a write met a unique constraint (Prisma's P2002). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002';
}

/** A time, ISO 8601 UTC or epoch milliseconds, as Prisma's adapter for SQLite keeps it: rows written around Prisma must sort and compare among its own. */
export function storedTime(at: string | number): string {
  return (typeof at === 'string' ? at : toIso(at)).replace('Z', '+00:00');
}
