/** How long to wait before the next attempt: doubled each time, and never the same for two that failed together. */
import { randomInt } from 'node:crypto';

const steps = 1_000_000;

/** Between half and all of `firstMs` doubled `attempts - 1` times, at most `maxMs`. `chance` is from 0 up to 1. */
export function backoffMs(
  attempts: number,
  { firstMs, maxMs }: { firstMs: number; maxMs: number },
  chance = randomInt(steps) / steps,
): number {
  const whole = Math.min(firstMs * 2 ** Math.min(attempts - 1, 40), maxMs);
  return Math.round(whole / 2 + (whole / 2) * chance);
}
