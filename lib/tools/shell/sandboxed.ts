/** A command in its sandbox: started, watched, and gone with everything it started when it ends, is cancelled or is over a limit. */
import type { ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import type { ToolOutput } from '@/lib/contracts/tools';
import { captureOutput } from './capture';
import { kill, notBegun, outputsOf, startCommand } from './child';
import { untilEnded } from './guard';
import { descendantsOf } from './process-tree';
import { type SandboxOptions, sandboxArguments, searchPath } from './sandbox';

export interface CommandOrder {
  command: string;
  runId: string;
  directory: string;
  timeoutMs: number;
  signal: AbortSignal;
}

export type Sandbox = Pick<SandboxOptions, 'hidden' | 'accounts' | 'canDisableUserns'>;

const statusFd = 3;
const killAgainMs = 5;
/** bubblewrap ends by itself once its child is gone; one that does not is ended too. */
const killTheRestMs = 1_000;

/** @throws AppError CALL_CANCELLED, or CONNECTOR_EXECUTION_FAILED where the sandbox could not be made. */
export async function runSandboxed(order: CommandOrder, sandbox: Sandbox): Promise<ToolOutput<'shell'>> {
  const { command, runId, directory, timeoutMs, signal } = order;
  const cpuSeconds = Math.ceil(timeoutMs / 1_000) + 1;
  const args = sandboxArguments({ ...sandbox, runId, directory, statusFd, cpuSeconds });
  const child = startCommand('nice', [...args, '/bin/sh', '-c', command], {
    cwd: '/',
    // What bubblewrap itself carries; the command's own environment is in its arguments.
    env: { PATH: searchPath, GATEHOUSE_RUN_ID: runId },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const capture = captureOutput(outputsOf(child));
  const status = collect(child.stdio[statusFd]);
  const endedBy = await untilEnded(child, { timeoutMs, signal, end: () => endSandbox(child) });
  const captured = capture.read();
  if (endedBy) return { ...captured, exitCode: null, signal: 'SIGKILL', endedBy };
  // Told only once the sandbox stood: before that, the exit code is bubblewrap's own.
  const exitCode = /"exit-code": (\d+)/.exec(status())?.[1];
  if (exitCode === undefined) throw notBegun(captured.stderr);
  return { ...captured, exitCode: Number(exitCode), signal: null };
}

/**
 * The first process of its namespace is killed, and the kernel ends all others with it, whatever sessions and parents they
 * chose. bubblewrap itself is not killed first: in the moment before its child asked to die with it, the child would stay.
 */
function endSandbox(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  const again = setInterval(() => {
    for (const first of descendantsOf(pid, 1)) kill(first);
  }, killAgainMs);
  const rest = setTimeout(() => kill(pid), killTheRestMs);
  for (const first of descendantsOf(pid, 1)) kill(first);
  const done = () => {
    clearInterval(again);
    clearTimeout(rest);
  };
  if (child.exitCode !== null || child.signalCode !== null) done();
  else child.once('exit', done);
}

function collect(stream: ChildProcess['stdio'][number]): () => string {
  let text = '';
  if (stream instanceof Readable)
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
}
