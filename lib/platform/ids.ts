/** The one place that draws chance for names. Ids are public; secrets come from `secrets.ts`. */
import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz';

export type IdPrefix =
  | 'run'
  | 'tok'
  | 'op'
  | 'ses'
  | 'key'
  | 'req'
  | 'sock'
  | 'call'
  | 'apr'
  | 'snap'
  | 'lck'
  | 'hook'
  | 'dlv'
  | 'wrk';

/** Every request gets an id, and asking the system for chance costs the same for 24 bytes as for 4,096. */
const pool = Buffer.alloc(4096);
let poolAt = pool.length;

function randomByte(): number {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  return pool[poolAt++] ?? 0;
}

/** `run_` and 16 characters: 92 bits, so that ids of many processes never meet and cannot be guessed. */
export function newId(prefix: IdPrefix): string {
  let text = `${prefix}_`;
  const length = text.length + 16;
  while (text.length < length) {
    // 216 is the largest multiple of the alphabet's 54 below 256: bytes above it would favour its first letters.
    const byte = randomByte();
    if (byte < 216) text += alphabet[byte % 54];
  }
  return text;
}
