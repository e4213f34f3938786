/** Calls of a run to a connector: how many in the last minute, and how many in all. Only calls that went through count. */

const windowMs = 60_000;

interface Rate {
  total: number;
  /** Times of the calls of the last minute, oldest first from `from` on. */
  times: number[];
  from: number;
}

export interface Rates {
  /** Why one more does not fit, with when it would; null when it does. */
  full(runId: string, connectorId: string, limit: RateLimit, nowMs: number): { retryAfterMs: number | null } | null;
  take(runId: string, connectorId: string, nowMs: number): void;
  /** A call that was counted and then not made. */
  giveBack(runId: string, connectorId: string): void;
  /** What a run had used before a restart. */
  restore(runId: string, connectorId: string, total: number): void;
  forgetRun(runId: string): void;
}
export interface RateLimit {
  callsPerMinute: number;
  callsPerRun: number;
}

export function createRates(): Rates {
  const runs = new Map<string, Map<string, Rate>>();

  function rateOf(runId: string, connectorId: string): Rate | undefined {
    return runs.get(runId)?.get(connectorId);
  }

  function add(runId: string, connectorId: string, total: number): Rate {
    const rate: Rate = { total, times: [], from: 0 };
    const byConnector = runs.get(runId);
    if (byConnector) byConnector.set(connectorId, rate);
    else runs.set(runId, new Map([[connectorId, rate]]));
    return rate;
  }

  return {
    full(runId, connectorId, { callsPerMinute, callsPerRun }, nowMs) {
      const rate = rateOf(runId, connectorId);
      if (!rate) return null;
      if (rate.total >= callsPerRun) return { retryAfterMs: null };
      while (rate.from < rate.times.length && (rate.times[rate.from] ?? 0) <= nowMs - windowMs) rate.from += 1;
      // Cut in halves: shifting an array at each call would cost more than the check.
      if (rate.from > 64 && rate.from * 2 > rate.times.length) {
        rate.times.splice(0, rate.from);
        rate.from = 0;
      }
      const inWindow = rate.times.length - rate.from;
      if (inWindow < callsPerMinute) return null;
      const freeing = rate.times[rate.times.length - callsPerMinute] ?? nowMs;
      return { retryAfterMs: Math.max(1, freeing + windowMs - nowMs) };
    },
    take(runId, connectorId, nowMs) {
      const rate = rateOf(runId, connectorId) ?? add(runId, connectorId, 0);
      rate.total += 1;
      rate.times.push(nowMs);
    },
    giveBack(runId, connectorId) {
      const rate = rateOf(runId, connectorId);
      if (!rate) return;
      rate.total -= 1;
      if (rate.times.length > rate.from) rate.times.pop();
    },
    restore: (runId, connectorId, total) => void add(runId, connectorId, total),
    forgetRun: (runId) => void runs.delete(runId),
  };
}
