/** A command's process, however it is run. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { AppError } from '@/lib/platform/errors';

/**
 * In a session of its own: what is typed at the server's terminal does not reach it. Nothing of our environment does.
 * @throws AppError CONNECTOR_EXECUTION_FAILED.
 */
export function startCommand(
  file: string,
  args: string[],
  { cwd, env, stdio }: { cwd: string; env: Record<string, string>; stdio: Array<'ignore' | 'pipe'> },
): ChildProcess {
  try {
    return spawn(file, args, { cwd, env: env as NodeJS.ProcessEnv, detached: true, stdio });
  } catch {
    // Told at once rather than by an event, and with the command in its text.
    throw notBegun('it is longer than the system takes, or holds a NUL character.');
  }
}

export function outputsOf({ stdout, stderr }: ChildProcess): { stdout: Readable; stderr: Readable } {
  if (!stdout || !stderr) throw new Error('The command was started without its outputs.');
  return { stdout, stderr };
}

/** Resolves once it is gone and its outputs are read. @throws AppError CONNECTOR_EXECUTION_FAILED where it never began. */
export function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('close', () => resolve());
    child.once('error', (error) => reject(notBegun(error.message)));
  });
}

export function notBegun(because: string): AppError {
  const line = because.split('\n').find((text) => text.trim() !== '') ?? 'it ended without a word';
  return new AppError('CONNECTOR_EXECUTION_FAILED', {
    message: `The command could not be started, so nothing was run: ${line.slice(0, 300)}`,
  });
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
