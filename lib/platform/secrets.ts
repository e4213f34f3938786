/** Secrets: how they are drawn, kept, compared and hashed. Nothing here logs or throws with any part of one. */
import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** 32 random bytes as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256Hex(text: string | Uint8Array): string {
  return typeof hash === 'function' ? hash('sha256', text) : createHash('sha256').update(text).digest('hex');
}

export function hmacSha256(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
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
