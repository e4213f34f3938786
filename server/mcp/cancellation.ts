/**
 * `notifications/cancelled` of the 2025 revisions, which comes as a request of its own and names another. Clients number their
 * requests from zero, so two clients with one token may have the same number under way: then it is not known which is meant,
 * and none is cancelled. In the 2026-07-28 revision a client cancels by closing the answer.
 */
export interface Cancellations {
  /** @returns what to call once the request has ended. */
  begin(token: string, id: string | number, abort: AbortController): () => void;
  cancel(token: string, id: unknown): void;
}

export function createCancellations(): Cancellations {
  const underWay = new Map<string, Set<AbortController>>();
  const keyOf = (token: string, id: unknown) => `${token} ${typeof id} ${String(id)}`;

  return {
    begin(token, id, abort) {
      const key = keyOf(token, id);
      const same = underWay.get(key);
      if (same) same.add(abort);
      else underWay.set(key, new Set([abort]));
      return () => {
        const left = underWay.get(key);
        left?.delete(abort);
        if (left?.size === 0) underWay.delete(key);
      };
    },
    cancel(token, id) {
      const [abort, another] = underWay.get(keyOf(token, id)) ?? [];
      if (abort && !another) abort.abort();
    },
  };
}
