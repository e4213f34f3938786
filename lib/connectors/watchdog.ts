/**
 * Runs code whose cost somebody else decides (a schema of a foreign server on an input of a foreign agent) under a deadline.
 * The engine itself interrupts it, also in the middle of a regular expression that backtracks for ever.
 */
import { createContext, Script } from 'node:vm';

export interface Watchdog {
  /** @throws Error with code ERR_SCRIPT_EXECUTION_TIMEOUT past the deadline, and whatever `work` throws. */
  run<T>(work: () => T, timeoutMs: number): T;
}

/** One costs a context of its own; each run about 50 µs. */
export function createWatchdog(): Watchdog {
  const scope = createContext({ work: undefined }, { microtaskMode: undefined });
  const script = new Script('work()');
  return {
    run<T>(work: () => T, timeoutMs: number): T {
      let result: { value: T } | undefined;
      scope.work = () => {
        result = { value: work() };
      };
      try {
        script.runInContext(scope, { timeout: timeoutMs });
      } finally {
        scope.work = undefined;
      }
      if (!result) throw new Error('The work under the deadline gave no result.');
      return result.value;
    },
  };
}
