/** Entra ID on loopback: where the endpoints are, and tokens for a client's secret or for an assertion of its workload. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@/lib/platform/clock';
import { type CloudAnswer, type CloudCall, type CloudFailure, type CloudRequest, json } from './http';

export const azureApp = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-9999-aaaaaaaaaaaa',
  clientSecret: 'azure-client-secret-that-no-answer-may-ever-hold',
  assertion: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6Z2F0ZWhvdXNlIn0.c2lnbmVk',
};

export function createAzureCloud(calls: CloudCall[]) {
  return {
    answer(request: CloudRequest, failure: () => CloudFailure | undefined): CloudAnswer | 'hang' {
      const [, tenant = '', ...rest] = request.path.split('/');
      const host = `https://${request.headers.host}/${tenant}`;
      if (rest.join('/') === 'v2.0/.well-known/openid-configuration')
        return json(200, {
          issuer: `${host}/v2.0`,
          authorization_endpoint: `${host}/oauth2/v2.0/authorize`,
          token_endpoint: `${host}/oauth2/v2.0/token`,
          jwks_uri: `${host}/discovery/v2.0/keys`,
        });
      if (rest.join('/') !== 'oauth2/v2.0/token') return json(404, {});
      const params = Object.fromEntries(request.form);
      calls.push({ service: 'azure', action: 'token', params });
      const kind = failure();
      if (kind) return kind === 'hang' ? 'hang' : failed(kind);
      return token(tenant, params);
    },
  };
}

function token(tenant: string, params: Record<string, string>): CloudAnswer {
  if (tenant !== azureApp.tenantId) return refused(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
  if (params.client_id !== azureApp.clientId)
    return refused(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${params.client_id}' was not found.`,
    );
  if (params.client_secret !== azureApp.clientSecret && params.client_assertion !== azureApp.assertion)
    return refused(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  const seconds = Math.floor(systemClock.now() / 1_000);
  const claims = {
    aud: params.scope?.replace(/\/\.default.*$/, ''),
    iat: seconds,
    exp: seconds + 3_599,
    jti: randomUUID(),
  };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return json(200, {
    token_type: 'Bearer',
    expires_in: 3_599,
    ext_expires_in: 3_599,
    access_token: `${parts.join('.')}.${Buffer.from('signature').toString('base64url')}`,
  });
}

function failed(kind: Exclude<CloudFailure, 'hang'>): CloudAnswer {
  switch (kind) {
    case 'Throttling':
      return { ...json(429, { error: 'temporarily_unavailable' }), headers: { 'retry-after': '0' } };
    case 'ExpiredToken':
      return refused(401, 'invalid_client', 7000222, 'The provided client secret keys for app are expired.');
    case 'garbage':
      return { status: 200, body: '<!doctype html><p>A proxy says hello.</p>', type: 'text/html' };
    default:
      return refused(401, 'unauthorized_client', 700016, 'The application was not found in the directory.');
  }
}

function refused(status: number, error: string, code: number, message: string): CloudAnswer {
  return json(status, {
    error,
    error_description: `AADSTS${code}: ${message} Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()}`,
    error_codes: [code],
    trace_id: randomUUID(),
    correlation_id: randomUUID(),
  });
}
