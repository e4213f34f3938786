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
  if (ms !== newest.ms) newest = { ms, text: new Date(ms).toISOString() };
  return newest.text;
}

/** A call writes the same moment several times. */
let newest = { ms: 0, text: '1970-01-01T00:00:00.000Z' };

/** The longest a timer of Node waits; a longer one fires at once, so whoever waits longer looks again. */
export const maxTimerMs = 2 ** 31 - 1;
