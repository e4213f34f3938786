/** What must reach Redis is tried until it did: while Redis is away a command fails at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@/lib/platform/limits';

/** For as long as a tool may take. @throws what the last attempt threw. */
export async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  const attempts = Math.ceil(limits.toolTimeoutMs / limits.toolRetryMs);
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1) throw error;
      await delay(limits.toolRetryMs);
    }
  }
}
