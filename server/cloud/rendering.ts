/** What was issued as the bytes its cloud's library reads: written once for each credential, and gone with it. */
import type { IssuedCredential } from '@/lib/credentials/broker';
import type { ServedCredential } from '@/lib/credentials/serving';
import { toIso } from '@/lib/platform/clock';

export function createRenderer(): (served: ServedCredential) => Buffer {
  const rendered = new WeakMap<IssuedCredential, Buffer>();
  return (served) => {
    const known = rendered.get(served.issued);
    if (known) return known;
    const body = Buffer.from(JSON.stringify(wireForm(served)));
    rendered.set(served.issued, body);
    return body;
  };
}

function wireForm({ issued, session, audience }: ServedCredential): Record<string, string> {
  switch (issued.provider) {
    case 'aws':
      return {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        Token: issued.sessionToken,
        Expiration: toIso(issued.expiresAtMs),
      };
    case 'azure':
      return {
        access_token: issued.accessToken,
        expires_on: String(Math.floor(issued.expiresAtMs / 1_000)),
        resource: audience,
        token_type: 'Bearer',
        client_id: session.principalId,
      };
    case 'gcp':
      // How long it lives counts from each answer, so nothing of it can be kept.
      throw new TypeError('a token of GCP is not rendered once');
    default:
      return issued satisfies never;
  }
}
