import { describe, expect, it } from 'vitest';
import { AllowLists, anything } from '@/lib/tokens/allow-lists';
import type { Fingerprint } from '@/lib/tokens/fingerprint';
import { notFound, TokenRecords } from '@/lib/tokens/records';

const life = { endpoints: anything, operations: anything, dueMs: 1_000 };

/** Few first words, so that most of them want the same place of the index. */
function crowded(number: number): Fingerprint {
  return { a: number % 7, b: number, c: -number, d: number ^ 0x5a5a5a5a };
}

describe('records of live tokens', () => {
  it('find each of many that want the same place, and none that was removed, in any order and past every growth', () => {
    const records = new TokenRecords(4);
    const slots = new Map<number, number>();
    let [seed, next] = [12_345, 0];
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % below;
    };
    for (let step = 0; step < 3_000; step += 1) {
      if (slots.size === 0 || random(5) < 3) {
        const slot = records.add(life);
        records.link(slot, crowded(next));
        slots.set(next++, slot);
      } else {
        const [number, slot] = [...slots][random(slots.size)] ?? [0, 0];
        records.remove(slot, true);
        slots.delete(number);
        expect(records.find(crowded(number))).toBe(notFound);
      }
      if (step % 50 === 0) for (const [number, slot] of slots) expect(records.find(crowded(number))).toBe(slot);
    }
    for (const [number, slot] of slots) expect(records.find(crowded(number))).toBe(slot);
    expect(new Set(slots.values()).size).toBe(slots.size);
  });

  it('find a fingerprint by all of its words, below and above zero', () => {
    const records = new TokenRecords();
    const fingerprint = { a: -1, b: -2_147_483_648, c: 2_147_483_647, d: 0 };
    const slot = records.add(life);
    records.link(slot, fingerprint);
    expect(records.find(fingerprint)).toBe(slot);
    for (const word of ['a', 'b', 'c', 'd'] as const)
      expect(records.find({ ...fingerprint, [word]: fingerprint[word] ^ 1 })).toBe(notFound);
  });

  it('give a slot to the next with nothing of the last in it', () => {
    const records = new TokenRecords();
    const slot = records.add({ endpoints: 3, operations: 4, dueMs: 10 });
    records.use(slot, 5);
    records.remove(slot, false);
    expect(records.add({ endpoints: 1, operations: 2, dueMs: 20 })).toBe(slot);
    expect([records.endpoints(slot), records.operations(slot), records.lastUsedMs(slot)]).toEqual([1, 2, 0]);
    expect([records.isDue(slot, 19), records.isDue(slot, 20)]).toEqual([false, true]);
  });
});

describe('allow-lists', () => {
  it('keep one of each, and allow what it holds and nothing else', () => {
    const lists = new AllowLists();
    const number = lists.hold(['/mcp', '/x']);
    expect(lists.hold(['/mcp', '/x'])).toBe(number);
    expect(lists.hold(['/x', '/mcp'])).not.toBe(number);
    expect([lists.allows(number, '/mcp'), lists.allows(number, '/mcp/x'), lists.allows(number, '*')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('allow anything only where the list says so', () => {
    const lists = new AllowLists();
    expect(lists.hold(['/mcp', '*'])).toBe(anything);
    expect(lists.allows(anything, 'whatever')).toBe(true);
    expect(lists.allows(lists.hold([]), 'whatever')).toBe(false);
  });

  it('forget a list with its last holder, and never one that is still held', () => {
    const lists = new AllowLists();
    const [number] = [lists.hold(['/a']), lists.hold(['/a'])];
    lists.drop(number);
    expect(lists.allows(number, '/a')).toBe(true);
    lists.drop(number);
    expect(lists.allows(number, '/a')).toBe(false);
    expect(lists.allows(lists.hold(['/b']), '/a')).toBe(false);
  });
});
