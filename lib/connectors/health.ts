/** How a connector does, in this process's life. Recording a call allocates nothing and sorts nothing: reading does. */
import type { Connector } from '@/lib/contracts/connectors';
import { toIso } from '@/lib/platform/clock';

const kept = 512;

export interface Health {
  succeeded(tookMs: number): void;
  failed(tookMs: number, message: string, atMs: number): void;
  restarted(message: string, atMs: number): void;
  read(): Connector['health'];
}

export function createHealth(): Health {
  const latencies = new Float64Array(kept);
  let calls = 0;
  let failures = 0;
  let restarts = 0;
  let lastError: { at: string; message: string } | null = null;

  const count = (tookMs: number) => {
    latencies[calls % kept] = tookMs;
    calls += 1;
  };
  return {
    succeeded: count,
    failed(tookMs, message, atMs) {
      count(tookMs);
      failures += 1;
      lastError = { at: toIso(atMs), message };
    },
    restarted(message, atMs) {
      restarts += 1;
      lastError = { at: toIso(atMs), message };
    },
    read() {
      const sorted = latencies.slice(0, Math.min(calls, kept)).sort();
      const at = (share: number) => {
        const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
        return value === undefined ? null : Math.round(value * 100) / 100;
      };
      return { calls, failed: failures, p50Ms: at(0.5), p95Ms: at(0.95), restarts, lastError };
    },
  };
}
