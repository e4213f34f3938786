/** What an agent's S3 library does with what it was issued: a signed GET. */
import { createHash, createHmac } from 'node:crypto';
import { systemClock, toIso } from '@/lib/platform/clock';

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export async function s3Get(url: string, path: string, keys: Keys): Promise<{ status: number; body: string }> {
  const at = toIso(systemClock.now()).replace(/[-:]|\.\d{3}/g, '');
  const scope = `${at.slice(0, 8)}/eu-central-1/s3/aws4_request`;
  const headers = {
    host: new URL(url).host,
    'x-amz-content-sha256': sha256(''),
    'x-amz-date': at,
    'x-amz-security-token': keys.sessionToken,
  };
  const signed = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const canonical = ['GET', path, '', ...lines, '', signed, sha256('')].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  const { host: _set, ...sent } = headers;
  const answer = await fetch(`${url}${path}`, { headers: { ...sent, authorization } });
  return { status: answer.status, body: await answer.text() };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
