/**
 * Every route of the table × every role × no session × keys with and without the scope × foreign origins. Each call that is let
 * in brings a field nobody knows, so it ends as a 400 and changes nothing: 400 means "was let in".
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roleAllows, roles, type Scope, scopes } from '@/lib/contracts/roles';
import { type RouteId, type RouteSpec, routes } from '@/lib/contracts/routes';
import { formatSecret, serviceKeyPrefix, toolTokenPrefix } from '@/lib/tokens/format';
import { covers } from '@/test/requirements';
import { type OperatorClient, service, signIn } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';

covers('signin.roles', 'signin.scopes', 'signin.same-origin');

let server: TestServer;
const operators = {} as Record<Role, OperatorClient>;
const keys = {} as Record<Scope, string>;

beforeAll(async () => {
  server = await startServer();
  operators.admin = await signIn(server.url, admin.email, admin.password);
  for (const role of roles.filter((name) => name !== 'admin')) {
    const email = `${role}@example.com`;
    await operators.admin.call('operators.create', { body: { email, name: role, role, password: admin.password } });
    operators[role] = await signIn(server.url, email, admin.password);
  }
  for (const scope of scopes) {
    keys[scope] = (await operators.admin.call('serviceKeys.create', { body: { name: scope, scopes: [scope] } })).key;
  }
});
afterAll(() => server.stop());

interface Answer {
  status: number;
  code: string | undefined;
}

/** Sends the route's own method with an unknown field, under the given headers and no others. */
async function send(spec: RouteSpec, headers: Record<string, string>): Promise<Answer> {
  const path = spec.path.replace(/:\w+/g, 'none');
  const isGet = spec.method === 'GET';
  const response = await fetch(`${server.url}${path}${isGet ? '?nobodyKnows=1' : ''}`, {
    method: spec.method,
    headers: { ...headers, ...(!isGet && { 'content-type': 'application/json' }) },
    ...(!isGet && { body: '{"nobodyKnows":1}' }),
  });
  const text = await response.text();
  expect(response.headers.get('x-request-id'), `${spec.method} ${spec.path}`).toBeTruthy();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, code: codeOf(body) };
}

function codeOf(body: unknown): string | undefined {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

const letIn: Answer = { status: 400, code: 'BAD_REQUEST' };
const unauthenticated: Answer = { status: 401, code: 'UNAUTHENTICATED' };
const forbidden: Answer = { status: 403, code: 'FORBIDDEN' };
const originRefused: Answer = { status: 403, code: 'ORIGIN_REFUSED' };

const all = Object.entries(routes) as Array<[RouteId, RouteSpec]>;
const controlPlane = all.filter(([, spec]) => !spec.dataPlane);
const guarded = controlPlane.filter(([, spec]) => !spec.open);
const changing = controlPlane.filter(([, spec]) => spec.method !== 'GET');

describe.each(guarded)('%s', (_id, spec) => {
  it('refuses a caller without a credential', async () => {
    expect(await send(spec, {})).toEqual(unauthenticated);
    expect(await send(spec, { origin: server.url })).toEqual(unauthenticated);
    expect(await send(spec, { origin: server.url, cookie: 'next-auth.session-token=forged' })).toEqual(unauthenticated);
  });

  it.each(roles)('lets %s in exactly when the role table says so', async (role) => {
    const allowed = spec.permission !== null && roleAllows(role, spec.permission);
    const headers = { cookie: operators[role].cookies(), origin: server.url };
    expect(await send(spec, headers)).toEqual(allowed ? letIn : forbidden);
  });

  it('lets exactly the keys with its scope in', async () => {
    const each = scopes.map(async (scope) => {
      const answer = await send(spec, { authorization: `Bearer ${keys[scope]}` });
      expect(answer, scope).toEqual(scope === spec.scope ? letIn : forbidden);
    });
    await Promise.all(each);
    const answer = await send(spec, { authorization: `Bearer ${server.serviceKey}` });
    expect(answer).toEqual(spec.scope === null ? forbidden : letIn);
  });

  it('refuses a wrong bearer even beside a good cookie', async () => {
    const cookie = operators.admin.cookies();
    const bearers = [formatSecret(toolTokenPrefix), formatSecret(serviceKeyPrefix), 'nonsense', ''];
    const each = bearers.map(async (bearer) => {
      const headers = { cookie, origin: server.url, authorization: `Bearer ${bearer}` };
      expect(await send(spec, headers), bearer.slice(0, 9)).toEqual(unauthenticated);
    });
    await Promise.all(each);
    expect(await send(spec, { cookie, origin: server.url, authorization: 'Basic YTpi' })).toEqual(unauthenticated);
  });
});

describe.each(controlPlane)('%s and other origins', (_id, spec) => {
  const foreign = () => [
    'https://evil.example',
    'null',
    `${server.url}.evil.example`,
    server.url.replace('http:', 'https:'),
    server.url.replace(/\d+$/, (port) => String(Number(port) + 1)),
    'http://127.0.0.1',
  ];

  it('refuses a foreign Origin whatever the credential', async () => {
    const credentials: Array<Record<string, string>> = [
      { cookie: operators.admin.cookies() },
      { authorization: `Bearer ${server.serviceKey}` },
      {},
    ];
    const each = foreign().map(async (origin) => {
      const answers = await Promise.all(credentials.map((headers) => send(spec, { ...headers, origin })));
      expect(answers, origin).toEqual(credentials.map(() => originRefused));
    });
    await Promise.all(each);
  });

  it('takes the loopback names of its own port as its own', async () => {
    const origin = server.url.replace('127.0.0.1', 'localhost');
    const answer = await send(spec, { origin, cookie: operators.admin.cookies() });
    expect(answer).not.toEqual(originRefused);
  });
});

it.each(changing.filter(([, spec]) => !spec.open))(
  '%s: a cookie changes nothing without an Origin',
  async (_id, spec) => {
    expect(await send(spec, { cookie: operators.admin.cookies() })).toEqual(originRefused);
  },
);

describe.each(['tokens.introspect', 'traces.put'] as const)('%s, on the data plane', (id) => {
  const spec: RouteSpec = routes[id];

  it('takes keys with its scope and nobody else', async () => {
    for (const scope of scopes) {
      const { status } = await send(spec, { authorization: `Bearer ${keys[scope]}` });
      expect(status, scope).toBe(scope === spec.scope ? 400 : 403);
    }
    expect((await send(spec, {})).status).toBe(401);
    expect((await send(spec, { cookie: operators.admin.cookies(), origin: server.url })).status).toBe(401);
  });
});

it('answers the methods a path does not take with 405, what it takes, and the one error body', async () => {
  const key = service(server.url, server.serviceKey);
  for (const [, spec] of controlPlane) {
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (method) => !controlPlane.some(([, other]) => other.path === spec.path && other.method === method),
    );
    for (const method of others) {
      const response = await key.fetch(spec.path.replace(/:\w+/g, 'none'), { method });
      expect(response.status, `${method} ${spec.path}`).toBe(405);
      expect(response.headers.get('allow')).toContain(spec.method);
      expect(codeOf(await response.json())).toBe('METHOD_NOT_ALLOWED');
    }
  }
});
