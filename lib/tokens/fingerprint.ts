/**
 * A keyed 128-bit fingerprint of a bearer, for the in-memory index of live tokens. SHA-256 alone costs more than a whole
 * check may, and the bearers themselves as keys would put every live secret into a heap dump. A fingerprint is neither: the
 * rounds are HalfSipHash-2-4's (Aumasson and Bernstein) over a state keyed with 128 random bits at start, and fingerprints
 * never leave the process, so a guess meets a live token's with a chance of one in 2^128 and nobody can aim.
 */
import { randomBytes } from 'node:crypto';

/** The state after hashing; callers read all four words. */
export interface Fingerprint {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** Returns a function that leaves the fingerprint of `text` (Latin-1) in the object it is given: a check allocates nothing. */
export function createFingerprint(): (text: string, into: Fingerprint) => void {
  const key = randomBytes(16);
  const [k0, k1, k2, k3] = [0, 4, 8, 12].map((offset) => key.readInt32LE(offset)) as [number, number, number, number];

  return (text, into) => {
    let [a, b, c, d] = [k0, k1, k2, k3];
    const length = text.length;
    const wholeWords = length >>> 2;
    let seen = 0;
    // Whole words, the rest, and two steps of nothing that finish. In one loop over locals, since this is most of what a check costs.
    for (let step = 0; step < wholeWords + 3; step += 1) {
      let word = 0;
      if (step < wholeWords) {
        const at = step << 2;
        const c0 = text.charCodeAt(at);
        const c1 = text.charCodeAt(at + 1);
        const c2 = text.charCodeAt(at + 2);
        const c3 = text.charCodeAt(at + 3);
        seen |= c0 | c1 | c2 | c3;
        word = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
      } else if (step === wholeWords) {
        // The rest shares its word with the length, so that no text is the prefix of another.
        word = length << 24;
        for (let at = wholeWords << 2, shift = 0; at < length; at += 1, shift += 8) {
          const code = text.charCodeAt(at);
          seen |= code;
          word |= code << shift;
        }
      } else if (step === wholeWords + 1) {
        // A wide character can look like the one that shares its low byte: no bearer has any, so this moves away from all of them.
        c ^= Math.max(seen, 0xff);
      }
      d ^= word;
      for (let round = 0; round < 2; round += 1) {
        a = (a + b) | 0;
        b = ((b << 5) | (b >>> 27)) ^ a;
        a = (a << 16) | (a >>> 16);
        c = (c + d) | 0;
        d = ((d << 8) | (d >>> 24)) ^ c;
        a = (a + d) | 0;
        d = ((d << 7) | (d >>> 25)) ^ a;
        c = (c + b) | 0;
        b = ((b << 13) | (b >>> 19)) ^ c;
        c = (c << 16) | (c >>> 16);
      }
      a ^= word;
    }
    into.a = a;
    into.b = b;
    into.c = c;
    into.d = d;
  };
}
