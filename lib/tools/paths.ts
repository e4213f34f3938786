/** Paths as texts: both are real paths, without links and dots in them. */
import { realpathSync } from 'node:fs';

/** Whether `path` is `folder` or lies in it. */
export function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The real path, or the path as it is where nothing is there yet. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
