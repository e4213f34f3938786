/** Where a run's calls may read and write: the folder its terminal works in, or one of its own for a run that has none here. */
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@/lib/platform/errors';
import { contains, realOf } from './paths';

/** Folders that are no place of work: what is in them is the machine. */
const machine = ['/proc', '/sys', '/dev', '/etc', '/usr', '/bin', '/sbin', '/lib', '/lib64', '/boot', '/run'];

export interface DirectoryOptions {
  dataDir: string;
  runId: string;
  /** Of its terminal; null for a run outside. */
  cwd: string | null;
}

/** A real path. It is made on first use where it is Gatehouse's to make. @throws AppError CONNECTOR_EXECUTION_FAILED. */
export function directoryOf({ dataDir, runId, cwd }: DirectoryOptions): string {
  const data = realOf(dataDir);
  if (cwd === null) {
    const own = join(data, 'work', runId);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    return own;
  }
  const real = existing(cwd);
  if (real === '/' || machine.some((folder) => contains(folder, real)))
    throw unusable(`The run works in ${real}, which is the system's own.`);
  // Its workspaces are in there; what lies beside them is not for a run.
  if (contains(data, real) && !contains(join(data, 'workspaces', runId), real))
    throw unusable("The run works in Gatehouse's own data directory.");
  return real;
}

function existing(cwd: string): string {
  try {
    const real = realpathSync(cwd);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // Told below.
  }
  throw unusable('The directory of the run is not there any more.');
}

function unusable(why: string): AppError {
  return new AppError('CONNECTOR_EXECUTION_FAILED', {
    message: `${why} Its tools touch no files there. Start a run with a working directory of its own.`,
  });
}
