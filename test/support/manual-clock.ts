import type { Clock } from '@/lib/platform/clock';

export interface ManualClock extends Clock {
  advance(ms: number): void;
  set(ms: number): void;
}

/** Time that moves only when a test moves it. */
export function manualClock(startMs = Date.parse('2026-11-22T12:00:00Z')): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
    set(ms) {
      nowMs = ms;
    },
  };
}
