/**
 * Whether a server says more than anybody asked for. Answers are bounded by the questions; notifications, requests of its own
 * and answers to nothing are not, and each costs the server's one thread.
 */
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';

export interface FloodGuard {
  /** Answers true once there are too many in a second. */
  unasked(): boolean;
}

export function createFloodGuard(): FloodGuard {
  let since = monotonicMs();
  let count = 0;
  return {
    unasked() {
      const now = monotonicMs();
      if (now - since > 1_000) {
        since = now;
        count = 0;
      }
      count += 1;
      return count > limits.connectorUnaskedPerSecond;
    },
  };
}
