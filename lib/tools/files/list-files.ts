/** `list_files`: one folder of the run's directory, sorted, up to a limit. */
import { lstat, opendir } from 'node:fs/promises';
import type { ToolOutput } from '@/lib/contracts/tools';
import { limits } from '@/lib/platform/limits';
import { contains } from '../paths';
import { placeOf, type Root } from './beneath';
import { inFolder, pathOf } from './open-folder';

type Entry = ToolOutput<'list_files'>['entries'][number];
/** A folder of millions is not sorted: so many of it are looked at, in the order the file system has them. */
const mostRead = 20_000;

/** @throws AppError PATH_REFUSED, CONNECTOR_EXECUTION_FAILED. */
export async function listFiles(root: Root, path: string): Promise<ToolOutput<'list_files'>> {
  const { folder, shown } = await placeOf(root, path, { enter: true });
  try {
    const names: string[] = [];
    let more = false;
    for await (const { name } of await opendir(pathOf(folder))) {
      more = names.length >= mostRead;
      if (more) break;
      if (!isHidden(root, shown, name)) names.push(name);
    }
    const kept = names.sort().slice(0, limits.toolListEntries);
    const entries = await Promise.all(kept.map(async (name) => describe(name, inFolder(folder, name))));
    return { path: shown, entries, truncated: more || names.length > kept.length };
  } finally {
    await folder.close();
  }
}

async function describe(name: string, at: string): Promise<Entry> {
  const status = await lstat(at).catch(() => null);
  if (status?.isFile()) return { name, type: 'file', size: status.size };
  const type = status?.isDirectory() ? 'directory' : status?.isSymbolicLink() ? 'link' : 'other';
  return { name, type, size: null };
}

function isHidden({ directory, hidden }: Root, shown: string, name: string): boolean {
  const folder = shown === '.' ? directory : `${directory}/${shown}`;
  return hidden.some((own) => contains(own, `${folder}/${name}`));
}
