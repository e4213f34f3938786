/** Actions that wait for their result on one connection. Each is answered exactly once: by its result, its time, or the end. */
import type { OutboundResult } from '../protocol/actions';

export interface PendingActions {
  readonly size: number;
  /** Resolves with the result, and never rejects. */
  add(requestId: string): Promise<OutboundResult>;
  /** False for an answer to nothing. */
  settle(requestId: string, result: OutboundResult): boolean;
  /** The socket is gone: what waits is answered at once. */
  end(): void;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
}

/** The action may have been done all the same, so nobody tries it again by itself. */
export const unanswered: OutboundResult = {
  ...{ success: false, error: 'The connector did not answer in time.', code: 'no_answer' },
};
export const unreachable: OutboundResult = {
  ...{ success: false, error: 'The connector cannot be reached.', code: 'unreachable' },
};
export const tooMany: OutboundResult = { success: false, error: 'Too many actions at once.', code: 'busy' };

export function createPendingActions({ timeoutMs }: { timeoutMs: number }): PendingActions {
  const waiting = new Map<string, (result: OutboundResult) => void>();
  const idle = new Set<() => void>();
  let isOver = false;

  function settle(requestId: string, result: OutboundResult): boolean {
    const resolve = waiting.get(requestId);
    if (!resolve) return false;
    waiting.delete(requestId);
    resolve(result);
    if (waiting.size > 0) return true;
    for (const tell of idle) tell();
    idle.clear();
    return true;
  }

  return {
    get size() {
      return waiting.size;
    },
    settle,
    add(requestId) {
      if (isOver) return Promise.resolve(unreachable);
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(requestId, unanswered), timeoutMs).unref();
        waiting.set(requestId, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
      });
    },
    end() {
      isOver = true;
      for (const requestId of [...waiting.keys()]) settle(requestId, unreachable);
    },
    settled: () => (waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => void idle.add(resolve))),
  };
}
