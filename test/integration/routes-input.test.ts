/** What REST does with bad input, and what it never lets out. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBody } from '@/lib/contracts/common';
import { routes } from '@/lib/contracts/routes';
import { formatSecret, serviceKeyPrefix, toolTokenPrefix } from '@/lib/tokens/format';
import { covers } from '@/test/requirements';
import { service, type TestClient } from '@/test/support/http-client';
import { startServer, type TestServer } from '@/test/support/server';

covers('http.unknown-field', 'http.body-limit', 'http.openapi', 'http.no-token-in-url', 'http.error-body');

let server: TestServer;
let key: TestClient;
beforeAll(async () => {
  server = await startServer();
  key = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

const json = { 'content-type': 'application/json' };
async function refusal(response: Response) {
  const { error } = errorBody.parse(await response.json());
  expect(response.headers.get('x-request-id')).toBe(error.requestId);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return { status: response.status, ...error };
}

describe('a body', () => {
  const external = { title: 'A run', projectId: 'demo', kind: 'external', principal: { userId: 'ada' } };

  it('that is not JSON, or not UTF-8, is a 400', async () => {
    for (const body of ['{', 'title=A+run', Buffer.from([0x22, 0xff, 0x22])]) {
      const answer = await refusal(await key.fetch('/api/runs', { method: 'POST', headers: json, body }));
      expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
  });

  it('with a wrong, missing or unknown field is a 400 that names it', async () => {
    const cases: Array<[string, object]> = [
      ['title', { ...external, title: '' }],
      ['ttlSeconds', { ...external, ttlSeconds: 59 }],
      ['principal.userId', { ...external, principal: {} }],
      ['principal.rolle', { ...external, principal: { userId: 'ada', rolle: 'admin' } }],
      ['nobodyKnows', { ...external, nobodyKnows: 1 }],
      ['', []],
    ];
    for (const [field, body] of cases) {
      const answer = await refusal(
        await key.fetch('/api/runs', { method: 'POST', headers: json, body: JSON.stringify(body) }),
      );
      expect(answer).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.message).toContain(field);
      expect(JSON.stringify(answer.details)).toContain(`"path":"${field}"`);
    }
    expect((await key.call('runs.list')).items).toEqual([]);
  });

  it('of deep nesting is refused without harm', async () => {
    const body = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect((await key.fetch('/api/runs', { method: 'POST', headers: json, body })).status).toBe(400);
    expect((await key.fetch('/api/runs')).status).toBe(200);
  });

  it('of 1 MiB is read and one byte more is a 413, announced or not', async () => {
    const atLimit = JSON.stringify({ a: 'x'.repeat(1024 * 1024 - 8) });
    expect(atLimit.length).toBe(1024 * 1024);
    expect((await key.fetch('/api/runs', { method: 'POST', headers: json, body: atLimit })).status).toBe(400);
    const answer = await refusal(await key.fetch('/api/runs', { method: 'POST', headers: json, body: `${atLimit} ` }));
    expect(answer).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await postChunked(server, `${atLimit} `)).toBe(413);
    expect((await key.fetch('/api/runs')).status).toBe(200);
  });
});

describe('a query', () => {
  it('with a wrong, unknown or doubled parameter is a 400 that names it', async () => {
    for (const [name, search] of [
      ['limit', 'limit=201'],
      ['limit', 'limit=0'],
      ['status', 'status=dreaming'],
      ['nobodyKnows', 'nobodyKnows=1'],
      ['limit', 'limit=1&limit=2'],
      ['cursor', 'cursor=nonsense'],
    ] as const) {
      const answer = await refusal(await key.fetch(`/api/runs?${search}`));
      expect(answer, search).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(answer.message).toContain(name);
    }
  });

  it('that holds a token is refused, and the token reaches neither the answer nor the log', async () => {
    const secrets = [formatSecret(toolTokenPrefix), formatSecret(serviceKeyPrefix)];
    for (const secret of secrets) {
      const encoded = secret.replace('gth', '%67th');
      for (const path of [
        `/api/runs?token=${secret}`,
        `/api/runs?q=a+${encoded}`,
        `/api/audit?${secret}=1`,
        `/api/runs/${secret}`,
      ]) {
        for (const client of [key, { fetch: (to: string) => fetch(`${server.url}${to}`) }]) {
          const response = await client.fetch(path);
          const text = await response.text();
          expect({ path: path.slice(0, 16), status: response.status, text }).toMatchObject({
            status: 400,
            text: expect.stringContaining('TOKEN_IN_URL'),
          });
          expect(text).not.toContain(secret.slice(9, 30));
        }
      }
    }
    await key.fetch('/api/runs');
    for (const secret of secrets) expect(server.logs()).not.toContain(secret.slice(9, 30));
  });
});

describe('a path', () => {
  it('that nobody answers is a 404 of the one error body, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of ['/api', '/api/nothing', '/api/runs/none/nothing', '/api/auth/nothing', '/api/auth/_log']) {
        const response = await key.fetch(path, { method });
        const expected = method === 'PUT' || method === 'PATCH' || method === 'DELETE' ? [404, 405] : [404];
        expect(expected, `${method} ${path}`).toContain(response.status);
        await refusal(response);
      }
    }
  });

  it('of any shape and under any method never ends in a fault of the server', async () => {
    const paths = [
      '/api/runs/%E0%A4%A',
      '/api/%',
      '/%',
      '/runs/%00',
      '/api/runs/%00',
      '/api/runs/..%2f..%2fetc',
      '/login',
      '/%2f%2fevil.example',
    ];
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'];
    for (const method of methods) {
      for (const path of [
        ...paths,
        '/api/runs',
        '/api/audit/export',
        '/api/auth/csrf',
        '/api/auth/callback/none',
        '/api/me',
      ]) {
        const { status, location } = await rawRequest(server, method, path);
        expect(status, `${method} ${path}`).toBeLessThan(500);
        expect(location === undefined || location.startsWith('/') || location.startsWith(server.url), location).toBe(
          true,
        );
        expect(location?.startsWith('//') ?? false, location).toBe(false);
      }
    }
  });

  it('of an unknown run, token, operator, session or key is a 404', async () => {
    for (const path of ['/api/runs/run_none', '/api/runs/run_none/events', '/api/runs/run_none/recording']) {
      expect((await refusal(await key.fetch(path))).code).toBe('RUN_NOT_FOUND');
    }
    const revoke = await key.attempt('runs.revoke', { params: { id: 'run_none' }, body: { reason: 'test' } });
    expect(revoke).toMatchObject({ status: 404, body: { error: { code: 'RUN_NOT_FOUND' } } });
    const token = await key.attempt('tokens.revoke', { params: { id: 'tok_none' }, body: { reason: 'test' } });
    expect(token.status).toBe(404);
    const ticket = await key.attempt('tickets.mint', { body: { endpoint: 'pty', runId: 'run_none' } });
    expect(ticket).toMatchObject({ status: 404, body: { error: { code: 'RUN_NOT_FOUND' } } });
    expect(await key.attempt('tickets.mint', { body: { endpoint: 'pty' } })).toMatchObject({ status: 400 });
  });
});

it('refuses a Host that is not its own, as a rebound name would send it', async () => {
  for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', `localhost:${server.port + 1}`]) {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${server.serviceKey}` };
      httpRequest(`${server.url}/api/runs`, { headers }, (response) => resolve(response.resume().statusCode ?? 0))
        .on('error', reject)
        .end();
    });
    expect(status, host).toBe(403);
  }
});

it('describes every route as OpenAPI 3.1 to anybody', async () => {
  const response = await fetch(`${server.url}/api/openapi.json`);
  expect(response.status).toBe(200);
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, unknown>> };
  expect(document.openapi).toBe('3.1.0');
  for (const { method, path } of Object.values(routes)) {
    expect(document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()], path).toBeTruthy();
  }
});

/** `fetch` refuses to send some of these. */
function rawRequest({ url, serviceKey }: TestServer, method: string, path: string) {
  return new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${serviceKey}` };
    httpRequest(url, { method, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location });
    })
      .on('error', reject)
      .end();
  });
}

function postChunked({ url, serviceKey }: TestServer, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...json, authorization: `Bearer ${serviceKey}`, 'transfer-encoding': 'chunked' };
    const request = httpRequest(`${url}/api/runs`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += 65_536) request.write(body.slice(at, at + 65_536));
    request.end();
  });
}
