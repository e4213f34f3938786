/** Secrets: how they are drawn, kept, compared and hashed. Nothing here logs or throws with any part of one. */
import { createHash, createHmac, hash, hkdfSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** 32 random bytes as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A short secret that people type: `length` characters of `alphabet`, evenly drawn. */
export function newCode(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

export function sha256Hex(text: string | Uint8Array): string {
  return typeof hash === 'function' ? hash('sha256', text) : createHash('sha256').update(text).digest('hex');
}

export function hmacSha256(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

export function hmacSha256Hex(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Equality in a time that depends on the lengths alone. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The secret kept in `path` (0600), drawn on first use. A rename makes it whole or absent, never half. */
export function loadOrCreateSecret(path: string, create: () => string = newSecret): string {
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    return readFileSync(path, 'utf8').trim();
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const secret = create();
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
  return secret;
}

/** 32 random bytes as base64: the shape of `GATEHOUSE_MASTER_KEY`. */
export function newMasterKey(): string {
  return randomBytes(32).toString('base64');
}

/** A secret for one purpose (HKDF-SHA256, RFC 5869): from the master key, and of no use to find it or a sibling. */
export function deriveSecret(masterKey: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', Buffer.from(masterKey, 'base64'), '', `gatehouse ${purpose}`, 32)).toString(
    'base64url',
  );
}
