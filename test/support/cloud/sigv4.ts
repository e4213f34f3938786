/** Checks a request's signature as AWS documents it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac } from 'node:crypto';
import { systemClock } from '@/lib/platform/clock';
import type { CloudRequest } from './http';

export interface Signer {
  accessKeyId: string;
  service: string;
}

const scheme =
  /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const maxSkewMs = 15 * 60_000;

/** Who says to have signed, before it is known whether they did. */
export function claimedSigner({ headers }: CloudRequest): Signer | null {
  const [, accessKeyId, , , service] = scheme.exec(headers.authorization ?? '') ?? [];
  return accessKeyId === undefined || service === undefined ? null : { accessKeyId, service };
}

/** The code of what is wrong, as AWS names it; null for a good signature. */
export function wrongSignature(request: CloudRequest, secretAccessKey: string): string | null {
  const [, , date = '', region = '', service = '', signed = '', signature] =
    scheme.exec(request.headers.authorization ?? '') ?? [];
  const at = String(request.headers['x-amz-date'] ?? '');
  const names = signed.split(';');
  if (signature === undefined || !at.startsWith(date) || !names.includes('host')) return 'IncompleteSignature';
  if (Math.abs(Date.parse(isoOf(at)) - systemClock.now()) > maxSkewMs) return 'RequestExpired';
  const bodyHash = sha256(request.body);
  const claimedHash = request.headers['x-amz-content-sha256'] ?? bodyHash;
  if (claimedHash !== bodyHash && claimedHash !== 'UNSIGNED-PAYLOAD') return 'XAmzContentSHA256Mismatch';
  const canonical = [
    request.method,
    canonicalPath(request.path, service),
    canonicalQuery(request.query),
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed,
    claimedHash,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (from, part) => createHmac('sha256', from).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const right = createHmac('sha256', key).update(toSign).digest('hex');
  return right === signature ? null : 'SignatureDoesNotMatch';
}

/** S3 signs the path as it was sent; all others encode it once more. */
function canonicalPath(path: string, service: string): string {
  return service === 's3' ? path : path.split('/').map(encode).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function isoOf(amzDate: string): string {
  return amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
