/** Folders held open, and names looked up in them: what `openat` is in C. Node has only paths, and Linux a path for what is open. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Follows no link in its last part. */
export function openFolder(path: string): Promise<FileHandle> {
  return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
}

/** Where a name in an open folder is, however the folder was renamed or replaced since. */
export function inFolder({ fd }: FileHandle, name: string): string {
  return `/proc/self/fd/${fd}/${name}`;
}

/** The open folder itself. */
export function pathOf({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`;
}
