/**
 * Secrets at rest: AES-256-GCM under a key derived for one purpose. A sealed text opens only under the context it was sealed
 * with, so whoever can write the database cannot move one row's secret into another row and have it used there.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface Sealer {
  seal(text: string, context: string): string;
  /** Undefined for what was sealed under another key or context, or was altered. */
  open(sealed: string, context: string): string | undefined;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** `key` is 32 bytes as base64url, as `deriveSecret` gives them. */
export function createSealer(key: string): Sealer {
  const keyBytes = Buffer.from(key, 'base64url');
  return {
    seal(text, context) {
      // Random nonces stay safe far beyond what one purpose ever seals: 2^32 texts under one key.
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyBytes, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [mark, payload = ''] = sealed.split('.', 2);
      const bytes = Buffer.from(payload, 'base64url');
      if (mark !== version || bytes.length < nonceBytes + tagBytes) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyBytes, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
        const body = bytes.subarray(nonceBytes, -tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
