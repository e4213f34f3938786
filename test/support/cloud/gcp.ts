/**
 * Google on loopback: the token endpoint (the signature of the assertion is verified), IAM Credentials, the exchange for a
 * boundary, and the objects of a bucket for who holds a token that was issued here.
 */
import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { systemClock, toIso } from '@/lib/platform/clock';
import { type CloudAnswer, type CloudCall, type CloudFailure, type CloudRequest, json } from './http';

export const gcpServiceAccount = 'agents@gatehouse-test.iam.gserviceaccount.com';
const base = 'gatehouse@gatehouse-test.iam.gserviceaccount.com';

interface Token {
  account: string;
  expiresAtMs: number;
  /** Buckets it is held to; null where it is held to none. */
  buckets: string[] | null;
}

export interface GcpCloud {
  /** A credential file of a service account, with its key. */
  credentials(url: string): string;
  answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang';
}

export function createGcpCloud(calls: CloudCall[]): GcpCloud {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokens = new Map<string, Token>();

  function issue(account: string, seconds: number, buckets: string[] | null) {
    const token = `ya29.${randomUUID().replaceAll('-', '')}${randomUUID().replaceAll('-', '')}`;
    const expiresAtMs = systemClock.now() + seconds * 1_000;
    tokens.set(token, { account, expiresAtMs, buckets });
    return { token, expiresAtMs };
  }

  function bearerOf({ headers }: CloudRequest): Token | undefined {
    const held = tokens.get(headers.authorization?.replace(/^Bearer /, '') ?? '');
    return held && held.expiresAtMs > systemClock.now() ? held : undefined;
  }

  function token(request: CloudRequest): CloudAnswer {
    const [header = '', payload = '', signature = ''] = (request.form.get('assertion') ?? '').split('.');
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url')))
      return json(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const seconds = systemClock.now() / 1_000;
    if (claims.iss !== base || claims.aud !== 'https://oauth2.googleapis.com/token' || !(claims.exp > seconds))
      return json(400, {
        error: 'invalid_grant',
        error_description: 'Invalid JWT: Token must be a short-lived token.',
      });
    return json(200, { access_token: issue(base, 3_600, null).token, expires_in: 3_599, token_type: 'Bearer' });
  }

  function generateAccessToken(request: CloudRequest, account: string): CloudAnswer {
    const { lifetime = '3600s' } = JSON.parse(request.body.toString());
    if (bearerOf(request)?.account !== base)
      return apiError(401, 'UNAUTHENTICATED', 'Request had invalid credentials.');
    if (account !== gcpServiceAccount) return permissionDenied();
    const { token: accessToken, expiresAtMs } = issue(account, Number.parseInt(lifetime, 10), null);
    return json(200, { accessToken, expireTime: toIso(expiresAtMs) });
  }

  function exchange({ form }: CloudRequest): CloudAnswer {
    const subject = tokens.get(form.get('subject_token') ?? '');
    if (!subject || form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange')
      return json(400, { error: 'invalid_request', error_description: 'Invalid value for "subject_token".' });
    const { accessBoundaryRules } = JSON.parse(form.get('options') ?? '{}').accessBoundary;
    const buckets = accessBoundaryRules.map((rule: { availableResource: string }) =>
      rule.availableResource.split('/').at(-1),
    );
    const seconds = Math.floor((subject.expiresAtMs - systemClock.now()) / 1_000);
    const { token: access_token } = issue(subject.account, seconds, buckets);
    return json(200, {
      access_token,
      expires_in: seconds,
      token_type: 'Bearer',
      issued_token_type: form.get('requested_token_type'),
    });
  }

  function objects(request: CloudRequest, bucket: string): CloudAnswer {
    const held = bearerOf(request);
    if (!held) return apiError(401, 'UNAUTHENTICATED', 'Invalid Credentials');
    if (held.buckets !== null && !held.buckets.includes(bucket)) return permissionDenied();
    return json(200, { kind: 'storage#objects', items: [{ bucket, name: 'readme.txt' }] });
  }

  function answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang' {
    const [, account] =
      /^\/gcp\/iamcredentials\/v1\/projects\/-\/serviceAccounts\/([^/]+):generateAccessToken$/.exec(request.path) ?? [];
    const [, bucket] = /^\/gcp\/storage\/v1\/b\/([^/]+)\/o$/.exec(request.path) ?? [];
    const action = account ? 'generateAccessToken' : request.path.slice('/gcp/'.length);
    const params = account ? jsonParams(request.body) : Object.fromEntries(request.form);
    calls.push({ service: 'gcp', action, params });
    if (failure) return failure === 'hang' ? 'hang' : failed(failure);
    if (request.path === '/gcp/oauth/token') return token(request);
    if (request.path === '/gcp/sts/v1/token') return exchange(request);
    if (account) return generateAccessToken(request, account);
    return bucket ? objects(request, bucket) : apiError(404, 'NOT_FOUND', 'Not found');
  }

  return {
    answer,
    credentials: (url) =>
      JSON.stringify({
        type: 'service_account',
        project_id: 'gatehouse-test',
        private_key_id: 'key-1',
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        client_email: base,
        client_id: '1',
        token_uri: `${url}/gcp/oauth/token`,
        universe_domain: 'googleapis.com',
      }),
  };
}

/** Scopes in a row, as OAuth writes them. */
function jsonParams(body: Buffer): Record<string, string> {
  const entries = Object.entries(JSON.parse(body.toString()));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Array.isArray(value) ? value.join(' ') : String(value)]),
  );
}

function failed(failure: Exclude<CloudFailure, 'hang'>): CloudAnswer {
  switch (failure) {
    case 'Throttling':
      return apiError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.');
    case 'ExpiredToken':
      return apiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    case 'garbage':
      return { status: 200, body: '<!doctype html><p>A proxy says hello.</p>', type: 'text/html' };
    default:
      return permissionDenied();
  }
}

function permissionDenied(): CloudAnswer {
  return apiError(
    403,
    'PERMISSION_DENIED',
    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
  );
}

function apiError(code: number, status: string, message: string): CloudAnswer {
  return json(code, { error: { code, message, status } });
}
