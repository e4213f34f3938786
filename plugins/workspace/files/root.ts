/**
 * One folder and nothing outside of it. No symbolic link is followed, at any depth: whoever can write into the folder could
 * otherwise point out of it. A write appears whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

export interface FileRoot {
  list(path: string): Promise<string>;
  read(path: string): Promise<string>;
  write(path: string, content: string): Promise<string>;
}

const readBytes = 128 * 1024;
const writeBytes = 256 * 1024;
const listEntries = 1_000;
const maxDepth = 16;

const welcome = `# Files

This folder is what the connector "files" serves: agents list and read it freely, and each write waits for an operator.
It is the folder "files" of Gatehouse's data directory.
`;

/** Makes the folder where there is none. */
export async function openFileRoot(given: string): Promise<FileRoot> {
  const made = await mkdir(given, { recursive: true, mode: 0o700 });
  const root = await realpath(given);
  if (made !== undefined)
    await writeFile(join(root, 'welcome.md'), welcome, { mode: 0o600, flag: 'wx' }).catch(() => undefined);

  /** @throws Error for a path that leads out, also over a link. What does not exist yet is fine. */
  async function inside(path: string): Promise<string> {
    if (isAbsolute(path)) throw new Error(`${path}: must be relative to the folder.`);
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (path.includes('\0') || parts.includes('..')) throw new Error(`${path}: leads out of the folder.`);
    if (parts.length > maxDepth) throw new Error(`${path}: is nested too deeply.`);
    let at = root;
    for (const part of parts) {
      at = join(at, part);
      const status = await lstat(at).catch(() => null);
      if (status === null) break;
      if (status.isSymbolicLink()) throw new Error(`${path}: symbolic links are not followed.`);
    }
    return join(root, ...parts);
  }

  return {
    async list(path) {
      const entries = await readdir(await inside(path), { withFileTypes: true }).catch(() => {
        throw new Error(`${path}: is not a folder here.`);
      });
      const shown = entries.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, listEntries);
      const lines = await Promise.all(shown.map((entry) => describe(join(root, path), entry)));
      if (entries.length > listEntries) lines.push(`… and ${entries.length - listEntries} more`);
      return lines.length === 0 ? 'The folder is empty.' : lines.join('\n');
    },

    async read(path) {
      const file = await open(
        await inside(path),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      ).catch(() => {
        throw new Error(`${path}: there is no such file.`);
      });
      try {
        const status = await file.stat();
        if (!status.isFile()) throw new Error(`${path}: is not a file.`);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(readBytes + 1), 0, readBytes + 1, 0);
        if (bytesRead > readBytes) throw new Error(`${path}: is over ${readBytes / 1024} KiB.`);
        return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
      } catch (error) {
        if (error instanceof TypeError) throw new Error(`${path}: is not text.`);
        throw error;
      } finally {
        await file.close();
      }
    },

    async write(path, content) {
      const bytes = Buffer.byteLength(content);
      if (bytes > writeBytes) throw new Error(`${path}: ${bytes} bytes are over ${writeBytes / 1024} KiB.`);
      const target = await inside(path);
      if (target === root) throw new Error(`${path}: names no file.`);
      const folder = dirname(target);
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {
        throw new Error(`${path}: a file stands where a folder would have to be.`);
      });
      // A folder that became a link after it was looked at leads elsewhere by now.
      if ((await realpath(folder)) !== folder) throw new Error(`${path}: symbolic links are not followed.`);
      const draft = join(folder, `.${randomUUID()}.draft`);
      try {
        await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw isFolderInTheWay(error) ? new Error(`${path}: is a folder.`) : error;
      }
      return `Wrote ${bytes} bytes to ${path}.`;
    },
  };
}

async function describe(
  folder: string,
  entry: { name: string; isFile(): boolean; isDirectory(): boolean },
): Promise<string> {
  if (entry.isDirectory()) return `${entry.name}/`;
  if (!entry.isFile()) return `${entry.name} (a link or another special file, not followed)`;
  const size = await lstat(join(folder, entry.name)).then(
    (status) => status.size,
    () => 0,
  );
  return `${entry.name} (${size} bytes)`;
}

function isFolderInTheWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'ENOTEMPTY');
}
