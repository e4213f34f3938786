/** `read_file`: a plain file of the run's directory, up to a limit. What is no plain file is not waited for. */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { ToolOutput } from '@/lib/contracts/tools';
import { limits } from '@/lib/platform/limits';
import { notThere, placeOf, type Root, refused } from './beneath';
import { inFolder } from './open-folder';

/** @throws AppError PATH_REFUSED, CONNECTOR_EXECUTION_FAILED. */
export async function readFile(root: Root, path: string): Promise<ToolOutput<'read_file'>> {
  const { folder, name, shown } = await placeOf(root, path);
  try {
    if (name === null) throw refused(path, 'is a folder');
    const at = inFolder(folder, name);
    // Opening a device can act on it, so it is looked at first; a FIFO that takes its place does not make the open wait.
    const seen = await lstat(at).catch(() => null);
    if (!seen) throw notThere(path, 'is not there');
    if (!seen.isFile()) throw refused(path, seen.isDirectory() ? 'is a folder' : 'is not a plain file');
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => {
      throw notThere(path, 'cannot be read');
    });
    try {
      const status = await file.stat();
      if (!status.isFile()) throw refused(path, 'is not a plain file');
      const bytes = Buffer.alloc(Math.min(status.size, limits.toolReadBytes) + 1);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      const truncated = length > limits.toolReadBytes;
      const kept = bytes.subarray(0, Math.min(length, limits.toolReadBytes));
      return { path: shown, ...textOf(kept, truncated), size: Math.max(status.size, length), truncated };
    } finally {
      await file.close();
    }
  } finally {
    await folder.close();
  }
}

/** UTF-8 where it is, else base64. One that was cut may end within a character, which is left out. */
export function textOf(bytes: Buffer, truncated: boolean): { content: string; encoding: 'utf8' | 'base64' } {
  for (let cut = 0; cut <= (truncated ? 3 : 0) && cut <= bytes.length; cut += 1) {
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return { content: decoder.decode(bytes.subarray(0, bytes.length - cut)), encoding: 'utf8' };
    } catch {
      // Not UTF-8 so far.
    }
  }
  return { content: bytes.toString('base64'), encoding: 'base64' };
}
