/** A real SQLite file of the current schema for one test: migrated once a process, then copied. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import type { RecordWriter } from '@/lib/audit/record-writer';
import { openSqliteWriter } from '@/lib/audit/sqlite-writer';
import { configureDatabase, createDatabase, type Database } from '@/lib/platform/database';
import { applyMigrations } from '@/prisma/migrate';
import { temporaryDir } from './temporary-dir';

export interface TestDatabase {
  db: Database;
  file: string;
  /** The file through a connection of its own, past everything Gatehouse promises about it: what an attacker with the disk does. */
  tamper(sql: string, ...values: unknown[]): void;
  /** Many rows in one statement: what Prisma takes minutes for. A `Date` is kept as the product keeps it. */
  insert(table: string, rows: ReadonlyArray<Record<string, unknown>>): void;
  /** What writes the record to it, in the thread of the test: the same commits, without a worker's bundle. */
  openWriter(): RecordWriter;
  /** A connection of the product's own kind to the same file, as the next start would open it. */
  reopen(): Promise<Database>;
  close(): Promise<void>;
}

/** The record's writer without a thread of its own. */
export function writerHere(file: string): RecordWriter {
  const writer = openSqliteWriter(file);
  return {
    head: async () => writer.head(),
    write: async (entries) => writer.write(entries),
    close: async () => writer.close(),
  };
}

let template: Promise<Buffer> | null = null;

async function makeTemplate(): Promise<Buffer> {
  const dir = temporaryDir();
  try {
    const file = path.join(dir.path, 'template.db');
    await applyMigrations({ databaseUrl: `file:${file}` });
    return readFileSync(file);
  } finally {
    dir.remove();
  }
}

export async function temporaryDatabase(): Promise<TestDatabase> {
  template ??= makeTemplate();
  const dir = temporaryDir();
  const file = path.join(dir.path, 'test.db');
  writeFileSync(file, await template);
  const opened: Database[] = [];
  const writers: RecordWriter[] = [];
  const open = async () => {
    const db = createDatabase(`file:${file}`);
    await configureDatabase(db);
    opened.push(db);
    return db;
  };
  return {
    db: await open(),
    file,
    tamper(sql, ...values) {
      const direct = new BetterSqlite(file);
      try {
        direct.prepare(sql).run(...values);
      } finally {
        direct.close();
      }
    },
    insert(table, rows) {
      const columns = Object.keys(rows[0] ?? {});
      const direct = new BetterSqlite(file);
      try {
        const names = columns.map((name) => `"${name}"`).join(', ');
        const values = columns.map((name) => `value ->> '${name}'`).join(', ');
        const text = JSON.stringify(rows).replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+)Z"/g, '"$1+00:00"');
        direct.prepare(`INSERT INTO "${table}" (${names}) SELECT ${values} FROM json_each(?)`).run(text);
      } finally {
        direct.close();
      }
    },
    openWriter() {
      const opened = writerHere(file);
      writers.push(opened);
      return opened;
    },
    reopen: open,
    close: async () => {
      await Promise.all(writers.map((writer) => writer.close()));
      await Promise.all(opened.map((db) => db.$disconnect()));
      dir.remove();
    },
  };
}
