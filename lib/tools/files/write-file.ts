/** `write_file`: the whole of a file, at once or not at all. One that was there keeps its mode and its owner. */
import { constants, type Stats } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import type { ToolInput, ToolOutput } from '@/lib/contracts/tools';
import { newSecret } from '@/lib/platform/secrets';
import { notThere, placeOf, type Root, refused } from './beneath';
import { inFolder } from './open-folder';

/** @throws AppError PATH_REFUSED, CONNECTOR_EXECUTION_FAILED. */
export async function writeFile(
  root: Root,
  { path, content, encoding = 'utf8' }: ToolInput<'write_file'>,
): Promise<ToolOutput<'write_file'>> {
  const bytes = Buffer.from(content, encoding);
  if (path.endsWith('/')) throw refused(path, 'names no file');
  const { folder, name, shown } = await placeOf(root, path, { make: true });
  try {
    if (name === null) throw refused(path, 'is a folder');
    const target = inFolder(folder, name);
    const there = await lstat(target).catch(() => null);
    if (there && !there.isFile()) throw refused(path, there.isDirectory() ? 'is a folder' : 'is not a plain file');
    // A name nobody guesses: whoever could make it first would choose what is written to.
    const draft = inFolder(folder, `.${newSecret().slice(0, 16)}.draft`);
    try {
      await writeDraft(draft, bytes, there);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw notThere(path, `cannot be written (${error instanceof Error && 'code' in error ? error.code : 'failed'})`);
    }
    return { path: shown, size: bytes.length };
  } finally {
    await folder.close();
  }
}

async function writeDraft(draft: string, bytes: Buffer, like: Stats | null): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    await file.writeFile(bytes);
    if (!like) return;
    // Never set-user-id: the new content is not what was trusted with it.
    await file.chmod(like.mode & 0o777);
    const own = await file.stat();
    if (like.uid !== own.uid || like.gid !== own.gid) await file.chown(like.uid, like.gid).catch(() => undefined);
  } finally {
    await file.close();
  }
}
