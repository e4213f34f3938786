/**
 * A path, walked name by name from the run's directory. It promises that what is answered lies in that directory, whatever
 * the path says, wherever links lead, and whoever renames or replaces folders while it is walked: each folder is held open and
 * the next name is looked up in it, a link is read and walked like the path itself, and nothing is opened through one.
 */
import { type FileHandle, lstat, mkdir, readlink, realpath } from 'node:fs/promises';
import { AppError } from '@/lib/platform/errors';
import { contains } from '../paths';
import { inFolder, openFolder, pathOf } from './open-folder';

export interface Root {
  /** A real path. */
  directory: string;
  /** Real paths of what is Gatehouse's own and may lie inside. */
  hidden: readonly string[];
}

export interface Place {
  /** Open, and in the directory; whoever asked closes it. */
  folder: FileHandle;
  /** The last name, which is no link; null where the path names the folder itself. */
  name: string | null;
  /** From the directory, for people. */
  shown: string;
}

interface Step {
  handle: FileHandle;
  name: string;
}

const mostLinks = 40;
const mostNames = 256;

/**
 * `make` makes the folders that are missing on the way; `enter` takes the last name for a folder too.
 * @throws AppError PATH_REFUSED, CONNECTOR_EXECUTION_FAILED where a folder on the way is not there.
 */
export async function placeOf(
  root: Root,
  path: string,
  { make = false, enter = false }: { make?: boolean; enter?: boolean } = {},
): Promise<Place> {
  if (path.includes('\0')) throw leadsOut(path);
  const names = namesFrom(root, path);
  const above: Step[] = [];
  let at: Step = { handle: await openRoot(root), name: '' };
  const shown = (...last: string[]) =>
    [...above.slice(1), at]
      .map(({ name }) => name)
      .concat(last)
      .filter(Boolean)
      .join('/') || '.';
  const climb = async () => {
    const folder = above.pop();
    // Above the run's directory there is nothing.
    if (!folder) throw leadsOut(path);
    await at.handle.close();
    at = folder;
  };
  try {
    let links = 0;
    for (let steps = 0, name = names.shift(); name !== undefined; name = names.shift(), steps += 1) {
      if (steps > mostNames) throw refused(path, 'is nested too deeply');
      if (name === '..') {
        await climb();
        continue;
      }
      const found = inFolder(at.handle, name);
      const status = await lstat(found).catch(() => null);
      if (status?.isSymbolicLink()) {
        if (++links > mostLinks) throw refused(path, 'is a link that leads round in a circle');
        const target = await readlink(found);
        names.unshift(...namesFrom(root, target));
        if (target.startsWith('/')) while (above.length > 0) await climb();
        continue;
      }
      if (names.length === 0 && !enter) {
        await requireOurs(root, at.handle, { path, name });
        return { folder: at.handle, name, shown: shown(name) };
      }
      if (!status && make) await mkdir(found, { mode: 0o755 }).catch(() => undefined);
      const handle = await openFolder(found).catch(() => {
        throw notThere(path, status ? 'is no folder' : 'is not there');
      });
      above.push(at);
      at = { handle, name };
    }
    await requireOurs(root, at.handle, { path });
    return { folder: at.handle, name: null, shown: shown() };
  } catch (error) {
    await at.handle.close();
    throw error;
  } finally {
    for (const { handle } of above) await handle.close();
  }
}

async function openRoot({ directory }: Root): Promise<FileHandle> {
  return openFolder(directory).catch(() => {
    throw new AppError('CONNECTOR_EXECUTION_FAILED', {
      message: "The run's directory is not there any more, or Gatehouse may not read it.",
    });
  });
}

/** The names of a path from the directory on. An absolute one must begin with it. */
function namesFrom({ directory }: Root, path: string): string[] {
  const names = (text: string) => text.split('/').filter((part) => part !== '' && part !== '.');
  if (!path.startsWith('/')) return names(path);
  if (!contains(directory, path.replace(/\/+$/, ''))) throw leadsOut(path);
  return names(path.slice(directory.length));
}

/** Where the open folder is now: one that was moved out meanwhile is none of the run's, and some inside is Gatehouse's own. */
async function requireOurs(
  { directory, hidden }: Root,
  folder: FileHandle,
  { path, name }: { path: string; name?: string },
): Promise<void> {
  const real = await realpath(pathOf(folder));
  if (!contains(directory, real)) throw leadsOut(path);
  const whole = name === undefined ? real : `${real}/${name}`;
  if (hidden.some((own) => contains(directory, own) && contains(own, whole))) throw refused(path, "is Gatehouse's own");
}

export function leadsOut(path: string): AppError {
  return refused(path, "leads out of the run's directory");
}
export function refused(path: string, why: string): AppError {
  return new AppError('PATH_REFUSED', { message: `${shorten(path)} ${why}. Nothing was read or written.` });
}
export function notThere(path: string, why: string): AppError {
  return new AppError('CONNECTOR_EXECUTION_FAILED', { message: `${shorten(path)} ${why}.` });
}

function shorten(path: string): string {
  const printable = path.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  return printable.length > 120 ? `${printable.slice(0, 120)}…` : printable;
}
