import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, decodeTimeCursor, encodeCursor, pageFrom } from '@/lib/platform/cursor';
import { isAppError } from '@/lib/platform/errors';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isAppError(error) ? error.code : 'threw something else';
  }
  return 'took it';
}

describe('a cursor', () => {
  it('comes back as it was given out, and is fit for a URL', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.string({ maxLength: 64 }), (ms, id) => {
        const text = encodeCursor([ms, id]);
        expect(encodeURIComponent(text)).toBe(text);
        expect(decodeCursor(text)).toEqual([ms, id]);
        expect(decodeTimeCursor(text)).toEqual({ time: new Date(ms), id });
      }),
    );
  });

  it('of garbage is a 400, never a fault', () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.jsonValue().map(base64url));
    fc.assert(
      fc.property(odd, (text) => {
        for (const decode of [decodeCursor, decodeTimeCursor])
          expect(['BAD_REQUEST', 'took it']).toContain(refusalOf(() => decode(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([[[]], [{}], [null], ['x'], [[1, 'a', 1, 1, 1]], [[1, null]], [[1, ['a']]], [[1, 'x'.repeat(201)]]])(
    '%j is a 400',
    (value) => {
      expect(refusalOf(() => decodeCursor(base64url(value)))).toBe('BAD_REQUEST');
    },
  );

  it.each([[['a', 'b']], [[1]], [[1, 2]], [[1.5, 'a']], [[9e15, 'a']], [[1e300, 'a']], [[-8.65e15, 'a']]])(
    'of another list, or of no possible time, is a 400: %j',
    (value) => {
      expect(refusalOf(() => decodeTimeCursor(base64url(value)))).toBe('BAD_REQUEST');
    },
  );
});

describe('a page', () => {
  const page = (rows: number[], limit: number) =>
    pageFrom(rows, limit, { cursor: (row) => [row, `id_${row}`], item: (row) => row * 10 });

  it('has a cursor exactly when there is more, at its last shown row', () => {
    expect(page([1, 2], 2)).toEqual({ items: [10, 20], nextCursor: null });
    expect(page([], 2)).toEqual({ items: [], nextCursor: null });
    const { items, nextCursor } = page([1, 2, 3], 2);
    expect([items, decodeCursor(nextCursor ?? '')]).toEqual([
      [10, 20],
      [2, 'id_2'],
    ]);
  });
});
