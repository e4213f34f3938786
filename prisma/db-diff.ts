/**
 * `npm run db:diff <name>`: writes the migration from what is committed to prisma/schema.prisma. Each migration folder keeps
 * the schema it leads to, and the newest one is what the next difference starts from.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultMigrationsDir } from './migrate';
import { readMigrations } from './migrations-on-disk';
import { noFilters, withSchemaEngine } from './schema-engine';

export interface WriteMigrationOptions {
  name: string;
  migrationsDir: string;
  schemaFile: string;
  now: Date;
}

/** Writes the next migration and answers its folder's name, or null when the schema says nothing new. */
export async function writeMigration({
  name,
  migrationsDir,
  schemaFile,
  now,
}: WriteMigrationOptions): Promise<string | null> {
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name))
    throw new Error('Name the migration in lower case with underscores, for example add_run_tags.');
  const schema = readFileSync(schemaFile, 'utf8');
  const sql = await differenceSql(previousSchema(migrationsDir), schema);
  if (sql === null) return null;
  const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `${stamp}_${name}`;
  mkdirSync(path.join(migrationsDir, folder), { recursive: true });
  writeFileSync(path.join(migrationsDir, folder, 'schema.prisma'), schema);
  writeFileSync(path.join(migrationsDir, folder, 'migration.sql'), sql);
  writeFileSync(
    path.join(migrationsDir, 'migration_lock.toml'),
    '# Read by the Prisma command line.\nprovider = "sqlite"\n',
  );
  return folder;
}

function previousSchema(migrationsDir: string): string | null {
  const last = existsSync(migrationsDir) ? readMigrations(migrationsDir).at(-1) : undefined;
  if (last === undefined) return null;
  const file = path.join(migrationsDir, last.name, 'schema.prisma');
  if (!existsSync(file))
    throw new Error(`${file} is missing: it says what the last migration leads to. Restore it from git.`);
  return readFileSync(file, 'utf8');
}

/** The SQL that leads from one schema to another; `null` for none, and `null` as `from` for an empty database. */
export async function differenceSql(from: string | null, to: string): Promise<string | null> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'gatehouse-diff-'));
  try {
    return await withSchemaEngine(`file:${path.join(scratch, 'scratch.db')}`, async (engine) => {
      const result = await engine.diff({
        from:
          from === null
            ? { tag: 'empty' }
            : { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: from }] },
        to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: to }] },
        script: true,
        exitCode: true,
        filters: noFilters,
      });
      // Exit code 2 is the engine's word for "there is a difference".
      return result.exitCode === 2 ? (result.stdout ?? '') : null;
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The command line of the script. Answers the process's exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || rest.length > 0) {
    process.stderr.write('Usage: npm run db:diff <name>, for example npm run db:diff add_run_tags\n');
    return 2;
  }
  const migrationsDir = defaultMigrationsDir();
  const schemaFile = path.join(path.dirname(migrationsDir), 'schema.prisma');
  const folder = await writeMigration({ name, migrationsDir, schemaFile, now: new Date() });
  process.stdout.write(
    folder === null
      ? 'prisma/schema.prisma says nothing that the migrations do not: nothing written.\n'
      : `Wrote prisma/migrations/${folder}/migration.sql. Read it before you commit it.\n`,
  );
  return 0;
}

if (process.argv[1] === import.meta.filename) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
