/**
 * Brings a database to the schema of this version. Prisma's own `_prisma_migrations` table is kept, so a machine with the
 * native engine can run `prisma migrate deploy` on the same file.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type Migration, migrationsListOf, readMigrations, repositoryRoot } from './migrations-on-disk';
import { noFilters, withSchemaEngine } from './schema-engine';

export interface ApplyMigrationsOptions {
  /** `file:` and an absolute path. The file is made when it is missing; its folder must exist. */
  databaseUrl: string;
  /** Default: `prisma/migrations` of this repository. */
  migrationsDir?: string;
}

export interface AppliedMigrations {
  /** Names, oldest first; empty when the database was up to date. */
  applied: string[];
}

interface RecordedMigration {
  migration_name: string;
  checksum: string;
  finished: number;
}

/**
 * Applies what the database does not have yet. Throws, with a text for the person at the terminal, when the database is of a
 * newer version, when an earlier migration stopped halfway, or when a committed migration was changed after it was applied.
 */
export async function applyMigrations({
  databaseUrl,
  migrationsDir,
}: ApplyMigrationsOptions): Promise<AppliedMigrations> {
  const file = databaseFile(databaseUrl);
  const dir = migrationsDir ?? defaultMigrationsDir();
  const migrations = readMigrations(dir);
  const recorded = existsSync(file) ? readRecorded(file) : [];
  refuseUnknown(file, recorded, migrations);
  refuseUnfinished(file, recorded);
  refuseChanged(recorded, migrations);
  // Loading the engine costs 150 ms and 20 MB, so a database that is up to date never meets it.
  if (migrations.every(({ name }) => recorded.some((row) => row.migration_name === name))) return { applied: [] };
  return await withSchemaEngine(databaseUrl, async (engine) => {
    const migrationsList = migrationsListOf(dir, migrations);
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilters });
    return { applied: appliedMigrationNames };
  });
}

export function defaultMigrationsDir(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return path.join(repositoryRoot(here), 'prisma', 'migrations');
}

function databaseFile(databaseUrl: string): string {
  const file = databaseUrl.startsWith('file:') ? databaseUrl.slice('file:'.length) : '';
  if (!path.isAbsolute(file))
    throw new Error(
      'DATABASE_URL must be "file:" and an absolute path, for example file:/var/lib/gatehouse/gatehouse.db.',
    );
  return file;
}

function readRecorded(file: string): RecordedMigration[] {
  const database = new Database(file, { readonly: true });
  try {
    const table = database
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'")
      .get();
    if (table === undefined) return [];
    return database
      .prepare<[], RecordedMigration>(
        'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
      )
      .all();
  } finally {
    database.close();
  }
}

function refuseUnknown(file: string, recorded: readonly RecordedMigration[], migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = recorded.filter((row) => !known.has(row.migration_name)).map((row) => row.migration_name);
  if (unknown.length === 0) return;
  throw new Error(
    `The database ${file} was written by a newer version of Gatehouse (it has ${unknown.join(', ')}). Start that version, or restore the copy made before the upgrade.`,
  );
}

function refuseUnfinished(file: string, recorded: readonly RecordedMigration[]): void {
  const stopped = recorded.find((row) => row.finished === 0);
  if (stopped === undefined) return;
  throw new Error(
    `The migration ${stopped.migration_name} of ${file} stopped halfway. Restore the copy made before the upgrade and start again.`,
  );
}

function refuseChanged(recorded: readonly RecordedMigration[], migrations: readonly Migration[]): void {
  const checksums = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const changed = recorded.find((row) => checksums.get(row.migration_name) !== row.checksum);
  if (changed === undefined) return;
  throw new Error(
    `prisma/migrations/${changed.migration_name}/migration.sql was changed after it was applied. Restore the file, and write further changes as a new migration: npm run db:diff <name>.`,
  );
}
