/**
 * The shape of the bearers Gatehouse hands out: `<prefix>` + 32 random bytes as base64url + 6 base62 characters of CRC32.
 * The prefix lets a secret scanner recognise one; the checksum lets us refuse a mistyped one without a look-up. It proves nothing.
 */
import { crc32 } from 'node:zlib';
import { newSecret } from '@/lib/platform/secrets';

export const toolTokenPrefix = 'gth_tool_';
export const serviceKeyPrefix = 'gth_key_';
export const enrolmentPrefix = 'gth_enrol_';
const secretLength = 43;
const checksumLength = 6;
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function formatSecret(prefix: string): string {
  const secret = newSecret();
  return `${prefix}${secret}${checksumOf(secret)}`;
}

/** True for a whole, well-typed bearer of this prefix. */
export function hasValidChecksum(text: string, prefix: string): boolean {
  if (text.length !== prefix.length + secretLength + checksumLength || !text.startsWith(prefix)) return false;
  const end = prefix.length + secretLength;
  return text.slice(end) === checksumOf(text.slice(prefix.length, end));
}

function checksumOf(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  for (let place = 0; place < checksumLength; place += 1) {
    text = base62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Bearers in any text, for redaction and for refusing URLs that hold one. */
export const bearerPattern = /gth_(?:tool|key|cred|enrol)_[A-Za-z0-9_-]{8,}/g;
