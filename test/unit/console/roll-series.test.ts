import { describe, expect, it } from 'vitest';
import { rollOverview } from '@/components/overview/roll-series';
import type { Overview } from '@/lib/contracts/overview';

const minute = (count: number) => Array.from({ length: 60 }, (_, index) => (index === 59 ? count : 0));
const at = '2026-11-22T10:00:30.000Z';
const data: Overview = {
  at,
  liveRuns: 4,
  nearlyOver: 0,
  liveTokens: 4,
  liveRunsSeries: minute(4),
  tokenChecks: { perSecond: 1, series: minute(9) },
  refused: { lastHour: 3, series: minute(3), topAction: null, byCode: [] },
  record: { rows: 100, series: minute(7), lagMs: 1 },
  timeline: [],
};
const laterBy = (ms: number) => rollOverview(data, Date.parse(at) + ms);

describe('the overview between two answers of the server', () => {
  it('stays as it is within the minute', () => {
    expect(laterBy(29_000)).toBe(data);
  });

  it('moves its series on with the minutes: counts with zeros, live runs with themselves', () => {
    const rolled = laterBy(120_000);
    expect(rolled.refused.series.slice(-3)).toEqual([3, 0, 0]);
    expect(rolled.liveRunsSeries.slice(-3)).toEqual([4, 4, 4]);
    expect(rolled.refused.lastHour).toBe(3);
  });

  it('forgets refusals after an hour', () => {
    expect(laterBy(3_600_000).refused.lastHour).toBe(0);
    expect(laterBy(86_400_000).record).toMatchObject({ rows: 100, series: minute(0) });
  });
});
