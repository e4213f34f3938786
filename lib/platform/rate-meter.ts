/** Counts by the minute over the last hour and by the second over the last ten, in memory. */
import type { Clock } from './clock';

export interface RateMeter {
  add(count?: number, atMs?: number): void;
  /** Per minute, oldest first, 60 points; the last is the running minute. */
  lastHour(): number[];
  total(): number;
  /** Mean over the last ten whole seconds. */
  perSecond(): number;
}

export function createRateMeter(clock: Clock): RateMeter {
  const minutes = createRing(60, 60_000);
  const seconds = createRing(11, 1_000);
  return {
    add(count = 1, atMs = clock.now()) {
      minutes.add(count, atMs);
      seconds.add(count, atMs);
    },
    lastHour: () => minutes.read(clock.now()),
    total: () => minutes.read(clock.now()).reduce((sum, count) => sum + count, 0),
    perSecond: () =>
      seconds
        .read(clock.now())
        .slice(0, 10)
        .reduce((sum, count) => sum + count, 0) / 10,
  };
}

function createRing(size: number, stepMs: number) {
  const counts = new Array<number>(size).fill(0);
  const steps = new Array<number>(size).fill(-1);
  return {
    add(count: number, atMs: number): void {
      const step = Math.floor(atMs / stepMs);
      const slot = step % size;
      if (steps[slot] !== step) counts[slot] = 0;
      steps[slot] = step;
      counts[slot] = (counts[slot] ?? 0) + count;
    },
    read(nowMs: number): number[] {
      const last = Math.floor(nowMs / stepMs);
      return Array.from({ length: size }, (_, index) => {
        const step = last - size + 1 + index;
        const slot = step % size;
        return steps[slot] === step ? (counts[slot] ?? 0) : 0;
      });
    },
  };
}
