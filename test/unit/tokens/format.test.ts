import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerPattern, formatSecret, hasValidChecksum, serviceKeyPrefix, toolTokenPrefix } from '@/lib/tokens/format';
import { covers } from '@/test/requirements';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const wireAlphabet = `${base62}-_`;

/** CRC-32/ISO-HDLC bit by bit, from its polynomial: independent of the library the product uses. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  const places: string[] = [];
  for (let place = 0; place < 6; place += 1) {
    places.unshift(base62.charAt(rest % 62));
    rest = Math.floor(rest / 62);
  }
  return places.join('');
}

describe('a tool token', () => {
  covers('tokens.format');

  it('is gth_tool_, 32 random bytes of base64url and six characters of CRC32 in base62', () => {
    for (let round = 0; round < 1_000; round += 1) {
      const token = formatSecret(toolTokenPrefix);
      expect(token).toMatch(/^gth_tool_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/);
      const secret = token.slice('gth_tool_'.length, -6);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(token.slice(-6)).toBe(checksum(secret));
      expect(hasValidChecksum(token, toolTokenPrefix)).toBe(true);
    }
  });

  it('is refused without a look-up when one character is mistyped or two neighbours are swapped', () => {
    fc.assert(
      fc.property(fc.nat(48), fc.constantFrom(...wireAlphabet), (at, typed) => {
        const token = formatSecret(toolTokenPrefix);
        const place = toolTokenPrefix.length + at;
        const mistyped = token.slice(0, place) + typed + token.slice(place + 1);
        expect(hasValidChecksum(mistyped, toolTokenPrefix)).toBe(mistyped === token);
        const swapped = [...token];
        [swapped[place - 1], swapped[place]] = [token.charAt(place), token.charAt(place - 1)];
        expect(hasValidChecksum(swapped.join(''), toolTokenPrefix)).toBe(swapped.join('') === token);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not taken for a service key, cut short, prolonged, or in other case', () => {
    const token = formatSecret(toolTokenPrefix);
    for (const text of [token.slice(0, -1), `${token}0`, ` ${token}`, `${token}\n`, token.toUpperCase(), '']) {
      expect(hasValidChecksum(text, toolTokenPrefix)).toBe(false);
    }
    expect(hasValidChecksum(token, serviceKeyPrefix)).toBe(false);
    expect(hasValidChecksum(formatSecret(serviceKeyPrefix), toolTokenPrefix)).toBe(false);
  });

  it('never repeats', () => {
    const tokens = new Set(Array.from({ length: 20_000 }, () => formatSecret(toolTokenPrefix)));
    expect(tokens.size).toBe(20_000);
  });

  it('is found in any text, so that a log or a URL that holds one is recognised', () => {
    const [token, key] = [formatSecret(toolTokenPrefix), formatSecret(serviceKeyPrefix)];
    const text = `curl "https://h/?t=${token}&k=${key}" # {"a":"${token}"}`;
    expect(text.match(bearerPattern)).toEqual([token, key, token]);
    expect('gth_tool gth_other_0123456789 gth_tool_short'.match(bearerPattern)).toBeNull();
  });
});
