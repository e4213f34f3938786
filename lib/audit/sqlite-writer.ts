/**
 * The record's own connection to SQLite. Only one process may write a database's record, and only through one of these: the
 * chain's head is kept here. Its commits wait for the disk, so the server runs it in a thread of its own.
 */
import BetterSqlite, { type Statement } from 'better-sqlite3';
import { databasePragmas } from '@/lib/platform/sqlite';
import { genesisHash, hashRow } from './canonical';
import type { RecordEntry } from './record-writer';

export interface SqliteWriter {
  head(): { seq: number; hash: string };
  /** @throws where the commit failed; then nothing of it exists and the chain goes on from where it was. */
  write(entries: readonly RecordEntry[]): string[];
  close(): void;
}

/** Longer than others wait for the database, since nothing but the record waits here. */
const busyTimeoutMs = 2_000;
/** 32 MiB of log before it is folded into the database: many commits change the same pages, and each fold syncs twice. */
const checkpointPages = 8_000;

export function openSqliteWriter(file: string): SqliteWriter {
  const database = new BetterSqlite(file);
  for (const pragma of databasePragmas) database.pragma(pragma);
  database.pragma(`busy_timeout=${busyTimeoutMs}`);
  database.pragma(`wal_autocheckpoint=${checkpointPages}`);

  const insert = database.prepare(
    'INSERT INTO "AuditRow" ("seq", "at", "actor", "action", "target", "outcome", "data", "prevHash", "hash") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const newest = database.prepare<[], { seq: number; hash: string }>(
    'SELECT "seq", "hash" FROM "AuditRow" ORDER BY "seq" DESC LIMIT 1',
  );
  const prepared = new Map<string, Statement>();
  let head = newest.get() ?? { seq: 0, hash: genesisHash };

  function statement(sql: string): Statement {
    const known = prepared.get(sql);
    if (known) return known;
    const made = database.prepare(sql);
    prepared.set(sql, made);
    return made;
  }

  const commit = database.transaction((entries: readonly RecordEntry[]): string[] => {
    let { seq, hash: prevHash } = head;
    return entries.map(({ row, companions }) => {
      const { at, actor, action, target, outcome, data } = row;
      seq += 1;
      const hash = hashRow({ seq, at, actor, action, target, outcome, data, prevHash });
      insert.run(seq, at, actor, action, target, outcome, data, prevHash, hash);
      for (const { table, values } of companions)
        for (const sql of table.statements) statement(sql).run({ ...values, seq });
      prevHash = hash;
      return hash;
    });
  });

  return {
    head: () => head,
    write(entries) {
      const hashes = commit.immediate(entries);
      head = { seq: head.seq + hashes.length, hash: hashes.at(-1) ?? head.hash };
      return hashes;
    },
    close: () => void database.close(),
  };
}
