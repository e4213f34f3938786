import { describe, expect, it } from 'vitest';
import { createFingerprint, type Fingerprint } from '@/lib/tokens/fingerprint';
import { formatSecret, toolTokenPrefix } from '@/lib/tokens/format';

const empty = (): Fingerprint => ({ a: 0, b: 0, c: 0, d: 0 });
const textOf = ({ a, b, c, d }: Fingerprint) => `${a},${b},${c},${d}`;

function of(fingerprint: ReturnType<typeof createFingerprint>, text: string): Fingerprint {
  const into = empty();
  fingerprint(text, into);
  return into;
}

function bitsThatDiffer(left: Fingerprint, right: Fingerprint): number {
  let count = 0;
  for (const word of ['a', 'b', 'c', 'd'] as const) {
    for (let rest = (left[word] ^ right[word]) >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  }
  return count;
}

describe('the fingerprint', () => {
  it('is the same for the same text, whatever was in the object before', () => {
    const fingerprint = createFingerprint();
    const token = formatSecret(toolTokenPrefix);
    const first = of(fingerprint, token);
    const reused = of(fingerprint, 'something else');
    fingerprint(token, reused);
    expect(reused).toEqual(first);
  });

  it('differs between two processes, so that nobody can aim at one', () => {
    const token = formatSecret(toolTokenPrefix);
    expect(of(createFingerprint(), token)).not.toEqual(of(createFingerprint(), token));
  });

  it('gives no two of 200,000 texts the same, and spreads their first word evenly, though the texts only count up', () => {
    const fingerprint = createFingerprint();
    const seen = new Set<string>();
    const buckets = new Array<number>(256).fill(0);
    for (let round = 0; round < 200_000; round += 1) {
      const found = of(fingerprint, `${toolTokenPrefix}${String(round).padStart(49, '0')}`);
      seen.add(textOf(found));
      const bucket = found.a & 0xff;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(seen.size).toBe(200_000);
    // Chi-square with 255 degrees of freedom: 400 is passed by chance once in 10^8.
    const expected = 200_000 / 256;
    expect(buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(400);
  });

  it('tells texts apart that share a prefix, a length or all but one bit', () => {
    const fingerprint = createFingerprint();
    const texts = ['', '\0', '\0\0', '\0\0\0', '\0\0\0\0', 'a', 'a\0', 'aa', 'aaa', 'aaaa', 'aaaaa', 'baaa', 'aaab'];
    expect(new Set(texts.map((text) => textOf(of(fingerprint, text)))).size).toBe(texts.length);

    let differing = 0;
    const rounds = 2_000;
    for (let round = 0; round < rounds; round += 1) {
      const token = formatSecret(toolTokenPrefix);
      const at = round % token.length;
      const flipped =
        token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << (round % 7))) + token.slice(at + 1);
      differing += bitsThatDiffer(of(fingerprint, token), of(fingerprint, flipped));
    }
    // Half of 128 bits on average; the mean of 2,000 strays from it by more than one bit practically never.
    expect(Math.abs(differing / rounds - 64)).toBeLessThan(1.5);
  });

  it('tells a character beyond Latin-1 from the one that shares its low byte', () => {
    const fingerprint = createFingerprint();
    const token = formatSecret(toolTokenPrefix);
    for (let at = 0; at < token.length; at += 1) {
      const wide = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) | 0x100) + token.slice(at + 1);
      expect(of(fingerprint, wide)).not.toEqual(of(fingerprint, token));
    }
  });
});
