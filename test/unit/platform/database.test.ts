import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUniqueViolation } from '@/lib/platform/database';
import { applyMigrations } from '@/prisma/migrate';
import { covers } from '@/test/requirements';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';

let database: TestDatabase;
beforeEach(async () => {
  database = await temporaryDatabase();
});
afterEach(() => database.close());

describe('the database', () => {
  covers('process.durable-commits', 'process.migrations');

  it('syncs every commit, waits a moment for locks and keeps its references', async () => {
    const pragma = async (name: string) => {
      const [row] = await database.db.$queryRawUnsafe<Array<Record<string, unknown>>>(`PRAGMA ${name}`);
      return String(Object.values(row ?? {})[0]);
    };
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe('2');
    expect(await pragma('foreign_keys')).toBe('1');
    expect(await pragma('busy_timeout')).toBe('200');
  });

  it('is brought to the schema once', async () => {
    const databaseUrl = `file:${database.file}`;
    expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [] });
  });

  it('leaves secret columns out unless a query names them', async () => {
    const at = new Date('2026-11-22T12:00:00Z');
    const common = { name: 'a', createdAt: at };
    await database.db.operator.create({
      data: { id: 'op_1', email: 'a@b.c', role: 'admin', passwordHash: 'canary', ...common },
    });
    await database.db.serviceKey.create({
      data: { id: 'key_1', scopes: '[]', hash: 'canary', createdBy: 'x', ...common },
    });
    const read = [await database.db.operator.findMany(), await database.db.serviceKey.findMany()];
    expect(JSON.stringify(read)).not.toContain('canary');
    expect(await database.db.operator.findFirst({ omit: { passwordHash: false } })).toMatchObject({
      passwordHash: 'canary',
    });
  });

  it('tells a second of its kind from any other failure', async () => {
    const row = { id: 'op_1', email: 'a@b.c', name: 'a', role: 'admin', createdAt: new Date(0) };
    await database.db.operator.create({ data: row });
    const again = await database.db.operator.create({ data: row }).catch((error: unknown) => error);
    expect([isUniqueViolation(again), isUniqueViolation(new Error('x')), isUniqueViolation(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
