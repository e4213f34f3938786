/** The one place that reads the time. Everything else is given a `Clock`, so that tests own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since an arbitrary point, for durations alone: never jumps with the wall clock. */
export function monotonicMs(): number {
  return performance.now();
}

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The longest a timer of Node waits; a longer one fires at once, so whoever waits longer looks again. */
export const maxTimerMs = 2 ** 31 - 1;
