import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  endedRunStatuses,
  listRunsQuery,
  liveRunStatuses,
  runKinds,
  runSorts,
  runStatuses,
} from '@/lib/contracts/runs';
import { limits } from '@/lib/platform/limits';
import { findRunIds, listRuns } from '@/lib/runs/query';
import { covers } from '@/test/requirements';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';
import { allPages } from '@/test/support/pages';

const startMs = Date.parse('2026-11-01T00:00:00Z');
const manyRows = 5_000;
const needles = [3, limits.scanRows - 1, limits.scanRows + 1, limits.scanRows + 1_500];

/** Many rows share each time, so that only the id tells them apart. */
function rowOf(index: number) {
  const needle = needles.includes(index);
  return {
    id: `run_${String((index * 7_919) % 1_000_003).padStart(7, '0')}`,
    title: needle ? `100%_Needle\\ ${index}` : `Run ${index}`,
    kind: runKinds[index % 2] ?? 'pty',
    status: runStatuses[index % runStatuses.length] ?? 'active',
    projectId: `project-${index % 5}`,
    principal: JSON.stringify({ userId: `user-${index % 11}`, platform: 'console' }),
    principalUserId: `user-${index % 11}`,
    startedBy: 'ada@example.com',
    command: index % 2 === 0 ? JSON.stringify(['agent', `--seed=${index}`]) : null,
    pluginId: index % 3 === 0 ? 'git' : null,
    startedAt: new Date(startMs + Math.floor(index / 7) * 1_000),
    expiresAt: new Date(startMs + 3_600_000),
    tags: index % 9 === 0 ? '{"relay.instance":"rly:a"}' : '{}',
    lastActivityAt: new Date(startMs + ((index * 31) % 997) * 1_000),
  };
}
type Row = ReturnType<typeof rowOf>;

async function databaseOf(count: number) {
  const database = await temporaryDatabase();
  const rows = Array.from({ length: count }, (_, index) => rowOf(index));
  database.insert('Run', rows);
  return { database, rows };
}

let small: { database: TestDatabase; rows: Row[] };
let large: { database: TestDatabase; rows: Row[] };
beforeAll(async () => {
  small = await databaseOf(manyRows);
  large = await databaseOf(limits.scanRows + 2_000);
}, 60_000);
afterAll(async () => {
  await small.database.close();
  await large.database.close();
});

const walk = async (world: typeof small, query: Record<string, unknown>) => {
  const runs = await allPages((cursor) =>
    listRuns(world.database.db, listRunsQuery.parse({ limit: 200, ...query, cursor })),
  );
  return runs.map(({ id }) => id);
};
/** What a list must be, found without any index, cursor or SQL. */
function expected(rows: Row[], sort: (typeof runSorts)[number], matches: (row: Row) => boolean = () => true): string[] {
  const field = sort.replace('-', '') === 'startedAt' ? 'startedAt' : 'lastActivityAt';
  const direction = sort.startsWith('-') ? -1 : 1;
  return rows
    .filter(matches)
    .sort((a, b) => direction * (a[field].getTime() - b[field].getTime() || (a.id < b.id ? -1 : 1)))
    .map(({ id }) => id);
}

describe('the list of runs', () => {
  covers('runs.lists', 'http.keyset-pages');

  it.each(runSorts)('by %s covers 5,000 rows once each, in order, though many share a time', async (sort) => {
    expect(await walk(small, { sort })).toEqual(expected(small.rows, sort));
  });

  it.each<[string, Record<string, unknown>, (row: Row) => boolean]>([
    ['one status', { status: 'revoked' }, ({ status }) => status === 'revoked'],
    ['several statuses', { status: 'failed,expired' }, ({ status }) => ['failed', 'expired'].includes(status)],
    ['live', { status: 'live' }, ({ status }) => liveRunStatuses.includes(status)],
    ['ended', { status: 'ended' }, ({ status }) => endedRunStatuses.includes(status)],
    ['a project', { projectId: 'project-3' }, ({ projectId }) => projectId === 'project-3'],
    ['a principal', { userId: 'user-7' }, ({ principalUserId }) => principalUserId === 'user-7'],
    ['a plugin', { pluginId: 'git' }, ({ pluginId }) => pluginId === 'git'],
    ['a tag', { tag: 'relay.instance:rly:a' }, ({ tags }) => tags !== '{}'],
    ['a kind', { kind: 'external' }, ({ kind }) => kind === 'external'],
    [
      'all at once',
      { status: 'live', projectId: 'project-0', kind: 'pty', pluginId: 'git' },
      (row) =>
        liveRunStatuses.includes(row.status) &&
        row.projectId === 'project-0' &&
        row.kind === 'pty' &&
        row.pluginId === 'git',
    ],
    ['nothing', { projectId: 'nowhere' }, () => false],
  ])('filtered by %s holds exactly what fits, by either time', async (_what, query, matches) => {
    for (const sort of ['-startedAt', 'lastActivityAt'] as const)
      expect(await walk(small, { ...query, sort })).toEqual(expected(small.rows, sort, matches));
  });

  it('has a page of any size, down to one', async () => {
    const page = await listRuns(small.database.db, listRunsQuery.parse({ limit: 1 }));
    expect(page.items.map(({ id }) => id)).toEqual(expected(small.rows, '-startedAt').slice(0, 1));
    expect(await walk(small, { limit: 137, projectId: 'project-1' })).toEqual(
      expected(small.rows, '-startedAt', ({ projectId }) => projectId === 'project-1'),
    );
  });

  it('misses and repeats nothing that stood when the walk began, while runs are added and end', async () => {
    const { database, rows } = await databaseOf(600);
    const seen: string[] = [];
    let cursor: string | undefined;
    let added = 0;
    do {
      const page = await listRuns(database.db, listRunsQuery.parse({ limit: 50, cursor }));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      added += 1;
      await database.db.run.create({
        data: { ...rowOf(0), id: `run_new_${added}`, startedAt: new Date(startMs + 1e9) },
      });
      await database.db.run.updateMany({ where: { status: 'active' }, data: { status: 'completed' } });
    } while (cursor);
    expect(seen).toEqual(expected(rows, '-startedAt'));
    await database.close();
  });

  it('refuses a cursor of its caller’s making', async () => {
    for (const cursor of ['x', 'e30', Buffer.from('["a","b"]').toString('base64url')])
      await expect(listRuns(small.database.db, listRunsQuery.parse({ cursor }))).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
  });
});

describe('a text filter', () => {
  covers('runs.lists');
  const found = (rows: Row[]) => expected(rows, '-startedAt', ({ title }) => title.includes('Needle'));

  it('finds titles, ids, principals and commands, in any case, and takes % and _ as they are', async () => {
    const { rows } = small;
    const by = (matches: (row: Row) => boolean) => expected(rows, '-startedAt', matches);
    expect(await walk(small, { q: 'run 4999' })).toEqual(by(({ title }) => title === 'Run 4999'));
    expect(await walk(small, { q: rows[77]?.id })).toEqual([rows[77]?.id]);
    expect(await walk(small, { q: 'USER-10' })).toEqual(by(({ principalUserId }) => principalUserId === 'user-10'));
    expect(await walk(small, { q: '--seed=4242' })).toEqual(
      by(({ command }) => command?.includes('--seed=4242') ?? false),
    );
    expect(await walk(small, { q: '100%_needle' })).toEqual(found(rows));
    expect(await walk(small, { q: '%_n%' })).toEqual([]);
    expect(await walk(small, { q: '\\' })).toEqual(found(rows));
  });

  it('looks at a bounded number of rows a page, and its cursors reach every match once', async () => {
    const first = await listRuns(large.database.db, listRunsQuery.parse({ q: 'needle' }));
    expect(first.items.map(({ id }) => id)).toEqual(found(large.rows).slice(0, 3));
    expect(first.nextCursor).not.toBeNull();
    expect(await walk(large, { q: 'needle' })).toEqual(found(large.rows));
    expect(await walk(large, { q: 'needle', limit: 1 })).toEqual(found(large.rows));
    expect(await walk(large, { q: 'needle', sort: 'lastActivityAt' })).toEqual(
      expected(large.rows, 'lastActivityAt', ({ title }) => title.includes('Needle')),
    );
    expect(await walk(large, { q: 'nobody has this' })).toEqual([]);
  });
});

describe('freezing a filter to ids', () => {
  covers('revoke.many');

  it('gives the newest that fit, at most as many as asked for', async () => {
    const live = expected(small.rows, '-startedAt', ({ status }) => liveRunStatuses.includes(status));
    expect(await findRunIds(small.database.db, { status: liveRunStatuses }, 1_000)).toEqual(live.slice(0, 1_000));
    expect(await findRunIds(small.database.db, { status: liveRunStatuses }, 5_000)).toEqual(live);
    expect(await findRunIds(small.database.db, { q: 'needle' }, 1_000)).toEqual(
      expected(small.rows, '-startedAt', ({ title }) => title.includes('Needle')),
    );
  });
});
