/**
 * A command outside of any sandbox, for a principal with UNSANDBOXED_EXEC where there is none: as the server's own user, with
 * the network and every file that user reaches. Its environment is as clean as in the sandbox, and nothing of it stays.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ToolOutput } from '@/lib/contracts/tools';
import { captureOutput } from './capture';
import { kill, outputsOf, startCommand } from './child';
import { untilEnded } from './guard';
import { descendantsOf } from './process-tree';
import { commandEnvironment } from './sandbox';
import type { CommandOrder } from './sandboxed';

const mark = 'GATEHOUSE_CALL_ID';
/** Far more than the guard lets a command have. */
const mostProcesses = 10_000;
const killRounds = 50;

/** @throws AppError CALL_CANCELLED, CONNECTOR_EXECUTION_FAILED. */
export async function runUnsandboxed(order: CommandOrder & { callId: string }): Promise<ToolOutput<'shell'>> {
  const { callId, command, runId, directory, timeoutMs, signal } = order;
  const child = startCommand('/bin/sh', ['-c', command], {
    cwd: directory,
    env: { ...commandEnvironment(runId, directory), [mark]: callId },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const capture = captureOutput(outputsOf(child));
  const pid = child.pid ?? -1;
  const end = () => killAll(pid, callId);
  // What it left behind holds its outputs open, and would outlive the call.
  child.once('exit', () => {
    end();
    capture.close();
  });
  const endedBy = await untilEnded(child, { timeoutMs, signal, end });
  const captured = { ...capture.read(), sandboxed: false } as const;
  if (endedBy) return { ...captured, exitCode: null, signal: 'SIGKILL', endedBy };
  return { ...captured, exitCode: child.exitCode, signal: child.signalCode };
}

/** What descends from it, and what carries its mark: a child that double-forked has another parent, and the mark still. */
function killAll(pid: number, callId: string): void {
  for (let round = 0; round < killRounds; round += 1) {
    const found = [...descendantsOf(pid, mostProcesses), ...marked(callId)];
    if (round > 0 && found.length === 0) return;
    for (const each of [pid, ...found]) kill(each);
  }
}

function marked(callId: string): number[] {
  const text = `${mark}=${callId}\0`;
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && isRunning(pid) && environmentOf(pid).includes(text) ? [pid] : [];
  });
}

function isRunning(pid: number): boolean {
  const stat = readText(`/proc/${pid}/stat`);
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  return state !== '' && state !== 'Z' && state !== 'X';
}

function environmentOf(pid: number): string {
  return readText(`/proc/${pid}/environ`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
