/**
 * Watches the processes of one command: how many, how much memory, how long. The system's own limits are per process or, for
 * a server that runs as root, not applied at all, so what a command takes as a whole is counted here.
 */
import type { shellLimits } from '@/lib/contracts/tools';
import { limits } from '@/lib/platform/limits';
import { descendantsOf, memoryOf } from './process-tree';

export type ShellLimit = (typeof shellLimits)[number];

export interface Guard {
  stop(): void;
}

/** A fork bomb doubles every few milliseconds. */
const lookEveryMs = 25;

/** `onOver` is told once. */
export function startGuard(
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
