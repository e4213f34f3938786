/** Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, time and body, so that none can be swapped or replayed late. */
import { createHmac } from 'node:crypto';
import { newSecret } from '@/lib/platform/secrets';

const secretPrefix = 'whsec_';

/** 32 random bytes; the form every library of the specification reads. */
export function newWebhookSecret(): string {
  return `${secretPrefix}${Buffer.from(newSecret(), 'base64url').toString('base64')}`;
}

export interface SignedMessage {
  /** The same on every attempt: receivers tell a repeat by it. */
  id: string;
  timestampSeconds: number;
  body: string;
}

export function signatureHeaders(
  secret: string,
  { id, timestampSeconds, body }: SignedMessage,
): Record<string, string> {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}
