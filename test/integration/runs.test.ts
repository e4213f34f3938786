/** Runs through REST: what starts, what is refused before anything exists, and how external runs live. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';
import { openSocket } from '../support/sockets';

covers(
  'runs.bad-input',
  'runs.environment',
  'runs.external',
  'runs.budget',
  'events.numbered',
  'rpc.own-run',
  'tokens.end-reasons',
);

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;

beforeAll(async () => {
  server = await startServer({ env: { CANARY_OF_THE_SERVER: 'canary-a81f' } });
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

const base = { title: 'T', projectId: 'demo', principal: { userId: 'dana', platform: 'discord' } };
const create = (body: Record<string, unknown>) => orchestrator.attempt('runs.create', { body: { ...base, ...body } });

describe('starting a run', () => {
  it.each([
    ['an unknown field', { kind: 'pty', command: ['true'], colour: 'red' }, 'BAD_REQUEST', /colour/],
    ['no command', { kind: 'pty' }, 'BAD_REQUEST', /command/],
    ['a TTL out of range', { kind: 'external', ttlSeconds: 59 }, 'BAD_REQUEST', /ttlSeconds/],
    ['a budget that is no number', { kind: 'external', budgetUsd: -1 }, 'BAD_REQUEST', /budgetUsd/],
    ['a missing directory', { kind: 'pty', command: ['true'], cwd: '/no/such/place' }, 'BAD_CWD', /\/no\/such\/place/],
    ['a relative directory', { kind: 'pty', command: ['true'], cwd: 'here' }, 'BAD_CWD', /absolute/],
    ['a file as directory', { kind: 'pty', command: ['true'], cwd: '/etc/passwd' }, 'BAD_CWD', /not a directory/],
    ['a missing program', { kind: 'pty', command: ['no-such-program'] }, 'COMMAND_NOT_FOUND', /no-such-program/],
    ['a file that is no program', { kind: 'pty', command: ['/etc/passwd'] }, 'COMMAND_NOT_FOUND', /passwd/],
    [
      'a variable of ours',
      { kind: 'pty', command: ['true'], env: { GATEHOUSE_URL: 'x' } },
      'BAD_REQUEST',
      /GATEHOUSE_URL/,
    ],
    ['a control character in the title', { kind: 'external', title: 'a\u001b[2Jb' }, 'BAD_REQUEST', /title/],
    ['a title that reads backwards', { kind: 'external', title: 'a\u202eb' }, 'BAD_REQUEST', /title/],
  ])('refuses %s, naming it, and leaves no run behind', async (_, body, code, message) => {
    const before = await orchestrator.call('runs.list', {});
    const refused = await create(body);
    expect(refused).toMatchObject({ status: 400, body: { error: { code, message: expect.stringMatching(message) } } });
    expect((await orchestrator.call('runs.list', {})).items).toHaveLength(before.items.length);
  });

  it('gives the child its own Gatehouse variables and nothing else of the server', async () => {
    const { run } = await orchestrator.call('runs.create', {
      body: { ...base, kind: 'pty', command: ['bash', '-c', 'env > environment; sleep 60'], env: { GIVEN: 'yes' } },
    });
    const { readFile } = await import('node:fs/promises');
    const text = await eventually(async () => {
      const read = await readFile(`${server.dataDir}/workspaces/${run.id}/environment`, 'utf8');
      expect(read).toContain('GATEHOUSE_PUB_URL');
      return read;
    });
    const names = text
      .split('\n')
      .map((line) => line.split('=')[0])
      .filter((name) => name?.startsWith('GATEHOUSE_'))
      .sort();
    expect(names).toEqual([
      'GATEHOUSE_MCP_URL',
      'GATEHOUSE_PROJECT_ID',
      'GATEHOUSE_PUB_URL',
      'GATEHOUSE_RUN_ID',
      'GATEHOUSE_TOOL_TOKEN',
      'GATEHOUSE_URL',
      'GATEHOUSE_WS_URL',
    ]);
    expect(text).toContain('GIVEN=yes');
    expect(text).not.toContain('canary-a81f');
    expect(text).not.toContain(server.serviceKey);
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('gives a run without a directory an empty one of its own', async () => {
    const { run } = await orchestrator.call('runs.create', {
      body: { ...base, kind: 'pty', command: ['sleep', '60'] },
    });
    expect(run.cwd).toContain(run.id);
    expect(existsSync(run.cwd ?? '')).toBe(true);
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });
});

describe('an external run', () => {
  async function start(more: Record<string, unknown> = {}) {
    return orchestrator.call('runs.create', { body: { ...base, kind: 'external', ...more } });
  }

  it('is registered with its token once, minted more, charged, and ended', async () => {
    const { run, token } = await start({ allowedOperations: ['mcp:call'] });
    expect(token?.token).toMatch(/^gth_tool_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$/);
    expect(
      await orchestrator.call('tokens.introspect', { body: { token: token?.token ?? '', operation: 'tools:execute' } }),
    ).toEqual({ active: false, code: 'TOOL_OPERATION_DENIED' });
    const minted = await orchestrator.call('runs.mintToken', { params: { id: run.id }, body: { ttlSeconds: 60 } });
    expect(
      await orchestrator.call('tokens.introspect', { body: { token: minted.token, operation: 'mcp:call' } }),
    ).toMatchObject({ active: true });
    const { items } = await orchestrator.call('tokens.list', { query: { runId: run.id } });
    expect(items.map(({ id }) => id)).toEqual([minted.id, token?.id]);
    expect(JSON.stringify(items)).not.toContain('gth_tool_');
    expect(
      await orchestrator.call('runs.spend', { params: { id: run.id }, body: { usd: 0.25, source: 'model' } }),
    ).toEqual({ spentUsd: 0.25, limitUsd: null, exceeded: false });
    expect(await orchestrator.call('runs.end', { params: { id: run.id }, body: { exitCode: 0 } })).toMatchObject({
      status: 'completed',
      exitCode: 0,
      counts: { tokens: 2 },
    });
    expect(await orchestrator.call('tokens.introspect', { body: { token: minted.token } })).toEqual({
      active: false,
      code: 'TOOL_TOKEN_INVALID',
    });
    const again = await orchestrator.attempt('runs.end', { params: { id: run.id }, body: {} });
    expect(again).toMatchObject({ status: 403, body: { error: { code: 'RUN_NOT_ACTIVE' } } });
  });

  it('ends as budget_exceeded by the charge that passes its limit, and not by the one that meets it', async () => {
    const { run, token } = await start({ budgetUsd: 1 });
    expect(
      await orchestrator.call('runs.spend', { params: { id: run.id }, body: { usd: 1, source: 'model' } }),
    ).toMatchObject({ exceeded: false });
    expect(
      await orchestrator.call('runs.spend', { params: { id: run.id }, body: { usd: 0.01, source: 'model' } }),
    ).toEqual({ spentUsd: 1.01, limitUsd: 1, exceeded: true });
    expect(await orchestrator.call('runs.get', { params: { id: run.id } })).toMatchObject({
      status: 'budget_exceeded',
    });
    expect(await orchestrator.call('tokens.introspect', { body: { token: token?.token ?? '' } })).toMatchObject({
      active: false,
    });
    const late = await orchestrator.attempt('runs.spend', {
      params: { id: run.id },
      body: { usd: 1, source: 'model' },
    });
    expect(late).toMatchObject({ status: 403, body: { error: { code: 'RUN_NOT_ACTIVE' } } });
  });

  it('cannot be ended as a PTY run, nor the other way round', async () => {
    const { run } = await orchestrator.call('runs.create', {
      body: { ...base, kind: 'pty', command: ['sleep', '60'] },
    });
    expect(await orchestrator.attempt('runs.end', { params: { id: run.id }, body: {} })).toMatchObject({
      status: 409,
      body: { error: { code: 'RUN_KIND_MISMATCH' } },
    });
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('shows one token revoked by hand, with why, and leaves its siblings', async () => {
    const { run, token } = await start();
    const other = await orchestrator.call('runs.mintToken', { params: { id: run.id }, body: {} });
    const revoked = await operator.call('tokens.revoke', { params: { id: other.id }, body: { reason: 'leaked' } });
    expect(revoked).toMatchObject({ status: 'revoked', revocationReason: 'manual' });
    expect(await orchestrator.call('tokens.introspect', { body: { token: other.token } })).toEqual({
      active: false,
      code: 'TOOL_TOKEN_INVALID',
    });
    expect(await orchestrator.call('tokens.introspect', { body: { token: token?.token ?? '' } })).toMatchObject({
      active: true,
    });
  });
});

describe('live events', () => {
  it('come numbered, are replayed from a known number, and reset from an unknown one', async () => {
    const connect = async (since: string) => {
      const { ticket } = await operator.call('tickets.mint', { body: { endpoint: 'events' } });
      return openSocket(server.url, `/api/events?ticket=${ticket}${since}`, { origin: server.url });
    };
    const live = await connect('');
    const { run } = await orchestrator.call('runs.create', { body: { ...base, kind: 'external', title: 'Seen live' } });
    const started = await live.message((frame) => frame.type === 'run.started');
    expect(started).toMatchObject({
      data: { id: run.id, title: 'Seen live' },
      seq: expect.any(Number),
      at: expect.any(String),
    });
    await orchestrator.call('runs.end', { params: { id: run.id }, body: {} });
    await live.message((frame) => frame.type === 'run.ended');
    const replayed = await connect(`&since=${Number(started.seq)}`);
    expect(await replayed.message((frame) => frame.type === 'run.ended')).toMatchObject({
      data: { id: run.id, status: 'completed' },
    });
    const numbers = replayed.messages.map((frame) => (frame as { seq: number }).seq);
    expect(numbers).toEqual(numbers.map((_, index) => Number(started.seq) + 1 + index));
    const stale = await connect('&since=1');
    expect(await stale.message((frame) => frame.type === 'reset')).toEqual({ type: 'reset', seq: expect.any(Number) });
    const malformed = await connect('&since=abc');
    expect((await malformed.closed).code).toBe(4400);
  });
});

describe('the socket of a child', () => {
  it('publishes, reports and sees its own run only', async () => {
    const { run } = await orchestrator.call('runs.create', {
      body: {
        ...base,
        kind: 'pty',
        command: ['bash', '-c', 'echo "$GATEHOUSE_WS_URL $GATEHOUSE_PUB_URL" > urls; sleep 60'],
      },
    });
    const { run: foreign } = await orchestrator.call('runs.create', { body: { ...base, kind: 'external' } });
    const { readFile } = await import('node:fs/promises');
    const [ws = '', pub = ''] = await eventually(async () => {
      const urls = (await readFile(`${server.dataDir}/workspaces/${run.id}/urls`, 'utf8')).trim().split(' ');
      expect(urls).toHaveLength(2);
      return urls;
    });
    const path = (url: string) => url.slice(url.indexOf('/api/'));
    const rpc = await openSocket(server.url, path(ws));
    expect(await rpc.message((frame) => frame.method === 'event')).toMatchObject({
      params: { type: 'gateway.ready', payload: { runId: run.id } },
    });
    let nextId = 1;
    const call = async (method: string, params: Record<string, unknown> = {}) => {
      const id = nextId++;
      rpc.sendJson({ jsonrpc: '2.0', id, method, params });
      return rpc.message((frame) => frame.id === id);
    };
    expect(await call('session.list')).toMatchObject({ result: { sessions: [{ id: run.id }] } });
    expect(await call('session.status', { sessionId: foreign.id })).toMatchObject({ error: { code: 4001 } });
    expect(await call('usage.report', { usd: 0.5 })).toMatchObject({ result: { spentUsd: 0.5 } });
    expect(await call('event.publish', { type: 'step', data: { n: 1 } })).toMatchObject({ result: { ok: true } });
    expect(await call('no.such')).toMatchObject({ error: { code: -32601 } });
    expect(await call('usage.report', { usd: 'much' })).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('usd') },
    });
    rpc.send('{nonsense');
    expect(await rpc.message((frame) => frame.id === null)).toMatchObject({ error: { code: -32700 } });

    const publisher = await openSocket(server.url, path(pub));
    publisher.send('{"type":"step","title":"Reading"}\n{"type":"done"}\n');
    await eventually(async () => {
      const { items } = await operator.call('runs.events', { params: { id: run.id } });
      expect(items.map(({ type }) => type)).toEqual(['done', 'step', 'step']);
      expect(items[1]?.data).toEqual({ title: 'Reading' });
    });
    const otherChannel = await openSocket(server.url, path(pub).replace(/channel=.*/, `channel=${foreign.id}`));
    expect((await otherChannel.closed).code).toBe(4403);
    publisher.send('not json');
    expect((await publisher.closed).code).toBe(4400);
    await orchestrator.call('runs.revokeMany', { body: { ids: [run.id, foreign.id], reason: 'done' } });
  });
});
