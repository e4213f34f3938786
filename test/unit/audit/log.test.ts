import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { genesisHash } from '@/lib/audit/canonical';
import { limits } from '@/lib/platform/limits';
import { covers } from '@/test/requirements';
import { type AuditWorld, auditWorld } from './world';

let world: AuditWorld;
beforeEach(async () => {
  world = await auditWorld();
});
afterEach(() => world.close());

const stored = () => world.db.auditRow.findMany({ orderBy: { seq: 'asc' } });
const unavailable = { code: 'AUDIT_UNAVAILABLE' };

describe('appending', () => {
  covers('audit.row', 'audit.group-commit');

  it('answers the row as it is stored, chained to the one before', async () => {
    const [first, second] = [
      await world.audit.append({ actor: 'server', action: 'run.start', target: 'run_a', data: { b: 1, a: undefined } }),
      await world.audit.append({ actor: 'key:k', action: 'token.mint', target: 'tok_a', outcome: 'refused' }),
    ];
    expect(first).toMatchObject({
      seq: 1,
      outcome: 'ok',
      data: { b: 1 },
      prevHash: genesisHash,
      at: '2026-11-22T12:00:00.000Z',
    });
    expect(second).toMatchObject({ seq: 2, outcome: 'refused', data: {}, prevHash: first.hash });
    expect((await stored()).map(({ seq, hash }) => [seq, hash])).toEqual([
      [1, first.hash],
      [2, second.hash],
    ]);
    expect(world.audit.head()).toEqual({ seq: 2, hash: second.hash });
  });

  it('numbers what comes at once in the order it came, with few commits, and tells each once', async () => {
    const rows = await world.write(2_000);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
    expect(rows.map(({ target }) => target)).toEqual(rows.map((_, index) => `run_${index}`));
    expect(world.appended).toEqual(rows);
    expect(world.commits()).toBe(2_000 / limits.auditBatchRows + 1);
    expect(await world.reader.verify()).toMatchObject({ ok: true, rows: 2_000, headSeq: 2_000, problems: [] });
  });

  it('has the row on the disk by the time it answers', async () => {
    await world.audit.append({ actor: 'server', action: 'run.revoke', target: 'run_a' });
    const other = await world.reopen();
    expect(await other.auditRow.count()).toBe(1);
  });

  it('stamps a row with the time it was asked for, not the time it was written', async () => {
    const first = world.audit.append({ actor: 'server', action: 'a', target: 't' });
    world.clock.advance(5_000);
    const second = world.audit.append({ actor: 'server', action: 'b', target: 't' });
    expect([(await first).at, (await second).at]).toEqual(['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:05.000Z']);
  });

  it('keeps any text in any column so that it still verifies', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '\0',
        'a\0b',
        '\ud800',
        '\udfff x',
        "'; DROP TABLE AuditRow; --",
        '\u2028\r\n\t',
        '=1+1',
        '💥',
        '"\\"',
      ),
    );
    const event = fc.record({ actor: text, action: text, target: text, value: text });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 40, maxLength: 60 }), async (events) => {
        const rows = await Promise.all(
          events.map(({ value, ...columns }) => world.audit.append({ ...columns, data: { value, [value]: [value] } })),
        );
        expect(rows.map(({ data }) => data)).toEqual(events.map(({ value }) => ({ value, [value]: [value] })));
      }),
      { numRuns: 30 },
    );
    const verification = await world.reader.verify();
    expect(verification.problems).toEqual([]);
    const restarted = await world.afterRestart();
    expect((await restarted.verify()).problems).toEqual([]);
  });

  it('goes on from the head after a restart', async () => {
    await world.write(3);
    const head = world.audit.head();
    const reader = await world.afterRestart();
    expect(await reader.verify()).toMatchObject({ ok: true, headSeq: 3, headHash: head.hash });
  });
});

describe('a record that cannot be written', () => {
  covers('audit.unavailable');

  const diskIs = (full: boolean) =>
    world.tamper(
      full
        ? `CREATE TRIGGER "full" BEFORE INSERT ON "AuditRow" BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END`
        : 'DROP TRIGGER "full"',
    );

  it('refuses every waiting row, leaves no gap and no broken link, and works again when there is room', async () => {
    await world.write(10);
    diskIs(true);
    const results = await Promise.allSettled(
      [...Array(700)].map((_, index) => world.write(1, () => ({ target: `lost_${index}` }))),
    );
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(world.audit.head().seq).toBe(10);
    diskIs(false);

    const row = await world.audit.append({ actor: 'server', action: 'run.start', target: 'run_after' });
    expect(row.seq).toBe(11);
    expect(await world.reader.verify()).toMatchObject({ ok: true, rows: 11, problems: [] });
    expect((await stored()).filter(({ target }) => target.startsWith('lost_'))).toEqual([]);
    expect(world.appended).toHaveLength(11);
  });

  it('is not written over by a second writer: the row is refused', async () => {
    await world.write(2);
    const columns = '"seq","at","actor","action","target","outcome","data","prevHash","hash"';
    world.tamper(`INSERT INTO "AuditRow" (${columns}) VALUES (3,'','','','','ok','{}','','')`);
    await expect(world.audit.append({ actor: 'server', action: 'a', target: 't' })).rejects.toMatchObject(unavailable);
    world.tamper('DELETE FROM "AuditRow" WHERE "seq" = 3');
    await world.audit.append({ actor: 'server', action: 'a', target: 't' });
    expect(await world.reader.verify()).toMatchObject({ ok: true, rows: 3 });
  });

  it('lets nobody who does not wait see the failure', async () => {
    diskIs(true);
    world.audit.note({ actor: 'server', action: 'a', target: 't' });
    await world.audit.drain();
    diskIs(false);
    expect(world.audit.head().seq).toBe(0);
  });

  it('refuses rows beyond its queue, and writes those it took', async () => {
    const results = await Promise.allSettled([world.write(limits.auditQueueRows), world.write(1)]);
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: unavailable }]);
    expect(await world.db.auditRow.count()).toBe(limits.auditQueueRows);
  }, 60_000);

  it('says how long the oldest row waits, and nothing when none does', async () => {
    expect(world.audit.lagMs()).toBe(0);
    const written = world.write(3);
    expect(world.audit.lagMs()).toBeGreaterThanOrEqual(0);
    await written;
    expect([world.audit.lagMs(), world.audit.rows()]).toEqual([0, 3]);
  });
});
