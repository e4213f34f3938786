/** Sockets against strangers, replays, races and rude clients, on the real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';
import { type OpenSocketOptions, openSocket, refusedUpgrade } from '../support/sockets';

covers(
  'sockets.order',
  'sockets.page-first',
  'tickets.single-use',
  'tickets.bound',
  'tickets.subprotocol',
  'tickets.rest',
  'http.own-host',
  'http.no-token-in-url',
);

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;
let runId: string;

beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
  const body = { title: 'A', projectId: 'p', kind: 'pty', command: ['cat'], principal: { userId: 'dana' } };
  runId = (await orchestrator.call('runs.create', { body })).run.id;
});
afterAll(() => server.stop());

const mint = async (endpoint: 'events' | 'pty' | 'ws' = 'events', run?: string) =>
  (await operator.call('tickets.mint', { body: { endpoint, runId: run } })).ticket;
const open = (path: string, options: OpenSocketOptions = {}) =>
  openSocket(server.url, path, { origin: server.url, ...options });
const closeCode = async (path: string, options: OpenSocketOptions = {}) =>
  (await (await open(path, options)).closed).code;

describe('a page before a socket', () => {
  it("leaves our sockets alone: Next's own upgrade listener never sees them", async () => {
    expect((await operator.fetch('/runs')).status).toBe(200);
    const socket = await open(`/api/ws?ticket=${await mint('ws')}`);
    await socket.message((frame) => frame.method === 'event');
    expect((await operator.fetch('/login')).status).toBeLessThan(400);
    socket.sendJson({ jsonrpc: '2.0', id: 1, method: 'session.list' });
    expect(await socket.message((frame) => frame.id === 1)).toMatchObject({ result: { sessions: expect.any(Array) } });
    await socket.close();
  });
});

describe('a ticket', () => {
  it('opens one socket and no second', async () => {
    const ticket = await mint();
    const first = await open(`/api/events?ticket=${ticket}`);
    expect(await closeCode(`/api/events?ticket=${ticket}`)).toBe(4401);
    await first.close();
  });

  it('is won by exactly one of 100 sockets that race for it', async () => {
    const ticket = await mint('ws');
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(`/api/ws?ticket=${ticket}`)));
    const greeted = () => sockets.filter(({ messages }) => messages.length > 0);
    const refused = sockets.map(({ closed }) => closed);
    let ended = 0;
    for (const end of refused) void end.then(({ code }) => (ended += code === 4401 ? 1 : 0));
    await eventually(() => ended === 99 && greeted().length === 1);
    await Promise.all(greeted().map((socket) => socket.close()));
  });

  it('opens nothing but its own endpoint, run and Origin, and is burnt by the attempt', async () => {
    const other = await orchestrator.call('runs.create', {
      body: { title: 'B', projectId: 'p', kind: 'external', principal: { userId: 'dana' } },
    });
    const forEvents = await mint();
    expect(await closeCode(`/api/ws?ticket=${forEvents}`)).toBe(4401);
    expect(await closeCode(`/api/events?ticket=${forEvents}`)).toBe(4401);
    const forRun = await mint('pty', runId);
    expect(await closeCode(`/api/pty?run=${other.run.id}&ticket=${forRun}`)).toBe(4401);
    expect(await closeCode(`/api/pty?run=${runId}&ticket=${forRun}`)).toBe(4401);
    const forOrigin = await mint();
    const localhost = server.url.replace('127.0.0.1', 'localhost');
    expect(await closeCode(`/api/events?ticket=${forOrigin}`, { origin: localhost })).toBe(4401);
  });

  it('survives a refused Origin, travels as a subprotocol, and is never selected as one', async () => {
    const ticket = await mint();
    expect(await refusedUpgrade(server.url, `/api/events?ticket=${ticket}`, { origin: 'https://evil.example' })).toBe(
      403,
    );
    const socket = await open('/api/events', { protocols: ['gatehouse-v1', `gatehouse-ticket.${ticket}`] });
    expect(socket.raw.protocol).toBe('gatehouse-v1');
    expect(socket.raw.extensions).toBe('');
    await socket.close();
  });

  it('is given to no GET and to nobody without a session', async () => {
    expect((await operator.fetch('/api/auth/ws-ticket')).status).toBe(405);
    const body = JSON.stringify({ endpoint: 'events' });
    const headers = { 'content-type': 'application/json', origin: server.url };
    expect((await fetch(`${server.url}/api/auth/ws-ticket`, { method: 'POST', headers, body })).status).toBe(401);
  });
});

describe('an upgrade', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no site', { origin: 'null' }],
    ['a look-alike', { origin: 'http://127.0.0.1.evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['nowhere, with cookies', { origin: undefined, headers: { cookie: 'next-auth.session-token=x' } }],
    ['a rebound name', { headers: { host: 'evil.example' } }],
  ])('from %s is answered 403', async (_, options) => {
    expect(
      await refusedUpgrade(server.url, `/api/events?ticket=${await mint()}`, { origin: server.url, ...options }),
    ).toBe(403);
  });

  it('of a path that is no socket is answered 404', async () => {
    expect(await refusedUpgrade(server.url, '/api/nothing', { origin: server.url })).toBe(404);
  });

  it('with a wrong credential or for a run without a terminal is accepted and closed with its code', async () => {
    expect(await closeCode('/api/events?ticket=wrong')).toBe(4401);
    expect(await closeCode('/api/ws?internal=run_x.y', { origin: undefined })).toBe(4401);
    const { run } = await orchestrator.call('runs.create', {
      body: { title: 'C', projectId: 'p', kind: 'external', principal: { userId: 'dana' } },
    });
    expect(await closeCode(`/api/pty?run=${run.id}&ticket=${await mint('pty', run.id)}`)).toBe(4404);
    expect(await closeCode(`/api/pty?run=${runId}&cols=0&rows=5&ticket=${await mint('pty', runId)}`)).toBe(4400);
  });
});

describe('a rude client', () => {
  it('that sends a frame over 1 MiB is closed with 1009, one that sends nonsense with 4400', async () => {
    const large = await open(`/api/pty?run=${runId}&ticket=${await mint('pty', runId)}`);
    await large.message((frame) => frame.type === 'attached');
    large.send(Buffer.alloc(1024 * 1024 + 1));
    expect((await large.closed).code).toBe(1009);
    for (const nonsense of ['{', '[]', '{"type":"resize","cols":-1,"rows":2}', '{"type":"unknown"}']) {
      const socket = await open(`/api/pty?run=${runId}&ticket=${await mint('pty', runId)}`);
      await socket.message((frame) => frame.type === 'attached');
      socket.send(nonsense);
      expect((await socket.closed).code).toBe(4400);
    }
  });

  it('that floods requests is closed with 4429, and the next one is served', async () => {
    const flood = await open(`/api/ws?ticket=${await mint('ws')}`);
    for (let id = 0; id < 3_000; id += 1) flood.sendJson({ jsonrpc: '2.0', id, method: 'no.such' });
    expect((await flood.closed).code).toBe(4429);
    const next = await open(`/api/ws?ticket=${await mint('ws')}`);
    await next.message((frame) => frame.method === 'event');
    await next.close();
  });
});

describe('a bearer in a URL', () => {
  it.each(['gth_tool_', 'gth_key_'])('is refused and never logged (%s)', async (prefix) => {
    const bearer = `${prefix}canary0123456789canary0123456789canary01234567`;
    for (const path of [`/api/runs?q=${bearer}`, `/mcp?token=${bearer.replace('_', '%5f')}`, `/${bearer}`]) {
      const response = await orchestrator.fetch(path);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'TOKEN_IN_URL' } });
    }
    expect(server.logs()).not.toContain('canary0123456789');
  });
});
