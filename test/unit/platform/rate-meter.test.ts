import { describe, expect, it } from 'vitest';
import { createRateMeter } from '@/lib/platform/rate-meter';
import { manualClock } from '@/test/support/manual-clock';

const start = Date.parse('2026-11-22T12:00:00Z');

describe('the rate meter', () => {
  it('counts by the minute, the running one last, and forgets after an hour', () => {
    const clock = manualClock(start);
    const meter = createRateMeter(clock);
    meter.add(3);
    clock.advance(60_000);
    meter.add();
    expect([meter.lastHour().length, meter.lastHour().slice(-2), meter.total()]).toEqual([60, [3, 1], 4]);
    clock.advance(58 * 60_000);
    expect([meter.lastHour().slice(0, 2), meter.total()]).toEqual([[3, 1], 4]);
    clock.advance(60_000);
    expect([meter.lastHour()[0], meter.total()]).toEqual([1, 1]);
    clock.advance(60_000);
    expect(meter.total()).toBe(0);
  });

  it('does not count a minute of last week into the one in its place', () => {
    const clock = manualClock(start);
    const meter = createRateMeter(clock);
    meter.add(100);
    clock.advance(7 * 24 * 60 * 60_000);
    expect(meter.total()).toBe(0);
    meter.add(1);
    expect(meter.lastHour().at(-1)).toBe(1);
  });

  it('gives the mean of the last ten whole seconds, without the running one', () => {
    const clock = manualClock(start);
    const meter = createRateMeter(clock);
    for (let second = 0; second < 10; second += 1) {
      meter.add(second);
      clock.advance(1_000);
    }
    expect(meter.perSecond()).toBe(4.5);
    meter.add(1_000);
    expect(meter.perSecond()).toBe(4.5);
    clock.advance(11_000);
    expect(meter.perSecond()).toBe(0);
  });
});
