/**
 * The files of a plugin and their digest. Reads regular files alone and follows no link, so that a folder cannot make the
 * server copy what lies outside of it; counts as it goes, so that a wrong path ends after 10,000 names and not after a disk.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { manifestBytes, manifestFile, type PluginManifest, parseManifest } from './manifest';

export interface PluginFolder {
  manifest: PluginManifest;
  /** SHA-256 over each file's path and content, in the order of their paths. */
  digest: string;
  /** Relative, with `/`, sorted. */
  files: string[];
  bytes: number;
}

const maxDepth = 32;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses.
const oddName = /[\u0000-\u001f\u007f\\\ufffd]/;

/** @throws AppError INVALID_MANIFEST with `details.problems`, every one of them. */
export function invalidManifest(problems: string[]): AppError {
  const message = `The plugin cannot be installed; nothing was changed. ${problems.join(' ')}`.slice(0, 2_000);
  return new AppError('INVALID_MANIFEST', { message, details: { problems } });
}

/**
 * Looks at a folder; with `copyTo` also copies what it reads there, so that the digest is of exactly what was copied.
 * @throws AppError INVALID_MANIFEST
 */
export async function readPluginFolder(path: string, copyTo?: string): Promise<PluginFolder> {
  if (!isAbsolute(path)) throw invalidManifest(['path: must be absolute.']);
  const root = await realpath(path).catch(() => {
    throw invalidManifest([`path: ${path} does not exist, or Gatehouse may not read it.`]);
  });
  const { files, problems } = await listFiles(root);
  const hash = createHash('sha256');
  let bytes = 0;
  let text: string | null = null;
  for (const file of problems.length > 0 ? files.filter((name) => name === manifestFile) : files) {
    const content = await readRegular(root, file, limits.pluginBytes - bytes).catch((error: unknown) => {
      problems.push(error instanceof AppError ? error.message : `${file}: cannot be read.`);
      return null;
    });
    if (content === null) break;
    bytes += content.data.length;
    hash.update(`${file}\0${content.data.length}\0`).update(content.data);
    if (file === manifestFile && content.data.length <= manifestBytes) text = content.data.toString('utf8');
    if (copyTo) await writeCopy(join(copyTo, file), content);
  }
  if (!files.includes(manifestFile)) problems.push(`There is no ${manifestFile} in ${path}.`);
  else if (text === null && problems.length === 0) problems.push(`${manifestFile}: must be at most 256 KiB.`);
  const parsed = text === null ? null : parseManifest(text);
  if (parsed && !parsed.ok) problems.push(...parsed.problems);
  if (!parsed?.ok || problems.length > 0) throw invalidManifest(problems);
  return { manifest: parsed.manifest, digest: hash.digest('hex'), files, bytes };
}

/** The digest of these files as they are now; null when one is gone or unreadable. Other files beside them do not count. */
export async function digestOf(root: string, files: readonly string[]): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const real = await realpath(root);
    for (const file of files) {
      const { data } = await readRegular(real, file, limits.pluginBytes);
      hash.update(`${file}\0${data.length}\0`).update(data);
    }
    return hash.digest('hex');
  } catch {
    return null;
  }
}

async function listFiles(root: string): Promise<{ files: string[]; problems: string[] }> {
  const files: string[] = [];
  const problems: string[] = [];
  let seen = 0;
  async function walk(folder: string, depth: number): Promise<void> {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => {
      problems.push(`${folder || '.'}: is not a folder that Gatehouse may read.`);
      return [];
    });
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      seen += 1;
      if (seen > limits.pluginFiles) return;
      if (oddName.test(entry.name))
        problems.push(`${JSON.stringify(path.slice(0, 200))}: its name holds characters that are not allowed.`);
      else if (entry.isSymbolicLink()) problems.push(`${path}: symbolic links are not allowed.`);
      else if (entry.isFile()) files.push(path);
      else if (!entry.isDirectory()) problems.push(`${path}: is neither a file nor a folder.`);
      else if (depth >= maxDepth) problems.push(`${path}: is nested too deeply.`);
      else await walk(path, depth + 1);
    }
  }
  await walk('', 1);
  if (seen > limits.pluginFiles) problems.push(`It holds more than ${limits.pluginFiles.toLocaleString('en')} files.`);
  return { files: files.sort(), problems: problems.slice(0, 100) };
}

interface Content {
  data: Buffer;
  executable: boolean;
}

/** What was listed as a file may be a link, or behind one, by now: neither is followed. */
async function readRegular(root: string, file: string, maxBytes: number): Promise<Content> {
  const path = join(root, file);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    if (!status.isFile() || (await realpath(path)) !== path)
      throw new AppError('INVALID_MANIFEST', { message: `${file}: changed while it was read.` });
    return { data: await readAtMost(handle, maxBytes), executable: (status.mode & 0o111) !== 0 };
  } finally {
    await handle.close();
  }
}

async function readAtMost(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
    const data = chunk as Buffer;
    bytes += data.length;
    if (bytes > maxBytes)
      throw new AppError('INVALID_MANIFEST', {
        message: `Its files are over ${limits.pluginBytes / 1024 / 1024} MiB in all.`,
      });
    chunks.push(data);
  }
  return Buffer.concat(chunks);
}

/** Read-only: a run that writes into the folder of its plugin by mistake is told so. */
async function writeCopy(path: string, { data, executable }: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, data, { mode: executable ? 0o500 : 0o400, flag: 'wx' });
}
