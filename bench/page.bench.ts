/** What a browser has to fetch and run before Runs works, as the built server sends it. */
import { gzipSync } from 'node:zlib';
import { signIn } from '@/test/support/http-client';
import { admin } from '@/test/support/server';
import { startGatehouse } from './support/gatehouse';
import { alone, bench, expectThat, type Row } from './support/report';

/** Gzip at its default level, of the page's script files; also what lies in the page itself. */
async function scriptKb(html: string, fetchText: (path: string) => Promise<string>): Promise<number> {
  const files = new Set(
    [...html.matchAll(/<script[^>]+src="([^"]+)"[^>]*>/g)].flatMap(([tag, src]) =>
      src && !tag.includes('noModule') ? [src] : [],
    ),
  );
  expectThat(files.size > 0, 'a page without scripts');
  let bytes = 0;
  for (const file of files) bytes += gzipSync(await fetchText(file)).length;
  return bytes / 1_000;
}

await bench(async () => {
  const server = await startGatehouse();
  try {
    const operator = await signIn(server.url, admin.email, admin.password);
    const rows: Row[] = [];
    for (const [path, goal] of [
      ['/runs', 220],
      ['/login', null],
      ['/', null],
      ['/audit', null],
      ['/tokens', null],
    ] as const) {
      const page = await operator.fetch(path, { headers: { accept: 'text/html' } });
      const html = await page.text();
      expectThat(page.status === 200, `${path} answered ${page.status}`);
      const kb = await scriptKb(html, async (file) => {
        const answer = await operator.fetch(file.replaceAll('&amp;', '&'));
        expectThat(answer.status === 200, `${file} answered ${answer.status}`);
        return await answer.text();
      });
      const what = `first-load JavaScript of ${path}, gzip`;
      rows.push(
        alone(
          {
            what,
            unit: 'kB',
            ...(goal === null ? {} : { goal: { text: `≤ ${goal} kB`, meets: (value: number) => value <= goal } }),
          },
          [kb],
        ),
      );
    }
    return { rows };
  } finally {
    await server.stop();
  }
});
