/**
 * Watches the processes of one command: how many, how much memory, how long. The system's own limits are per process or, for
 * a server that runs as root, not applied at all, so what a command takes as a whole is counted here.
 */
import type { ChildProcess } from 'node:child_process';
import type { shellLimits } from '@/lib/contracts/tools';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { closed } from './child';
import { descendantsOf, memoryOf } from './process-tree';

export type ShellLimit = (typeof shellLimits)[number];

/**
 * Resolves once the command is gone: with the limit for which it was ended, or undefined where it ended by itself.
 * `end` ends it; called when it is over a limit, and when `signal` aborts.
 * @throws AppError CALL_CANCELLED, CONNECTOR_EXECUTION_FAILED where it never began.
 */
export async function untilEnded(
  child: ChildProcess,
  { timeoutMs, signal, end }: { timeoutMs: number; signal: AbortSignal; end: () => void },
): Promise<ShellLimit | undefined> {
  let endedBy: ShellLimit | undefined;
  const guard = startGuard(child.pid ?? -1, {
    timeoutMs,
    onOver(limit) {
      endedBy = limit;
      end();
    },
  });
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await closed(child);
  } finally {
    guard.stop();
    signal.removeEventListener('abort', end);
  }
  if (signal.aborted) throw new AppError('CALL_CANCELLED');
  return endedBy;
}

interface Guard {
  stop(): void;
}

/** A fork bomb doubles every few milliseconds. */
const lookEveryMs = 25;

/** `onOver` is told once. */
function startGuard(
  pid: number,
  { timeoutMs, onOver }: { timeoutMs: number; onOver: (limit: ShellLimit) => void },
): Guard {
  const look = setInterval(() => {
    const pids = descendantsOf(pid, limits.shellProcesses + 1);
    if (pids.length > limits.shellProcesses) return over('processes');
    const bytes = pids.reduce((total, each) => total + memoryOf(each), 0);
    if (bytes > limits.shellMemoryBytes) over('memory');
  }, lookEveryMs);
  const deadline = setTimeout(() => over('time'), timeoutMs);

  function stop(): void {
    clearInterval(look);
    clearTimeout(deadline);
  }
  function over(limit: ShellLimit): void {
    stop();
    onOver(limit);
  }
  return { stop };
}
