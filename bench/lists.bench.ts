/** A page of a list costs the same whether a thousand rows or a million stand behind it. */

import { temporaryDir } from '@/test/support/temporary-dir';
import { type Gatehouse, startGatehouse } from './support/gatehouse';
import { ascending, bench, expectThat, type Growth, percentile, type Row, spread } from './support/report';
import { roundCount } from './support/rounds';
import { seed } from './support/seed';

const sizes = { '1 k': 1_000, '100 k': 100_000, '1 M': 1_000_000 };
const samples = 60;
const goalRatio = 1.3;

interface Page {
  items: Array<{ id?: string; seq?: number; status?: string; title?: string; projectId?: string }>;
  nextCursor: string | null;
}
interface ListCase {
  what: string;
  path: string;
  /** How many pages of 200 are walked before the page that is measured; as many as there are, where there are fewer. */
  walk?: number;
  check: (page: Page, rows: number) => boolean;
}

const full = (page: Page) => page.items.length === 50 && page.nextCursor !== null;
const cases: ListCase[] = [
  { what: '/api/runs, first page', path: '/api/runs', check: (page, rows) => full(page) && newest(page, rows) },
  { what: '/api/runs, page 1,000', path: '/api/runs', walk: 250, check: full },
  {
    what: '/api/runs?status=live',
    path: '/api/runs?status=live',
    check: (page) => full(page) && all(page, 'status', 'active'),
  },
  {
    what: '/api/runs?projectId=',
    path: '/api/runs?projectId=project-7&limit=15',
    check: (page) => all(page, 'projectId', 'project-7'),
  },
  { what: '/api/runs?q=, found often', path: '/api/runs?q=import', check: full },
  {
    what: '/api/audit, first page',
    path: '/api/audit',
    check: (page, rows) => full(page) && (page.items[0]?.seq ?? 0) >= rows,
  },
  { what: '/api/audit, page 1,000', path: '/api/audit', walk: 250, check: full },
  { what: '/api/audit?action=', path: '/api/audit?action=run.start', check: full },
];
function newest(page: Page, rows: number): boolean {
  return page.items[0]?.title === `Nightly import ${rows - 1}`;
}
function all(page: Page, field: 'status' | 'projectId', value: string): boolean {
  return page.items.length > 0 && page.items.every((item) => item[field] === value);
}

async function get(server: Gatehouse, path: string): Promise<Page> {
  const answer = await server.api.fetch(path);
  expectThat(answer.status === 200, `${path} answered ${answer.status}`);
  return (await answer.json()) as Page;
}

/** The path of the page after `walk` pages of 200, or of the last one that is followed by a whole page. */
async function deepPath(server: Gatehouse, { path, walk = 0 }: ListCase): Promise<string> {
  const joined = (more: string) => `${path}${path.includes('?') ? '&' : '?'}${more}`;
  let cursor: string | null = null;
  for (let page = 0; page < walk; page += 1) {
    const { nextCursor }: Page = await get(server, joined(cursor ? `limit=200&cursor=${cursor}` : 'limit=200'));
    const after: Page | null = nextCursor ? await get(server, joined(`limit=50&cursor=${nextCursor}`)) : null;
    if (!nextCursor || !after?.nextCursor) break;
    cursor = nextCursor;
  }
  return cursor ? joined(`cursor=${cursor}`) : path;
}

/** p50 and p95 of one caller that asks again and again. */
async function sample(server: Gatehouse, path: string, check: (page: Page) => boolean) {
  const times: number[] = [];
  for (let each = 0; each < samples; each += 1) {
    const startedMs = performance.now();
    const page = await get(server, path);
    times.push(performance.now() - startedMs);
    expectThat(check(page), `${path}: ${JSON.stringify(page).slice(0, 300)}`);
  }
  const sorted = ascending(times);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}

await bench(async () => {
  const worlds = [];
  try {
    for (const [name, count] of Object.entries(sizes)) {
      const dir = temporaryDir();
      await seed(dir.path, { runs: count, auditRows: count });
      worlds.push({ name, count, dir, server: await startGatehouse({ dataDir: dir.path }) });
    }
    const rows: Row[] = [];
    const growth: Growth[] = [];
    for (const each of cases) {
      const sides = [];
      for (const world of worlds)
        sides.push({ ...world, path: await deepPath(world.server, each), p50: [] as number[], p95: [] as number[] });
      for (let round = -1; round < roundCount; round += 1) {
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          const { p50, p95 } = await sample(side.server, side.path, (page) => each.check(page, side.count));
          if (round < 0) continue;
          side.p50.push(p50);
          side.p95.push(p95);
        }
      }
      const [small, large] = [sides[0], sides.at(-1)];
      if (!small || !large) continue;
      const ratio = spread(large.p50.map((value, round) => value / (small.p50[round] ?? Number.NaN)));
      rows.push({
        what: `${each.what}, 1 M rows, p50`,
        unit: 'ms',
        gatehouse: spread(large.p50),
        peer: { name: 'itself with 1 k rows', value: spread(small.p50) },
        ratio,
        goal: { text: `≤ ${goalRatio}×`, met: ratio.median <= goalRatio },
      });
      growth.push({
        what: `${each.what}, p95`,
        unit: 'ms',
        sizes: sides.map(({ name, p95 }) => ({ size: name, value: spread(p95) })),
      });
    }
    return { rows, growth };
  } finally {
    for (const { server, dir } of worlds) {
      await server.stop();
      dir.remove();
    }
  }
});
