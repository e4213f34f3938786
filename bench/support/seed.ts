/** Fills the database of a server that is not running yet: runs and a record whose chain is whole. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { canonicalJson, genesisHash, hashRow } from '@/lib/audit/canonical';
import { applyMigrations } from '@/prisma/migrate';

const hourMs = 3_600_000;
const batchRows = 5_000;
/** However long the list, as many runs are live at a time. */
const liveRuns = 200;

export async function seed(dataDir: string, { runs, auditRows }: { runs: number; auditRows: number }): Promise<void> {
  const file = path.join(dataDir, 'gatehouse.db');
  await applyMigrations({ databaseUrl: `file:${file}` });
  const db = new Database(file);
  // What is seeded need not outlive a crash.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -1000000');
  const nowMs = Date.now();
  insert(db, 'Run', runs, (index) => runRow(index, runs, nowMs));
  let prevHash = genesisHash;
  insert(db, 'AuditRow', auditRows, (index) => {
    const row = auditRow(index, auditRows, nowMs, prevHash);
    prevHash = row.hash;
    return row;
  });
  db.exec('ANALYZE');
  db.close();
}

function insert(db: Database.Database, table: string, count: number, rowAt: (index: number) => object): void {
  for (let from = 0; from < count; from += batchRows) {
    const rows = Array.from({ length: Math.min(batchRows, count - from) }, (_, index) => rowAt(from + index));
    const names = Object.keys(rows[0] ?? {});
    db.prepare(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
       SELECT ${names.map((name) => `value ->> '${name}'`).join(', ')} FROM json_each(?)`,
    ).run(JSON.stringify(rows));
  }
}

const prismaTime = (ms: number) => new Date(ms).toISOString().replace('Z', '+00:00');
const idOf = (prefix: string, index: number) => `${prefix}_${String(index).padStart(16, '0')}`;

/** The newest are live; older ones ended, one in ten not well. A second apart. */
function runRow(index: number, count: number, nowMs: number) {
  const live = index >= count - Math.min(liveRuns, count / 2);
  const startedMs = nowMs - (count - index) * 1_000;
  return {
    id: idOf('run', index),
    title: `Nightly import ${index}`,
    kind: 'external',
    status: live ? 'active' : index % 10 === 0 ? 'failed' : 'completed',
    projectId: `project-${index % 50}`,
    principal: JSON.stringify({ userId: `user-${index % 500}`, platform: 'console' }),
    principalUserId: `user-${index % 500}`,
    startedBy: 'key:key_environment',
    startedAt: prismaTime(startedMs),
    endedAt: live ? null : prismaTime(startedMs + 60_000),
    expiresAt: prismaTime(live ? nowMs + 12 * hourMs : startedMs + hourMs),
    tags: '{}',
    tokenCount: 1,
    toolCalls: index % 97,
    lastActivityAt: prismaTime(startedMs + 30_000),
  };
}

function auditRow(index: number, count: number, nowMs: number, prevHash: string) {
  const row = {
    seq: index + 1,
    at: new Date(nowMs - (count - index) * 1_000).toISOString(),
    actor: `operator:${idOf('op', index % 20)}`,
    action: index % 3 === 0 ? 'run.start' : 'token.mint',
    target: idOf('run', index),
    outcome: 'ok',
    data: canonicalJson({ kind: 'external', projectId: `project-${index % 50}` }),
    prevHash,
  };
  return { ...row, hash: hashRow(row) };
}
