/** Acknowledges consumed bytes in batches: at once from 64 KiB, else within 100 ms. */
const batchBytes = 64 * 1024;
const batchMs = 100;

export function createAckCounter(deps: {
  send: (bytes: number) => void;
  schedule: (run: () => void, afterMs: number) => () => void;
}) {
  let bytes = 0;
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel?.();
    cancel = null;
    if (bytes > 0) deps.send(bytes);
    bytes = 0;
  }

  return {
    add(consumed: number): void {
      bytes += consumed;
      if (bytes >= batchBytes) flush();
      else cancel ??= deps.schedule(flush, batchMs);
    },
    stop(): void {
      cancel?.();
      bytes = 0;
    },
  };
}
