/** The one place that draws chance for names. Ids are public; secrets come from `secrets.ts`. */
import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz';

export type IdPrefix = 'run' | 'tok' | 'op' | 'ses' | 'key' | 'req' | 'sock';

/** `run_` and 16 characters: 92 bits, so that ids of many processes never meet and cannot be guessed. */
export function newId(prefix: IdPrefix): string {
  let text = '';
  // 216 is the largest multiple of the alphabet's 54 below 256: bytes above it would favour its first letters.
  while (text.length < 16) {
    for (const byte of randomBytes(24)) {
      if (byte < 216 && text.length < 16) text += alphabet[byte % 54];
    }
  }
  return `${prefix}_${text}`;
}
