import type { Overview } from '@/lib/contracts/overview';

const minuteMs = 60_000;

/**
 * The overview as it stands at `nowMs`, when nothing happened since its last change: each series moves on by the minutes
 * that have passed. Counts of events move on with zeros, the number of live runs with itself.
 */
export function rollOverview(data: Overview, nowMs: number): Overview {
  const minutes = Math.floor(nowMs / minuteMs) - Math.floor(Date.parse(data.at) / minuteMs);
  if (minutes <= 0) return data;
  const refused = roll(data.refused.series, minutes, 0);
  return {
    ...data,
    at: new Date(nowMs).toISOString(),
    liveRunsSeries: roll(data.liveRunsSeries, minutes, data.liveRuns),
    tokenChecks: { ...data.tokenChecks, series: roll(data.tokenChecks.series, minutes, 0) },
    refused: { ...data.refused, series: refused, lastHour: refused.reduce((sum, count) => sum + count, 0) },
    record: { ...data.record, series: roll(data.record.series, minutes, 0) },
  };
}

function roll(series: number[], steps: number, fill: number): number[] {
  if (steps >= series.length) return series.map(() => fill);
  return [...series.slice(steps), ...Array.from({ length: steps }, () => fill)];
}
