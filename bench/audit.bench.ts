/** The record: rows made durable in a second with everything the chain costs, and rows proved in a second. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { type AuditEvent, openAuditLog } from '@/lib/audit/log';
import { createAuditReader } from '@/lib/audit/reader';
import { systemClock } from '@/lib/platform/clock';
import { configureDatabase, createDatabase } from '@/lib/platform/database';
import { createLog } from '@/lib/platform/log';
import { applyMigrations } from '@/prisma/migrate';
import { temporaryDir } from '@/test/support/temporary-dir';
import { recordThread } from './support/record-thread';
import { against, alone, bench, expectThat } from './support/report';
import { rounds } from './support/rounds';

const rowsPerRound = 20_000;
/** Callers that wait for their row before they go on. */
const waiting = 500;
const batchRows = 100;

const eventOf = (index: number): AuditEvent => ({
  actor: 'key:key_environment',
  action: 'token.mint',
  target: `run_${index}`,
  data: { tokenId: `tok_${index}`, projectId: 'bench' },
});

async function openWorld(dir: string) {
  const file = path.join(dir, 'record.db');
  const databaseUrl = `file:${file}`;
  await applyMigrations({ databaseUrl });
  const db = createDatabase(databaseUrl);
  await configureDatabase(db);
  const writer = recordThread(file);
  const audit = await openAuditLog({ writer, clock: systemClock, log: createLog('warn'), onAppended: () => undefined });
  return { db, writer, audit, reader: createAuditReader({ db, audit }) };
}

/** The same table, filled by hand: prepared once, a hundred rows a transaction, nothing hashed. */
async function openRaw(dir: string) {
  const file = path.join(dir, 'raw.db');
  await applyMigrations({ databaseUrl: `file:${file}` });
  const db = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -32000']) db.pragma(pragma);
  const insert = db.prepare(
    'INSERT INTO "AuditRow" ("seq", "at", "actor", "action", "target", "outcome", "data", "prevHash", "hash") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  let seq = 0;
  const writeBatch = db.transaction((events: AuditEvent[]) => {
    for (const { actor, action, target, data } of events) {
      seq += 1;
      const hash = String(seq).padStart(64, '0');
      insert.run(seq, new Date().toISOString(), actor, action, target, 'ok', JSON.stringify(data), hash, hash);
    }
  });
  return { db, writeBatch };
}

await bench(async () => {
  const dir = temporaryDir();
  const { db, writer, audit, reader } = await openWorld(dir.path);
  const raw = await openRaw(dir.path);
  try {
    const events = Array.from({ length: rowsPerRound }, (_, index) => eventOf(index));
    const appended = await rounds({
      async gatehouse() {
        const before = audit.head().seq;
        let next = 0;
        const startedMs = performance.now();
        const caller = async () => {
          for (let event = events[next++]; event; event = events[next++]) await audit.append(event);
        };
        await Promise.all(Array.from({ length: waiting }, caller));
        const perSecond = rowsPerRound / ((performance.now() - startedMs) / 1_000);
        expectThat(audit.head().seq === before + rowsPerRound, 'rows are missing');
        return perSecond;
      },
      peer() {
        const startedMs = performance.now();
        for (let from = 0; from < rowsPerRound; from += batchRows) raw.writeBatch(events.slice(from, from + batchRows));
        return rowsPerRound / ((performance.now() - startedMs) / 1_000);
      },
    });
    const verified = await rounds({
      async gatehouse() {
        const startedMs = performance.now();
        const { ok, rows } = await reader.verify();
        expectThat(ok && rows === audit.head().seq, 'the record does not verify');
        return rows / ((performance.now() - startedMs) / 1_000);
      },
    });
    return {
      rows: [
        against(
          {
            what: `record, ${waiting} callers that wait`,
            unit: 'durable rows/s',
            goal: { text: '≥ 30 %', meets: (ratio) => ratio >= 0.3 },
          },
          appended.gatehouse,
          { name: 'better-sqlite3, batches of 100, no chain', values: appended.peer },
        ),
        alone(
          {
            what: 'verification of the record',
            unit: 'rows/s',
            goal: { text: '≥ 200 k', meets: (value) => value >= 200_000 },
          },
          verified.gatehouse,
        ),
      ],
    };
  } finally {
    await writer.close();
    await db.$disconnect();
    raw.db.close();
    dir.remove();
  }
});
