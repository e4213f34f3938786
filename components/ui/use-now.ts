'use client';

import { useSyncExternalStore } from 'react';

type Listener = () => void;

/** One timer for every ticking label on the page, stopped while nobody looks. */
function createTicker(everyMs: number) {
  const listeners = new Set<Listener>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener: Listener) {
      listeners.add(listener);
      if (!timer) {
        now = Date.now();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read: () => now,
  };
}

const everySecond = createTicker(1000);
const every15Seconds = createTicker(15_000);

/** The current time in milliseconds, or `null` on the server and in the first render, where no two clocks agree. */
export function useNow(pace: 'second' | 'slow' = 'slow'): number | null {
  const ticker = pace === 'second' ? everySecond : every15Seconds;
  return useSyncExternalStore<number | null>(ticker.subscribe, ticker.read, () => null);
}
