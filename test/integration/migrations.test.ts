/** The migrations of this repository and the engine that applies and writes them. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differenceSql, writeMigration } from '@/prisma/db-diff';
import { applyMigrations, defaultMigrationsDir } from '@/prisma/migrate';
import { readMigrations } from '@/prisma/migrations-on-disk';
import { repositoryRoot } from '../support/server';
import { temporaryDir } from '../support/temporary-dir';

const schemaFile = path.join(repositoryRoot, 'prisma', 'schema.prisma');
let dir: ReturnType<typeof temporaryDir>;
let migrationsDir: string;
let databaseUrl: string;

beforeEach(() => {
  dir = temporaryDir();
  migrationsDir = path.join(dir.path, 'migrations');
  databaseUrl = `file:${path.join(dir.path, 'test.db')}`;
  cpSync(defaultMigrationsDir(), migrationsDir, { recursive: true });
});
afterEach(() => dir.remove());

function inDatabase<T>(work: (database: Database.Database) => T): T {
  const database = new Database(databaseUrl.slice('file:'.length));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const names = () => readMigrations(migrationsDir).map(({ name }) => name);
function addMigration(name: string, sql: string): void {
  mkdirSync(path.join(migrationsDir, name));
  writeFileSync(path.join(migrationsDir, name, 'migration.sql'), sql);
}

describe('the committed migrations', () => {
  it('lead to exactly the schema, so that none is forgotten', async () => {
    const last = names().at(-1) ?? '';
    const committed = readFileSync(path.join(migrationsDir, last, 'schema.prisma'), 'utf8');
    expect(await differenceSql(committed, readFileSync(schemaFile, 'utf8'))).toBeNull();
  });

  it('make, one after the other, the tables that the schema makes at once', async () => {
    await applyMigrations({ databaseUrl, migrationsDir });
    const fromScratch = await differenceSql(null, readFileSync(schemaFile, 'utf8'));
    const shape = (database: Database.Database) =>
      database
        .prepare<[], { type: string; name: string; sql: string }>(
          "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> '_prisma_migrations' ORDER BY name",
        )
        .all()
        .map(({ type, name }) => `${type} ${name}`);
    const other = new Database(':memory:');
    other.exec(fromScratch ?? '');
    expect(inDatabase(shape)).toEqual(shape(other));
    other.close();
  });
});

describe('applying', () => {
  it('applies what is missing, and nothing the second time', async () => {
    expect(await applyMigrations({ databaseUrl, migrationsDir })).toEqual({ applied: names() });
    expect(await applyMigrations({ databaseUrl, migrationsDir })).toEqual({ applied: [] });
  });

  it('keeps the rows of an older database', async () => {
    await applyMigrations({ databaseUrl, migrationsDir });
    inDatabase((database) =>
      database.exec("INSERT INTO AuditRow VALUES (1, '2026-01-01T00:00:00.000Z', 'a', 'b', 'c', 'ok', '{}', '0', '1')"),
    );
    addMigration('29990101000000_more', 'ALTER TABLE "Run" ADD COLUMN "later" TEXT;');
    expect(await applyMigrations({ databaseUrl, migrationsDir })).toEqual({ applied: ['29990101000000_more'] });
    expect(inDatabase((database) => database.prepare('SELECT seq FROM AuditRow').all())).toEqual([{ seq: 1 }]);
  });

  it('refuses a database of a newer version, and leaves it as it was', async () => {
    addMigration('29990101000000_newer', 'CREATE TABLE "Newer" ("id" TEXT);');
    await applyMigrations({ databaseUrl, migrationsDir });
    await expect(applyMigrations({ databaseUrl })).rejects.toThrow(/newer version of Gatehouse.*29990101000000_newer/);
  });

  it('refuses a committed migration that was changed afterwards', async () => {
    await applyMigrations({ databaseUrl, migrationsDir });
    const [first = ''] = names();
    writeFileSync(path.join(migrationsDir, first, 'migration.sql'), '-- nothing');
    await expect(applyMigrations({ databaseUrl, migrationsDir })).rejects.toThrow(/changed after it was applied/);
  });

  it('names a migration that fails, and refuses to start over a half-applied one', async () => {
    await applyMigrations({ databaseUrl, migrationsDir });
    addMigration('29990101000000_broken', 'CREATE TABLE "A" ("id" TEXT);\nNONSENSE;');
    await expect(applyMigrations({ databaseUrl, migrationsDir })).rejects.toThrow(/29990101000000_broken/);
    await expect(applyMigrations({ databaseUrl, migrationsDir })).rejects.toThrow(/stopped halfway/);
  });

  it.each(['postgresql://localhost/gatehouse', 'file:relative.db', ''])('refuses "%s" as the address', async (url) => {
    await expect(applyMigrations({ databaseUrl: url, migrationsDir })).rejects.toThrow(/DATABASE_URL/);
  });
});

describe('writing the next migration', () => {
  const now = new Date('2999-05-06T07:08:09.123Z');
  const changedSchema = () => {
    const file = path.join(dir.path, 'schema.prisma');
    writeFileSync(file, `${readFileSync(schemaFile, 'utf8')}\nmodel Extra {\n  id String @id\n}\n`);
    return file;
  };

  it('writes the difference under its time and name, and it applies', async () => {
    const folder = await writeMigration({ name: 'add_extra', migrationsDir, schemaFile: changedSchema(), now });
    expect(folder).toBe('29990506070809_add_extra');
    expect(readFileSync(path.join(migrationsDir, String(folder), 'migration.sql'), 'utf8')).toContain(
      'CREATE TABLE "Extra"',
    );
    expect((await applyMigrations({ databaseUrl, migrationsDir })).applied).toContain(folder);
    expect(await writeMigration({ name: 'again', migrationsDir, schemaFile: changedSchema(), now })).toBeNull();
  });

  it('writes nothing where the schema says nothing new', async () => {
    const before = readdirSync(migrationsDir);
    expect(await writeMigration({ name: 'nothing', migrationsDir, schemaFile, now })).toBeNull();
    expect(readdirSync(migrationsDir)).toEqual(before);
  });

  it('refuses a name that is no folder', async () => {
    await expect(writeMigration({ name: '../x', migrationsDir, schemaFile, now })).rejects.toThrow(/lower case/);
    expect(statSync(migrationsDir).isDirectory()).toBe(true);
  });
});
