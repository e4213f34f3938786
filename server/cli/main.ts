/** `gatehouse`: the command line. Everything it does, it does through the REST routes and the sockets, with a service key. */
import { homedir, userInfo } from 'node:os';
import { CommanderError } from 'commander';
import { systemClock } from '@/lib/platform/clock';
import { type CliContext, printLine } from './context';
import { exitCodes } from './exit-codes';
import { CliFailure } from './failure';
import { createProgram } from './program';
import { plain, safeJson } from './text';

let exitCode: number = exitCodes.ok;
// What follows `--` belongs to the command of a run.
const end = process.argv.indexOf('--');
const ownArguments = end === -1 ? process.argv : process.argv.slice(0, end);

const context: CliContext = {
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  userName: userInfo().username,
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  setExitCode: (code) => {
    exitCode = code;
  },
};

// A reader that went away (`| head`) is no fault of ours and deserves no stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exitCode = 128 + 13;
});

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { exitCode, code, message, details, requestId } =
    error instanceof CliFailure ? error : new CliFailure(error instanceof Error ? error.message : String(error));
  if (ownArguments.includes('--json')) {
    printLine(
      process.stderr,
      safeJson({ error: { code, message, ...(details ? { details } : {}), ...(requestId ? { requestId } : {}) } }),
    );
  } else {
    printLine(
      process.stderr,
      `gatehouse: ${plain(message)} (${plain(requestId ? `${code}, request ${requestId}` : code)})`,
    );
  }
  return exitCode;
}

/** Pipes are written in the background: leaving at once would cut what a reader has not taken yet. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

await createProgram(context)
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    exitCode = report(error);
  });
await drained(process.stdout);
await drained(process.stderr);
// A terminal that is still being read would keep the process alive.
process.exit(process.exitCode ?? exitCode);
