/** At most so many at once; who comes later waits in line, and leaves it when its call is cancelled. */
export interface Turns {
  /** @throws what `signal` was aborted with. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createTurns(atOnce: number): Turns {
  const waiting: Array<() => void> = [];
  let busy = 0;

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        busy += 1;
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      if (busy < atOnce) return begin();
      waiting.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async take(signal, work) {
      signal.throwIfAborted();
      await turn(signal);
      try {
        return await work();
      } finally {
        busy -= 1;
        waiting.shift()?.();
      }
    },
  };
}
