import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FileRoot, openFileRoot } from '@/plugins/workspace/files/root';
import { covers } from '@/test/requirements';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('plugins.bundled');

let dir: ReturnType<typeof temporaryDir>;
let files: FileRoot;
const at = (name: string) => path.join(dir.path, 'files', name);
beforeEach(async () => {
  dir = temporaryDir();
  writeFileSync(path.join(dir.path, 'secret'), 'master key');
  mkdirSync(path.join(dir.path, 'files-of-others'));
  files = await openFileRoot(path.join(dir.path, 'files'));
});
afterEach(() => dir.remove());

it('lists, writes and reads text, and makes the folders of a file', async () => {
  expect(await files.list('.')).toMatch(/^welcome\.md \(\d+ bytes\)$/);
  await files.write('notes/a.md', 'Grüße');
  expect(await files.read('notes/a.md')).toBe('Grüße');
  await files.write('notes/a.md', 'again');
  expect(await files.read('./notes//a.md')).toBe('again');
  expect(await files.list('')).toContain('notes/');
  expect(readdirSync(at('notes'))).toEqual(['a.md']);
});

it('lets no path lead out', async () => {
  for (const name of [
    '../secret',
    'notes/../../secret',
    '/etc/passwd',
    '..',
    '../files-of-others/x',
    'a\0b',
    `${'d/'.repeat(20)}x`,
  ]) {
    await expect(files.read(name), name).rejects.toThrow();
    await expect(files.write(name, 'x'), name).rejects.toThrow();
    await expect(files.list(name), name).rejects.toThrow();
  }
  expect(readFileSync(path.join(dir.path, 'secret'), 'utf8')).toBe('master key');
  expect(readdirSync(path.join(dir.path, 'files-of-others'))).toEqual([]);
});

it('follows no symbolic link, to a file or a folder, at any depth', async () => {
  symlinkSync(path.join(dir.path, 'secret'), at('link'));
  symlinkSync(dir.path, at('up'));
  symlinkSync('/nowhere/to/be/found', at('dangling'));
  for (const name of ['link', 'up/secret', 'dangling', 'up/new']) {
    await expect(files.read(name), name).rejects.toThrow();
    await expect(files.write(name, 'x'), name).rejects.toThrow('symbolic links');
  }
  await expect(files.list('up')).rejects.toThrow();
  expect(await files.list('.')).toContain('not followed');
  expect(readFileSync(path.join(dir.path, 'secret'), 'utf8')).toBe('master key');
  expect(existsSync(path.join(dir.path, 'new'))).toBe(false);
});

it('bounds what is read and written, and reads text alone', async () => {
  writeFileSync(at('big'), 'x'.repeat(128 * 1024 + 1));
  await expect(files.read('big')).rejects.toThrow('128 KiB');
  await expect(files.write('big', 'x'.repeat(256 * 1024 + 1))).rejects.toThrow('256 KiB');
  writeFileSync(at('binary'), Buffer.from([0xff, 0xfe]));
  await expect(files.read('binary')).rejects.toThrow('not text');
  await expect(files.read('.')).rejects.toThrow();
  await expect(files.write('.', 'x')).rejects.toThrow('names no file');
  mkdirSync(at('folder'));
  await expect(files.write('folder', 'x')).rejects.toThrow('is a folder');
  await expect(files.write('welcome.md/x', 'x')).rejects.toThrow();
});
