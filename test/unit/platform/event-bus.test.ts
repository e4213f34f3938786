import { describe, expect, it } from 'vitest';
import type { LiveEventPayload } from '@/lib/contracts/events';
import { createEventBus, type NumberedEvent } from '@/lib/platform/event-bus';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';

const event = (operatorId: string): LiveEventPayload => ({ type: 'operator.changed', data: { operatorId } });

function setUp(replayLimit = 10) {
  const clock = manualClock();
  const errors: unknown[] = [];
  const bus = createEventBus({ clock, replayLimit, onListenerError: (error) => errors.push(error) });
  return { clock, errors, bus };
}
const ids = (events: NumberedEvent[] | null) =>
  events?.map((each) => (each.type === 'operator.changed' ? each.data.operatorId : each.type));

describe('the event bus', () => {
  covers('events.numbered');

  it('numbers events without a gap and stamps them', () => {
    const { bus, clock } = setUp();
    const heard: NumberedEvent[] = [];
    bus.subscribe((each) => heard.push(each));
    const before = bus.lastSeq;
    bus.publish(event('a'));
    clock.advance(1_000);
    bus.publish(event('b'));
    expect(heard).toEqual([
      { seq: before + 1, at: '2026-11-22T12:00:00.000Z', ...event('a') },
      { seq: before + 2, at: '2026-11-22T12:00:01.000Z', ...event('b') },
    ]);
    expect(bus.lastSeq).toBe(before + 2);
  });

  it('replays exactly what came after a number, for every number it can', () => {
    const { bus } = setUp();
    const start = bus.lastSeq;
    for (const id of ['a', 'b', 'c', 'd']) bus.publish(event(id));
    expect(ids(bus.replay(start))).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(bus.replay(start + 3))).toEqual(['d']);
    expect(bus.replay(start + 4)).toEqual([]);
  });

  it('says so, rather than replay half, when the gap is too old, ahead of it, or of another process', () => {
    const { bus, clock } = setUp();
    const start = bus.lastSeq;
    for (let count = 0; count < 100; count += 1) bus.publish(event(String(count)));
    expect(bus.replay(start)).toBeNull();
    expect(bus.replay(bus.lastSeq + 1)).toBeNull();
    expect(bus.replay(0)).toBeNull();
    clock.advance(60_000);
    const next = createEventBus({ clock, replayLimit: 10, onListenerError: () => undefined });
    next.publish(event('x'));
    expect(next.replay(bus.lastSeq)).toBeNull();
  });

  it('keeps at least its limit for replay and at most half as much again', () => {
    const { bus } = setUp(10);
    for (let count = 0; count < 1_000; count += 1) {
      bus.publish(event(String(count)));
      const kept = Math.min(count + 1, 10);
      expect(bus.replay(bus.lastSeq - kept)).toHaveLength(kept);
      expect(count < 16 || bus.replay(bus.lastSeq - 16) === null).toBe(true);
    }
  });

  it('reports a listener that throws, and the others still hear', () => {
    const { bus, errors } = setUp();
    const heard: string[] = [];
    bus.subscribe(() => {
      throw new Error('broken');
    });
    bus.subscribe(({ type }) => heard.push(type));
    bus.publish(event('a'));
    expect([heard, errors]).toEqual([['operator.changed'], [new Error('broken')]]);
  });

  it('tells nobody who has left, also one who leaves while it tells', () => {
    const { bus } = setUp();
    let heard = 0;
    const leave = bus.subscribe(() => {
      heard += 1;
      leave();
    });
    bus.publish(event('a'));
    bus.publish(event('b'));
    expect(heard).toBe(1);
  });
});
