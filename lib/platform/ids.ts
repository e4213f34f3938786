/** The one place that draws chance for names. Ids are public; secrets come from `secrets.ts`. */
import { randomFillSync, randomUUID } from 'node:crypto';
import { systemClock } from './clock';

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
  | 'wrk'
  | 'con'
  | 'trc'
  | 'leak'
  | 'rly'
  | 'msg'
  | 'buf'
  | 'med'
  | 'thr'
  | 'act';

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

/**
 * `run_`, 8 characters of the time in milliseconds, and 12 of chance: 69 bits, so that ids of many processes never meet and
 * cannot be guessed. Ids of one time stand side by side in every index: a commit then writes a few of its pages, not one a row.
 */
export function newId(prefix: IdPrefix, nowMs = systemClock.now()): string {
  let text = '';
  for (let left = nowMs; text.length < 8; left = Math.floor(left / alphabet.length))
    text = (alphabet[left % alphabet.length] ?? '') + text;
  while (text.length < 20) {
    // 216 is the largest multiple of the alphabet's 54 below 256: bytes above it would favour its first letters.
    const byte = randomByte();
    if (byte < 216) text += alphabet[byte % 54];
  }
  return `${prefix}_${text}`;
}

/** Where clouds or other protocols want one (RFC 9562, version 4). */
export const newUuid = (): string => randomUUID();
