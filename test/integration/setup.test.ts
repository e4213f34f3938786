/** The setup script: what it refuses, and that an unchanged tree costs nothing. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../support/server';
import { temporaryDir } from '../support/temporary-dir';

const execute = promisify(execFile);
const copied = [
  'bin',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'prisma',
  'plugins',
  'next-env.d.ts',
  'build/stamps/generate',
];
let dir: ReturnType<typeof temporaryDir>;
let tree: string;

/** A small tree that the setup takes for a clone: packages and one file to bundle. */
beforeEach(() => {
  dir = temporaryDir();
  tree = path.join(dir.path, 'tree');
  mkdirSync(tree);
  // With the generated client and its stamp, since generating anew takes longer than all the rest.
  for (const name of copied) {
    cpSync(path.join(repositoryRoot, name), path.join(tree, name), { recursive: true });
  }
  symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(tree, 'node_modules'));
  for (const folder of ['server/cli', 'server/workers', 'lib']) mkdirSync(path.join(tree, folder), { recursive: true });
  writeFileSync(path.join(tree, 'lib/word.ts'), "export const word = 'first';\n");
  const entry = "import { word } from '@/lib/word';\nprocess.stdout.write(word);\n";
  writeFileSync(path.join(tree, 'server/main.ts'), entry);
  writeFileSync(path.join(tree, 'server/tools-service.ts'), entry);
  writeFileSync(path.join(tree, 'server/cli/main.ts'), entry);
});
afterEach(() => dir.remove());

const setup = (mode: string) => execute(process.execPath, [path.join(tree, 'bin/setup.mjs'), mode], { cwd: '/' });
const built = async () => (await execute(process.execPath, [path.join(tree, 'build/main.mjs')])).stdout;

describe('setup', () => {
  it('builds from any directory, does nothing the second time, and sees a change', async () => {
    expect((await setup('dev')).stdout).toMatch(/bundling the server … \d/);
    expect(await built()).toBe('first');
    const startedMs = performance.now();
    expect((await setup('dev')).stdout).toBe('');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    writeFileSync(path.join(tree, 'lib/word.ts'), "export const word = 'second';\n");
    await setup('dev');
    expect(await built()).toBe('second');
  });

  it('does an interrupted step again', async () => {
    await setup('dev');
    rmSync(path.join(tree, 'build/stamps/bundles'));
    writeFileSync(path.join(tree, 'build/main.mjs'), 'half a fi');
    await setup('dev');
    expect(await built()).toBe('first');
  });

  it('says what is wrong in the sources, and builds once it is mended', async () => {
    writeFileSync(path.join(tree, 'lib/word.ts'), 'export const = 1;\n');
    await expect(setup('dev')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Bundling the server failed[\s\S]*lib\/word\.ts/),
    });
    writeFileSync(path.join(tree, 'lib/word.ts'), "export const word = 'mended';\n");
    await setup('dev');
    expect(await built()).toBe('mended');
  });

  it('runs once where two start at the same time', async () => {
    const outputs = (await Promise.all([setup('dev'), setup('dev'), setup('dev')])).map(({ stdout }) => stdout);
    expect(outputs.filter((text) => text.includes('bundling the server'))).toHaveLength(1);
    expect(await built()).toBe('first');
    expect(existsSync(path.join(tree, 'build/setup.lock'))).toBe(false);
  });

  it('takes over the lock of a setup that was killed, and waits for one that lives', async () => {
    const lock = path.join(tree, 'build/setup.lock');
    mkdirSync(path.dirname(lock), { recursive: true });
    const holder = spawn('sleep', ['60']);
    writeFileSync(lock, String(holder.pid));
    const waiting = setup('dev');
    const other = await Promise.race([waiting, once(holder, 'spawn').then(() => 'still waiting')]);
    expect(other).toBe('still waiting');
    holder.kill('SIGKILL');
    expect((await waiting).stdout).toContain('bundling the server');
    expect(await built()).toBe('first');
  });

  it('refuses a word it does not know', async () => {
    await expect(setup('everything')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('start|tools|test|check|ci|generate|dev'),
    });
  });

  it('names the compilers that are missing before it installs anything', async () => {
    rmSync(path.join(tree, 'node_modules'));
    const bin = path.join(dir.path, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, path.join(bin, 'node'));
    const env = { NODE_ENV: 'production' as const, PATH: bin };
    const refused = execute(process.execPath, [path.join(tree, 'bin/setup.mjs'), 'dev'], { env });
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/make, g\+\+, python3 are missing.*apt-get install/),
    });
    expect(existsSync(path.join(tree, 'node_modules'))).toBe(false);
  });

  it('builds a command line that says how to build it where it is not built', async () => {
    await expect(execute(process.execPath, [path.join(tree, 'bin/gatehouse')])).rejects.toMatchObject({
      code: 125,
      stderr: expect.stringContaining('Run npm start once'),
    });
    await setup('dev');
    expect((await execute(process.execPath, [path.join(tree, 'bin/gatehouse')])).stdout).toBe('first');
    expect(readFileSync(path.join(tree, 'build/cli.mjs'), 'utf8')).not.toContain('@/lib');
  });
});
