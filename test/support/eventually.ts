import { setTimeout as delay } from 'node:timers/promises';

interface EventuallyOptions {
  timeoutMs?: number;
  everyMs?: number;
}

/**
 * Calls `probe` until it neither throws nor answers false, and gives its answer. Past the deadline it throws what the last
 * attempt threw, so a failed expectation inside `probe` is what the report shows.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 20_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== false) return answer;
      failure = new Error(`Still false after ${timeoutMs} ms.`);
    } catch (error) {
      failure = error;
    }
    await delay(everyMs);
  } while (performance.now() < deadline);
  throw failure;
}

/** Calls `find` until it answers something other than undefined. */
export function eventuallyFound<T>(
  find: () => T | undefined | Promise<T | undefined>,
  options: EventuallyOptions = {},
): Promise<T> {
  return eventually(async () => {
    const found = await find();
    if (found === undefined) throw new Error('It was not found in time.');
    return found;
  }, options);
}

/** Rejects with `what` when `promise` takes longer than the deadline. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const abort = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`${what} took longer than ${timeoutMs} ms.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
    late.catch(() => undefined);
  }
}
