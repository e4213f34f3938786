/** The files of a run's directory, and every way out of it that a path can try. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { directoryOf } from '@/lib/tools/directory';
import type { Root } from '@/lib/tools/files/beneath';
import { listFiles } from '@/lib/tools/files/list-files';
import { readFile } from '@/lib/tools/files/read-file';
import { writeFile } from '@/lib/tools/files/write-file';
import { covers } from '@/test/requirements';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('tools.files-beneath');

let dir: ReturnType<typeof temporaryDir>;
let root: Root;
const at = (...names: string[]) => path.join(dir.path, ...names);
const inRun = (...names: string[]) => at('run', ...names);
const secret = 'the secret of the host';

beforeEach(() => {
  dir = temporaryDir();
  for (const name of ['run', 'run/sub', 'run/data', 'run-of-others']) mkdirSync(at(name));
  writeFileSync(at('secret'), secret);
  writeFileSync(inRun('data', 'key'), secret);
  writeFileSync(inRun('sub', 'a.txt'), 'Grüße');
  root = { directory: inRun(), hidden: [inRun('data')] };
});
afterEach(() => dir.remove());

const isLink = (name: string) => lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const write = (name: string, content = 'x', more: { encoding?: 'utf8' | 'base64' } = {}) =>
  writeFile(root, { path: name, content, ...more });

it('reads, writes and lists, by a relative and by an absolute path', async () => {
  expect(await write('new/folder/b.txt', 'two')).toEqual({ path: 'new/folder/b.txt', size: 3 });
  expect(await readFile(root, './new//folder/../folder/b.txt')).toEqual({
    ...{ path: 'new/folder/b.txt', content: 'two', encoding: 'utf8', size: 3, truncated: false },
  });
  expect(await readFile(root, inRun('sub', 'a.txt'))).toMatchObject({ path: 'sub/a.txt', content: 'Grüße' });
  expect(await listFiles(root, '.')).toEqual({
    path: '.',
    entries: [
      { name: 'new', type: 'directory', size: null },
      { name: 'sub', type: 'directory', size: null },
    ],
    truncated: false,
  });
  expect((await listFiles(root, 'sub/')).entries).toEqual([{ name: 'a.txt', type: 'file', size: 7 }]);
  expect(await codeOf(readFile(root, 'nowhere/x'))).toBe('CONNECTOR_EXECUTION_FAILED');
});

it('replaces a file whole, keeps its mode, and leaves no draft behind', async () => {
  chmodSync(inRun('sub', 'a.txt'), 0o750);
  await write('sub/a.txt', 'again');
  expect(statSync(inRun('sub', 'a.txt')).mode & 0o7777).toBe(0o750);
  expect(readdirSync(inRun('sub'))).toEqual(['a.txt']);
  // What trusted the old content with the rights of its owner does not trust the new one.
  chmodSync(inRun('sub', 'a.txt'), 0o4755);
  await write('sub/a.txt', 'mine');
  expect(statSync(inRun('sub', 'a.txt')).mode & 0o7777).toBe(0o755);
});

it('carries bytes that are no text as base64, both ways, and cuts what is long between characters', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  await write('bytes', bytes.toString('base64'), { encoding: 'base64' });
  expect(readFileSync(inRun('bytes'))).toEqual(bytes);
  expect(await readFile(root, 'bytes')).toMatchObject({ content: bytes.toString('base64'), encoding: 'base64' });
  writeFileSync(inRun('long'), `x${'ü'.repeat(200_000)}`);
  const long = await readFile(root, 'long');
  expect(long).toMatchObject({ encoding: 'utf8', truncated: true, size: 400_001 });
  expect(long.content).toMatch(/^xü+$/u);
  expect(Buffer.byteLength(long.content)).toBe(256 * 1024 - 1);
});

it('lets no path lead out, however it is written', async () => {
  const outside = [
    '../secret',
    '../../etc/shadow',
    'sub/../../secret',
    '/etc/shadow',
    at('secret'),
    at('run-of-others'),
    `${inRun()}/../secret`,
    '..',
    '/',
    'a\0b',
    '../run-of-others/x',
  ];
  for (const name of outside) {
    expect(await codeOf(readFile(root, name)), name).toBe('PATH_REFUSED');
    expect(await codeOf(write(name)), name).toBe('PATH_REFUSED');
    expect(await codeOf(listFiles(root, name)), name).toBe('PATH_REFUSED');
  }
  expect(await codeOf(readFile(root, 'd/'.repeat(2_000)))).not.toBe('ok');
  expect(await codeOf(write(`${'d/'.repeat(300)}x`))).toBe('PATH_REFUSED');
  expect(await codeOf(write('n'.repeat(300)))).toBe('CONNECTOR_EXECUTION_FAILED');
  expect(readFileSync(at('secret'), 'utf8')).toBe(secret);
  expect(readdirSync(at('run-of-others'))).toEqual([]);
});

it('follows links that stay inside, and none that leads out, at any depth', async () => {
  symlinkSync('sub/a.txt', inRun('near'));
  symlinkSync(inRun('sub'), inRun('absolute'));
  symlinkSync('../run/sub', inRun('round'));
  expect(await readFile(root, 'near')).toMatchObject({ content: 'Grüße', path: 'sub/a.txt' });
  expect(await readFile(root, 'absolute/a.txt')).toMatchObject({ content: 'Grüße' });
  await write('near', 'through the link');
  expect(readFileSync(inRun('sub', 'a.txt'), 'utf8')).toBe('through the link');

  symlinkSync(at('secret'), inRun('out'));
  symlinkSync('..', inRun('up'));
  symlinkSync('../up/secret', inRun('sub', 'twice'));
  symlinkSync('loop', inRun('loop'));
  symlinkSync('/nowhere/to/be/found', inRun('dangling'));
  symlinkSync('/proc/self/root/etc/shadow', inRun('magic'));
  for (const name of ['out', 'up/secret', 'sub/twice', 'loop', 'dangling', 'magic', 'round/a.txt', 'up/new']) {
    expect(await codeOf(readFile(root, name)), name).toBe('PATH_REFUSED');
    expect(await codeOf(write(name)), name).toBe('PATH_REFUSED');
  }
  expect(await codeOf(listFiles(root, 'up'))).toBe('PATH_REFUSED');
  expect(readFileSync(at('secret'), 'utf8')).toBe(secret);
  expect(existsSync(at('new'))).toBe(false);
});

it('does not wait at a FIFO, and opens no device, socket or folder', async () => {
  execFileSync('mkfifo', [inRun('fifo')]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(inRun('socket'), resolve));
  for (const name of ['fifo', 'socket', 'sub']) {
    expect(await codeOf(readFile(root, name)), name).toBe('PATH_REFUSED');
    expect(await codeOf(write(name)), name).toBe('PATH_REFUSED');
  }
  expect(await codeOf(listFiles(root, 'fifo'))).toBe('CONNECTOR_EXECUTION_FAILED');
  const { entries } = await listFiles(root, '.');
  expect(entries.filter(({ type }) => type === 'other').map(({ name }) => name)).toEqual(['fifo', 'socket']);
  await new Promise((resolve) => server.close(resolve));
});

it("shows nothing of Gatehouse's own that lies inside, also through a link", async () => {
  symlinkSync('data', inRun('link'));
  for (const name of ['data/key', 'link/key', 'sub/../data/key', 'data', 'data/new/x'])
    expect(await codeOf(write(name)), name).toBe('PATH_REFUSED');
  expect(await codeOf(readFile(root, 'data/key'))).toBe('PATH_REFUSED');
  expect(await codeOf(listFiles(root, 'link'))).toBe('PATH_REFUSED');
  expect((await listFiles(root, '.')).entries.map(({ name }) => name)).toEqual(['link', 'sub']);
  expect(readFileSync(inRun('data', 'key'), 'utf8')).toBe(secret);
});

it('reads nothing from outside while somebody swaps a folder for a link again and again', async () => {
  mkdirSync(at('outside'));
  writeFileSync(at('outside', 'a.txt'), secret);
  mkdirSync(inRun('swap'));
  writeFileSync(inRun('swap', 'a.txt'), 'inside');
  symlinkSync(at('outside'), at('evil'));
  let swapping = true;
  /** A write makes the folder that it does not find, also in between. */
  const into = (from: string) => {
    while (existsSync(from) || isLink(from)) {
      rmSync(inRun('swap'), { recursive: true, force: true });
      try {
        renameSync(from, inRun('swap'));
      } catch {
        // It was made anew.
      }
    }
  };
  const swaps = (async () => {
    while (swapping) {
      renameSync(inRun('swap'), inRun('kept'));
      into(at('evil'));
      await nextTurn();
      renameSync(inRun('swap'), at('evil'));
      into(inRun('kept'));
      await nextTurn();
    }
  })();
  const seen = new Set<string>();
  for (let round = 0; round < 400; round += 1) {
    seen.add(
      await readFile(root, 'swap/a.txt').then(
        ({ content }) => content,
        () => 'refused',
      ),
    );
    await write('swap/b.txt').catch(() => undefined);
  }
  swapping = false;
  await swaps;
  expect(seen).not.toContain(secret);
  expect(await readFile(root, 'swap/a.txt')).toMatchObject({ content: 'inside' });
  expect(readdirSync(at('outside'))).toEqual(['a.txt']);
});

it('gives a run the folder of its terminal, or one of its own, and never the machine', () => {
  const dataDir = at('gatehouse');
  const own = directoryOf({ dataDir, runId: 'run_1', cwd: null });
  expect(own).toBe(at('gatehouse', 'work', 'run_1'));
  expect(statSync(own).mode & 0o777).toBe(0o700);
  expect(directoryOf({ dataDir, runId: 'run_2', cwd: inRun() })).toBe(inRun());
  mkdirSync(at('gatehouse', 'workspaces', 'run_3'), { recursive: true });
  expect(directoryOf({ dataDir, runId: 'run_3', cwd: at('gatehouse', 'workspaces', 'run_3') })).toBeTruthy();
  const gone = at('gone');
  const others = [dataDir, at('gatehouse', 'work', 'run_1'), at('gatehouse', 'workspaces', 'run_3'), gone];
  for (const cwd of ['/', '/etc', '/usr/share', '/proc/self/cwd/../..', ...others])
    expect(() => directoryOf({ dataDir, runId: 'run_4', cwd }), cwd).toThrow(AppError);
  rmSync(own, { recursive: true });
});
