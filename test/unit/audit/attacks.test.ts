/** What somebody with the database file can do to the record, and what verification says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { genesisHash, hashRow } from '@/lib/audit/canonical';
import { covers } from '@/test/requirements';
import { type AuditWorld, auditWorld } from './world';

let world: AuditWorld;
beforeEach(async () => {
  world = await auditWorld();
  await world.write(20);
});
afterEach(() => world.close());

const stored = () => world.db.auditRow.findMany({ orderBy: { seq: 'asc' } });
const kinds = async () => (await world.reader.verify()).problems.map(({ seq, kind }) => `${seq} ${kind}`);

/** Hashes of every row from `from` on made right again, as an attacker who knows the format would. */
async function rechain(from: number): Promise<void> {
  const rows = await stored();
  let prevHash = rows[from - 2]?.hash ?? genesisHash;
  for (const row of rows.slice(from - 1)) {
    const hash = hashRow({ ...row, prevHash });
    world.tamper('UPDATE "AuditRow" SET "prevHash" = ?, "hash" = ? WHERE "seq" = ?', prevHash, hash, row.seq);
    prevHash = hash;
  }
}

describe('verification', () => {
  covers('audit.tampering-found');

  it('passes what was not touched', async () => {
    const rows = await stored();
    expect(await world.reader.verify()).toEqual({
      ok: true,
      rows: 20,
      headSeq: 20,
      headHash: rows.at(-1)?.hash,
      problems: [],
    });
  });

  it.each(['at', 'actor', 'action', 'target', 'outcome', 'data', 'hash', 'prevHash'])(
    'finds an edited %s',
    async (column) => {
      world.tamper(`UPDATE "AuditRow" SET "${column}" = '{"x":1}' WHERE "seq" = 9`);
      expect(await kinds()).toContain('9 hash_mismatch');
    },
  );

  it('finds the same bytes kept as something other than text', async () => {
    world.tamper(`UPDATE "AuditRow" SET "data" = CAST("data" AS BLOB) WHERE "seq" = 9`);
    expect(await kinds()).toContain('9 hash_mismatch');
    expect((await world.reader.verify()).rows).toBe(20);
  });

  it('finds an edit whose own hash was made right: the next row does not follow', async () => {
    const [row] = (await stored()).slice(8, 9);
    if (!row) throw new Error('Row 9 is missing.');
    const hash = hashRow({ ...row, actor: 'operator:somebody' });
    world.tamper(`UPDATE "AuditRow" SET "actor" = 'operator:somebody', "hash" = ? WHERE "seq" = 9`, hash);
    expect(await kinds()).toEqual(['10 broken_link']);
  });

  it('finds an edit that restored every hash after it, while the writer knows its head', async () => {
    world.tamper(`UPDATE "AuditRow" SET "actor" = 'operator:somebody' WHERE "seq" = 9`);
    await rechain(9);
    expect(await kinds()).toEqual(['20 head_mismatch']);
  });

  it('finds a deleted row, and several', async () => {
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" IN (1, 5, 6, 12)');
    expect(await kinds()).toEqual(['1 missing_row', '5 missing_row', '12 missing_row']);
  });

  it('finds a deletion hidden by renumbering', async () => {
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" = 5');
    for (let seq = 6; seq <= 20; seq += 1)
      world.tamper('UPDATE "AuditRow" SET "seq" = ? WHERE "seq" = ?', seq - 1, seq);
    const found = await kinds();
    expect(found).toContain('5 hash_mismatch');
    expect(found).toContain('5 broken_link');
  });

  it('finds an inserted row, wherever it is put', async () => {
    const columns = '"seq","at","actor","action","target","outcome","data","prevHash","hash"';
    const head = world.audit.head();
    const row = {
      seq: 21,
      at: '',
      actor: 'x',
      action: 'x',
      target: 'x',
      outcome: 'ok',
      data: '{}',
      prevHash: head.hash,
    };
    world.tamper(`INSERT INTO "AuditRow" (${columns}) VALUES (?,?,?,?,?,?,?,?,?)`, ...Object.values(row), hashRow(row));
    // Past the head the writer knows, a row does not even count; a restart takes it for the head.
    expect((await world.reader.verify()).rows).toBe(20);
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" = 21');

    world.tamper(`INSERT INTO "AuditRow" (${columns}) VALUES (0,'','x','x','x','ok','{}','','')`);
    const before = await world.reader.verify();
    expect(before.rows).toBe(20);
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" = 0');

    for (let seq = 20; seq >= 10; seq -= 1)
      world.tamper('UPDATE "AuditRow" SET "seq" = ? WHERE "seq" = ?', seq + 1, seq);
    world.tamper(`INSERT INTO "AuditRow" (${columns}) VALUES (10,'','x','x','x','ok','{}','','')`);
    expect(await kinds()).toContain('10 hash_mismatch');
  });

  it('finds two rows that changed places', async () => {
    world.tamper('UPDATE "AuditRow" SET "seq" = -1 WHERE "seq" = 7');
    world.tamper('UPDATE "AuditRow" SET "seq" = 7 WHERE "seq" = 8');
    world.tamper('UPDATE "AuditRow" SET "seq" = 8 WHERE "seq" = -1');
    const found = await kinds();
    expect(found).toContain('7 broken_link');
    expect(found).toContain('8 hash_mismatch');
  });

  it('finds a cut tail, of one row, of all, and of all but a few', async () => {
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" = 20');
    expect(await kinds()).toEqual(['20 head_mismatch']);
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" > 3');
    expect(await kinds()).toEqual(['20 head_mismatch']);
    world.tamper('DELETE FROM "AuditRow"');
    expect(await kinds()).toEqual(['20 head_mismatch']);
  });

  it('finds data that is not the JSON of an object any more', async () => {
    for (const [seq, data] of [
      ['{', 3],
      ['[]', 4],
      ['null', 5],
    ].map(([text, at]) => [at, text] as const))
      world.tamper('UPDATE "AuditRow" SET "data" = ? WHERE "seq" = ?', data, seq);
    await rechain(3);
    expect(await kinds()).toEqual(['3 malformed_row', '4 malformed_row', '5 malformed_row', '20 head_mismatch']);
  });

  it('names at most a hundred problems and still looks at every row', async () => {
    await world.write(300);
    world.tamper(`UPDATE "AuditRow" SET "actor" = 'x'`);
    const { problems, rows, ok } = await world.reader.verify();
    expect([problems.length, rows, ok]).toEqual([100, 320, false]);
  });

  it('finds a rewrite of everything while the writer lives; after a restart only a checkpoint kept elsewhere can', async () => {
    world.tamper(`UPDATE "AuditRow" SET "actor" = 'operator:somebody'`);
    await rechain(1);
    expect(await kinds()).toEqual(['20 head_mismatch']);
    const restarted = await world.afterRestart();
    expect(await restarted.verify()).toMatchObject({ ok: true, rows: 20 });
  });

  it('is stopped by whoever asked', async () => {
    const abort = new AbortController();
    abort.abort(new Error('gone'));
    await expect(world.reader.verify(abort.signal)).rejects.toThrow('gone');
  });
});
