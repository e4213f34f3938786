/** Checks of what a PTY run is asked to start, before anything of it exists. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { AppError } from '@/lib/platform/errors';

/** @throws AppError BAD_CWD with what is wrong about the directory. */
export function requireDirectory(cwd: string): void {
  if (!isAbsolute(cwd)) throw new AppError('BAD_CWD', { message: `cwd: "${cwd}" must be an absolute path.` });
  try {
    if (!statSync(cwd).isDirectory()) throw new AppError('BAD_CWD', { message: `cwd: "${cwd}" is not a directory.` });
    accessSync(cwd, constants.X_OK);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_CWD', {
      message: `cwd: "${cwd}" does not exist, or Gatehouse may not enter it.`,
      cause: error,
    });
  }
}

/**
 * The file `command` names, as execvp(3) would find it.
 * @throws AppError COMMAND_NOT_FOUND with where was looked.
 */
export function requireExecutable(
  command: string,
  { cwd, path = '' }: { cwd: string; path: string | undefined },
): string {
  if (command === '') throw new AppError('BAD_REQUEST', { message: 'command: the first item must name a program.' });
  const places = command.includes('/')
    ? [resolve(cwd, command)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder || '.', command));
  const found = places.find(isExecutable);
  if (found) return found;
  const where = command.includes('/') ? `"${places[0]}"` : `"${command}" on the server's PATH`;
  throw new AppError('COMMAND_NOT_FOUND', {
    message: `command: there is no executable ${where}. Give a full path, or a program that is installed where Gatehouse runs.`,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
