/**
 * Questions that end at their time, or all together when their platform is closed. `AbortSignal.any` would do the same, and
 * remember each of them for as long as the platform lives.
 */
export interface Questions {
  /** `work` is given what ends it. */
  ask<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Those that come later end at once. */
  endAll(): void;
}

export function createQuestions(): Questions {
  const open = new Set<AbortController>();
  let isOver = false;

  return {
    async ask(timeoutMs, work) {
      const one = new AbortController();
      if (isOver) one.abort();
      const timer = setTimeout(() => one.abort(), timeoutMs).unref();
      open.add(one);
      try {
        return await work(one.signal);
      } finally {
        clearTimeout(timer);
        open.delete(one);
      }
    },
    endAll() {
      isOver = true;
      for (const one of open) one.abort();
    },
  };
}
