import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAuditQuery } from '@/lib/contracts/audit';
import { limits } from '@/lib/platform/limits';
import { covers } from '@/test/requirements';
import { allPages } from '@/test/support/pages';
import { type AuditWorld, auditWorld } from './world';

const rowCount = 2 * limits.scanRows + 1_234;
const needles = [5, 19_999, 20_001, 30_000, rowCount - 1];
const hostile = [
  '=HYPERLINK("http://evil.example")',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  'a,b',
  'say "hi"',
  'two\r\nlines',
];

let world: AuditWorld;
beforeAll(async () => {
  world = await auditWorld();
  await world.write(rowCount, (index) => {
    if (index % 100 === 0) world.clock.advance(1_000);
    return {
      actor: index % 10 === 0 ? 'key:key_a' : 'server',
      action: index % 7 === 0 ? 'token.mint' : 'run.start',
      outcome: index % 1_000 === 0 ? 'refused' : 'ok',
      target: hostile[index] ?? `run_${index % 50}`,
      data: needles.includes(index) ? { note: '100%_needle\\' } : {},
    };
  });
}, 60_000);
afterAll(() => world.close());

const list = (query: Record<string, unknown>) =>
  allPages((cursor) => world.reader.list(listAuditQuery.parse({ limit: 200, ...query, cursor })));
const seqs = async (query: Record<string, unknown>) => (await list(query)).map(({ seq }) => seq);
const expected = (matches: (index: number) => boolean) =>
  Array.from({ length: rowCount }, (_, index) => rowCount - 1 - index)
    .filter(matches)
    .map((index) => index + 1);

describe('the list', () => {
  covers('audit.list', 'http.keyset-pages');

  it('is newest first and covers every row once', async () => {
    expect(await seqs({})).toEqual(expected(() => true));
  }, 60_000);

  it('filters by actor, action, target and outcome, alone and together', async () => {
    expect(await seqs({ actor: 'key:key_a' })).toEqual(expected((index) => index % 10 === 0));
    expect(await seqs({ action: 'token.mint', actor: 'key:key_a' })).toEqual(expected((index) => index % 70 === 0));
    expect(await seqs({ target: 'run_49' })).toEqual(expected((index) => index % 50 === 49));
    expect(await seqs({ outcome: 'refused' })).toEqual(expected((index) => index % 1_000 === 0));
    expect(await seqs({ actor: 'nobody' })).toEqual([]);
  }, 60_000);

  it('finds a text in bounded steps, whose cursors miss and repeat nothing, and takes % and _ as they are', async () => {
    const first = await world.reader.list(listAuditQuery.parse({ q: 'needle' }));
    expect(first.items.map(({ seq }) => seq)).toEqual([rowCount, 30_001]);
    expect(first.nextCursor).not.toBeNull();
    for (const q of ['needle', '100%_needle', 'NEEDLE', '_needle\\'])
      expect(await seqs({ q })).toEqual(needles.map((index) => index + 1).reverse());
    expect(await seqs({ q: '100_needle' })).toEqual([]);
    expect(await seqs({ q: '%' })).toEqual(needles.map((index) => index + 1).reverse());
  }, 60_000);

  it('keeps to a span of time, both ends included', async () => {
    const times = world.appended.map(({ at }) => at);
    const [from, to] = [times[10_000], times[10_500]];
    if (from === undefined || to === undefined) throw new Error('Rows are missing.');
    const within = expected((index) => (times[index] ?? '') >= from && (times[index] ?? '') <= to);
    expect(within.length).toBeGreaterThan(500);
    expect(await seqs({ from, to })).toEqual(within);
    expect(await seqs({ from: '2999-01-01T00:00:00Z' })).toEqual([]);
    expect(await seqs({ to: '1999-01-01T00:00:00Z' })).toEqual([]);
  });

  it('refuses a cursor of its own making', async () => {
    for (const cursor of ['x', 'WyJhIl0', 'W10', 'bnVsbA', 'WzEuNV0'])
      await expect(world.reader.list(listAuditQuery.parse({ cursor }))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('the export', () => {
  covers('audit.export');

  async function exported(format: 'jsonl' | 'csv', query: Record<string, unknown> = {}): Promise<string> {
    let text = '';
    for await (const chunk of world.reader.export({ format, ...query })) text += chunk;
    return text;
  }

  it('gives every row, oldest first, as one JSON object a line', async () => {
    const lines = (await exported('jsonl')).trimEnd().split('\n');
    expect(lines).toHaveLength(rowCount);
    expect(JSON.parse(lines[0] ?? '')).toEqual(world.appended[0]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(world.appended.at(-1));
  });

  it('keeps to its filter', async () => {
    const text = await exported('jsonl', { outcome: 'refused' });
    expect(text.trimEnd().split('\n')).toHaveLength(expected((index) => index % 1_000 === 0).length);
  });

  it('gives CSV that a spreadsheet does not run and a parser reads back', async () => {
    const text = await exported('csv');
    expect(text.startsWith('seq,at,actor,action,target,outcome,data,prevHash,hash\r\n')).toBe(true);
    const records = parseCsv(text);
    expect(records).toHaveLength(rowCount + 1);
    const targets = records.slice(1, hostile.length + 1).map((cells) => cells[4] ?? '');
    for (const target of targets) expect(target).not.toMatch(/^[=+\-@\t\r]/);
    expect(targets.map((target) => target.replace(/^'/, ''))).toEqual(hostile);
    expect(records.every((cells) => cells.length === 9)).toBe(true);
  });
});

/** RFC 4180, as far as quotes and line ends go. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(cells);
    cells = [];
  }
  return records;
}
