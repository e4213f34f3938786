/** Secrets with a known text, looked for everywhere they must not be. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatSecret, serviceKeyPrefix } from '@/lib/tokens/format';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { startServer, type TestServer } from '../support/server';
import { openSocket } from '../support/sockets';
import { temporaryDir } from '../support/temporary-dir';

const password = 'canary-password-9f2c1e';
const environmentKey = formatSecret(serviceKeyPrefix);
const masterKey = Buffer.from('canary-master-key-0123456789abcd').toString('base64');
const work = temporaryDir();
/** By what it is, so that a failure says what leaked and not only where. */
const secrets = new Map<string, string>([
  ['a password', password],
  ['the key of the environment', environmentKey],
  ['the master key', masterKey],
]);

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;
let runId: string;

beforeAll(async () => {
  const env = {
    GATEHOUSE_ADMIN_EMAIL: 'owner@example.com',
    GATEHOUSE_ADMIN_PASSWORD: password,
    GATEHOUSE_SERVICE_KEY: environmentKey,
    GATEHOUSE_MASTER_KEY: masterKey,
    LOG_LEVEL: 'trace',
  };
  server = await startServer({ env });
  operator = await signIn(server.url, 'owner@example.com', password);
  orchestrator = service(server.url, environmentKey);
  await everythingThatHandlesSecrets();
}, 120_000);
afterAll(async () => {
  await server.stop();
  work.remove();
});

/** Each secret is made, used, misused and refused, as far as the product has it. */
async function everythingThatHandlesSecrets(): Promise<void> {
  secrets.set('a session', operator.cookies().split('session-token=')[1]?.split(';')[0] ?? '');
  const { key } = await operator.call('serviceKeys.create', { body: { name: 'Canary', scopes: ['runs:read'] } });
  secrets.set('a service key', key);
  await service(server.url, key).call('runs.list');
  await service(server.url, `${key.slice(0, -1)}x`).attempt('runs.list');

  const variable = 'canary-variable-5d1b77';
  secrets.set('a variable of a run', variable);
  const argument = 'canary-argument-71c2aa';
  const command = ['bash', '-c', 'env -0 > env.new; mv env.new env; echo shown; exec sleep 600', argument];
  const body = {
    title: 'Canary',
    projectId: 'p',
    kind: 'pty' as const,
    command,
    cwd: work.path,
    principal: { userId: 'dana' },
  };
  const { run } = await orchestrator.call('runs.create', { body: { ...body, env: { SECRET: variable } } });
  runId = run.id;
  const text = await eventually(() => readFileSync(path.join(work.path, 'env'), 'utf8'));
  const ofRun = (name: string) =>
    text
      .split('\0')
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? '';
  secrets.set('the tool token of a run', ofRun('GATEHOUSE_TOOL_TOKEN'));
  const internal = new URL(ofRun('GATEHOUSE_WS_URL')).searchParams.get('internal') ?? '';
  secrets.set('the internal credential', internal.split('.')[1] ?? '');
  for (const name of ['GATEHOUSE_SERVICE_KEY', 'GATEHOUSE_MASTER_KEY', 'GATEHOUSE_ADMIN_PASSWORD'])
    expect(text).not.toContain(name);

  const external = await orchestrator.call('runs.create', {
    body: { ...body, kind: 'external', command: undefined, cwd: undefined },
  });
  const token = external.token?.token ?? '';
  secrets.set('a tool token', token);
  await orchestrator.call('tokens.introspect', { body: { token, endpoint: '/mcp' } });
  await orchestrator.attempt('tokens.introspect', { body: { token, endpoint: `/${token}`, more: token } });
  await orchestrator.attempt('runs.get', { params: { id: token } });
  await orchestrator.fetch(`/api/runs?q=${token}`);
  await orchestrator.attempt('runs.mintToken', { params: { id: external.run.id }, body: { ttlSeconds: token } });

  const { ticket } = await operator.call('tickets.mint', { body: { endpoint: 'pty', runId } });
  secrets.set('a ticket', ticket);
  const socket = await openSocket(server.url, `/api/pty?run=${runId}&ticket=${ticket}`, { origin: server.url });
  await socket.output('shown');
  const again = await openSocket(server.url, `/api/pty?run=${runId}&ticket=${ticket}`, { origin: server.url });
  await again.closed;
  await (await openSocket(server.url, `/api/ws?internal=${encodeURIComponent(internal)}`)).close();
  await (await openSocket(server.url, `/api/ws?internal=${encodeURIComponent(`${internal}x`)}`)).closed;
  await socket.close();

  await signIn(server.url, 'owner@example.com', `${password}x`).catch(() => undefined);
  await signIn(server.url, 'nobody@example.com', password).catch(() => undefined);
  await operator.attempt('operators.create', { body: { email: 'not an email', name: 'x', role: 'admin', password } });
  await operator.call('operators.create', {
    body: { email: 'second@example.com', name: 'Second', role: 'viewer', password: `${password}-2` },
  });
}

function leaksIn(text: string): string[] {
  return [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => what);
}
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

describe('no secret is', () => {
  covers('process.no-secret-leaks', 'keys.shown-once', 'tokens.hash-only', 'http.no-token-in-url');

  it('unknown to this test, nor too short to be looked for', () => {
    expect(secrets.size).toBe(10);
    for (const secret of secrets.values()) expect(secret.length).toBeGreaterThan(20);
  });

  it('in the log, at its most talkative', () => {
    expect(server.logs()).toContain('/api/runs');
    expect(leaksIn(server.logs())).toEqual([]);
  });

  it('in a page', async () => {
    for (const page of [
      '/',
      '/runs',
      `/runs/${runId}`,
      '/tokens',
      '/audit',
      '/settings/operators',
      '/settings/service-keys',
      '/settings/sessions',
      '/login',
    ]) {
      const response = await operator.fetch(page);
      expect(response.status, page).toBe(200);
      expect(leaksIn(await response.text()), page).toEqual([]);
    }
  });

  it('in an answer, but the one that gives it out', async () => {
    const paths = [
      '/api/runs',
      `/api/runs/${runId}`,
      `/api/runs/${runId}/events`,
      '/api/tokens',
      '/api/audit?limit=200',
      '/api/audit/export',
      '/api/audit/export?format=csv',
      '/api/operators',
      '/api/service-keys',
      '/api/sessions',
      '/api/overview',
      '/api/me',
      '/api/openapi.json',
      '/api/auth/session',
      '/metrics',
    ];
    for (const at of paths) {
      const response = await operator.fetch(at);
      expect(response.status, at).toBe(200);
      expect(leaksIn(await response.text()), at).toEqual([]);
    }
  });

  it('in a live event', async () => {
    const { ticket } = await operator.call('tickets.mint', { body: { endpoint: 'events' } });
    const socket = await openSocket(server.url, `/api/events?since=1&ticket=${ticket}`, { origin: server.url });
    const reset = await socket.message(({ type }) => type === 'reset');
    await socket.close();
    const replay = await operator.call('tickets.mint', { body: { endpoint: 'events' } });
    const since = Number(reset.seq) - 20;
    const replayed = await openSocket(server.url, `/api/events?since=${since}&ticket=${replay.ticket}`, {
      origin: server.url,
    });
    await eventually(() => replayed.messages.length >= 20);
    expect(leaksIn(JSON.stringify(replayed.messages))).toEqual([]);
    await replayed.close();
  });

  it('in the record, which has arguments by their digest alone', async () => {
    const text = await (await operator.fetch('/api/audit/export')).text();
    expect(text).toContain('"program":');
    expect(text).toContain('commandSha256');
    expect(text).not.toContain('canary-argument');
  });

  it('in the header of a recording, which holds the size and the time', async () => {
    const text = await (await operator.fetch(`/api/runs/${runId}/recording`)).text();
    expect(leaksIn(text)).toEqual([]);
    expect(Object.keys(JSON.parse(text.split('\n')[0] ?? '')).sort()).toEqual([
      'height',
      'timestamp',
      'version',
      'width',
    ]);
  });

  it('in the data directory, whose files are their owner’s alone', async () => {
    await orchestrator.call('runs.revoke', { params: { id: runId }, body: { reason: 'over' } });
    await server.terminate();
    for (const file of filesUnder(server.dataDir)) {
      expect(leaksIn(readFileSync(file, 'latin1')), path.relative(server.dataDir, file)).toEqual([]);
      if (!file.includes('/workspaces/')) expect((statSync(file).mode & 0o077).toString(8), file).toBe('0');
    }
    expect((statSync(server.dataDir).mode & 0o077).toString(8)).toBe('0');
  });
});
