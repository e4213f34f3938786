/** Tool-session records: what is one, how long it lives, and what a claim counts for. */
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '@/lib/contracts/traces';
import { createLog } from '@/lib/platform/log';
import { claimsIn, mismatch } from '@/lib/traces/claims';
import { createEmbeddedTraceStore } from '@/lib/traces/embedded-store';
import { decodeRecord, encodeRecord } from '@/lib/traces/encoding';
import type { TraceStore } from '@/lib/traces/trace-store';
import { createTraceService, type LookupOutcome } from '@/lib/traces/traces';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';
import { quietAudit } from '@/test/support/quiet-audit';

covers('traces.fail-closed', 'traces.bounded');

const record: TraceRecord = { principal: { userId: 'maya', platform: 'discord', guildId: 'g1' }, runId: null };
const stored = { user_id: 'maya', platform: 'discord' };

describe('a record as peers keep it', () => {
  it('comes back as it was written', () => {
    const full: TraceRecord = {
      principal: { ...record.principal, channelId: 'c1', userAliases: ['maya-old', '☃'] },
      runId: 'run_1',
    };
    expect(decodeRecord(encodeRecord(full))).toEqual(full);
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('may have nothing, None or an empty text where there is none, and fields of a newer peer', () => {
    const peers = { ...stored, guild_id: null, channel_id: '', user_aliases: null, run_id: null, shard: 7 };
    expect(decodeRecord(encode(peers))).toEqual({ principal: { userId: 'maya', platform: 'discord' }, runId: null });
  });

  it.each([
    ['a number for a user, which would be read as its neighbour', { ...stored, user_id: 9_007_199_254_740_993n }],
    ['bytes for a user', { ...stored, user_id: new TextEncoder().encode('maya') }],
    ['no platform', { user_id: 'maya' }],
    ['an empty user', { ...stored, user_id: '' }],
    ['a line break in an id', { ...stored, guild_id: 'g\n1' }],
    ['aliases that are no list', { ...stored, user_aliases: 'maya-old' }],
    ['a run that is a number', { ...stored, run_id: 1 }],
    ['a list', [stored]],
    ['text', 'maya'],
    ['too much', { ...stored, more: 'x'.repeat(40_000) }],
  ])('is none with %s', (_, value) => {
    expect(() => decodeRecord(encode(value, { useBigInt64: true }))).toThrow();
  });

  it('is none with bytes after it, or as any bytes at all', () => {
    expect(() => decodeRecord(Buffer.concat([encodeRecord(record), Buffer.from([0xc0])]))).toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expect(() => decodeRecord(bytes)).toThrow()),
    );
  });
});

describe('records in memory', () => {
  it('live to their last millisecond and no longer, and are capped', async () => {
    const clock = manualClock();
    const store = createEmbeddedTraceStore({ clock, capacity: 2 });
    await store.put('a', record, 1_000);
    clock.advance(999);
    expect(store.find('a')).toEqual(record);
    clock.advance(1);
    expect(store.find('a')).toBeNull();
    await store.put('b', record, 1_000);
    await store.put('c', record, 1_000);
    expect(store.count()).toBe(2);
    await expect(store.put('d', record, 1_000)).rejects.toMatchObject({ code: 'CAPACITY' });
    await store.put('c', { ...record, runId: 'run_2' }, 1_000);
    expect(store.find('c')?.runId).toBe('run_2');
    await store.close();
  });
});

describe('a look-up', () => {
  function over(store: Partial<TraceStore>) {
    const outcomes: LookupOutcome[] = [];
    const whole = { find: () => null, put: async () => undefined, close: async () => undefined, ...store };
    const service = createTraceService({
      ...{ store: whole, audit: quietAudit(), log: createLog('silent'), ttlSeconds: 300 },
      onLookup: (outcome) => outcomes.push(outcome),
    });
    return { service, outcomes };
  }

  it('that fails is no record, and is counted', async () => {
    const thrown = over({
      find() {
        throw new Error('garbled');
      },
    });
    expect(thrown.service.find('t')).toBeNull();
    const rejected = over({ find: () => Promise.reject(new Error('away')) });
    expect(await rejected.service.find('t')).toBeNull();
    expect([thrown.outcomes, rejected.outcomes]).toEqual([['failed'], ['failed']]);
  });

  it('is not made for what is no trace id', () => {
    const asked: string[] = [];
    const { service } = over({
      find(traceId) {
        asked.push(traceId);
        return record;
      },
    });
    for (const traceId of ['', ' ', 'a b', 'x'.repeat(201), 'a\r\nSET b', 'ä'])
      expect(service.find(traceId)).toBeNull();
    expect(asked).toEqual([]);
    expect(service.find('__proto__')).toBe(record);
  });
});

describe('what a request says of itself', () => {
  it('is a mismatch exactly where the record says otherwise', () => {
    const principal = { userId: 'maya', platform: 'discord', userAliases: ['m'] };
    expect(mismatch(claimsIn({ userId: 'maya', user_aliases: ['m'], tool: 'shell' }), principal)).toBeNull();
    expect(mismatch(claimsIn({ userId: 'root', platform: 'discord' }), principal)).toEqual({ userId: 'root' });
    expect(mismatch(claimsIn({ guild_id: 'g1', identity: { userId: 'maya' } }), principal)).toEqual({
      guild_id: 'g1',
      identity: '{"userId":"maya"}',
    });
    for (const body of [null, undefined, 'userId', 7, {}, { userId: null }]) expect(claimsIn(body)).toBeNull();
  });

  it('is kept short and does not act on the text around it', () => {
    const claims = claimsIn({ userId: `a\u001b[2J\u202e${'x'.repeat(500)}`, platform: 1 });
    expect(claims?.userId).toMatch(/^a\ufffd\[2J\ufffdx+$/);
    expect(claims?.userId).toHaveLength(200);
    expect(claims?.platform).toBe('1');
    expect(claimsIn(JSON.parse('{"__proto__": {"userId": "root"}}'))).toBeNull();
  });
});
