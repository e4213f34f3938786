/** Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, time and body, so that none can be swapped or replayed late. */
import { createHmac } from 'node:crypto';
import { constantTimeEqual, newSecret } from '@/lib/platform/secrets';

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

/** More of them come of no sender that rotates its secret. */
const maxSignatures = 16;

/** Whether the secret signed exactly this id, time and body, as the header with its signatures says; the time is the caller's to judge. */
export function isSigned(
  secret: string,
  { id, timestamp, body, signatures }: { id: string; timestamp: string; body: Buffer; signatures: string },
): boolean {
  const expected = `v1,${signatureOf(secret, `${id}.${timestamp}.`, body)}`;
  const given = signatures.split(' ', maxSignatures);
  // Each is compared whatever the others said, so that the time does not tell which one it was.
  return given.map((signature) => constantTimeEqual(signature, expected)).includes(true);
}

export function signatureHeaders(
  secret: string,
  { id, timestampSeconds, body }: SignedMessage,
): Record<string, string> {
  const signature = signatureOf(secret, `${id}.${timestampSeconds}.`, body);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}

function signatureOf(secret: string, head: string, body: string | Buffer): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  return createHmac('sha256', key).update(head).update(body).digest('base64');
}
