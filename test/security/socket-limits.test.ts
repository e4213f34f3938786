/** What sockets refuse without a word, what rude clients meet, and what a child may not reach. */
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';
import { openSocket, type TestSocket } from '../support/sockets';
import { rawExchange } from './raw-http';

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;
const folders: string[] = [];
beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(async () => {
  await server.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const principal = { userId: 'dana' };
const mint = async (endpoint: 'events' | 'pty' | 'ws', runId?: string) =>
  (await operator.call('tickets.mint', { body: { endpoint, runId } })).ticket;
const open = (at: string) => openSocket(server.url, at, { origin: server.url });
const child = (at: string) => openSocket(server.url, at);
const attach = async (runId: string) => open(`/api/pty?run=${runId}&ticket=${await mint('pty', runId)}`);

/** A run whose environment the test knows, as its child does. */
async function startChild(title: string) {
  const cwd = await mkdtemp(path.join(tmpdir(), 'gatehouse-child-'));
  folders.push(cwd);
  const command = ['bash', '-c', 'env -0 > env.new; mv env.new env; exec sleep 600'];
  const { run } = await orchestrator.call('runs.create', {
    body: { title, projectId: 'p', kind: 'pty', command, cwd, principal },
  });
  const file = path.join(cwd, 'env');
  const text = await eventually(() => readFile(file, 'utf8'));
  const env = Object.fromEntries(
    text.split('\0').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const internal = new URL(env.GATEHOUSE_WS_URL ?? '').searchParams.get('internal') ?? '';
  return { run, env, internal };
}

describe('a refused socket', () => {
  covers('sockets.accepted-then-closed', 'sockets.malformed', 'internal.own-run', 'internal.while-live');

  async function expectClosed(opening: Promise<TestSocket>, code: number) {
    const socket = await opening;
    socket.send('anything');
    expect(await socket.closed).toMatchObject({ code });
    expect([socket.messages, socket.bytes().length]).toEqual([[], 0]);
  }

  it('is closed with its code and is told nothing else', async () => {
    await expectClosed(open('/api/events?ticket=x'), 4401);
    await expectClosed(open('/api/events'), 4401);
    await expectClosed(open(`/api/events?since=-1&ticket=${await mint('events')}`), 4400);
    await expectClosed(open(`/api/events?since=x&ticket=${await mint('events')}`), 4400);
    const body = { title: 'External', projectId: 'p', kind: 'external' as const, principal };
    const { id } = (await orchestrator.call('runs.create', { body })).run;
    await expectClosed(open(`/api/pty?run=${id}&ticket=${await mint('pty', id)}`), 4404);
    await expectClosed(open(`/api/pty?run=${id}&cols=1e9&rows=1&ticket=${await mint('pty', id)}`), 4400);
  });

  it('is what a child meets with another run’s channel, another’s credential or after its run', async () => {
    const [a, b] = [await startChild('A'), await startChild('B')];
    const ofA = encodeURIComponent(a.internal);
    await expectClosed(child(`/api/pub?internal=${ofA}&channel=${b.run.id}`), 4403);
    await expectClosed(child(`/api/pub?internal=${ofA}`), 4403);
    await expectClosed(child(`/api/ws?internal=${b.run.id}.${a.internal.split('.')[1]}`), 4401);
    await expectClosed(child(`/api/pty?internal=${ofA}&run=${a.run.id}`), 4401);
    await expectClosed(child(`/api/events?internal=${ofA}`), 4401);
    await expectClosed(child(`/api/events?ticket=${ofA}`), 4401);
    const own = await child(`/api/pub?internal=${ofA}&channel=${a.run.id}`);
    const again = await child(`/api/ws?internal=${ofA}`);
    await again.message((frame) => frame.method === 'event');
    await orchestrator.call('runs.revoke', { params: { id: a.run.id }, body: { reason: 'done' } });
    expect((await own.closed).code).toBe(4401);
    expect((await again.closed).code).toBe(4401);
    expect(again.messages.at(-1)).toEqual({ type: 'revoked', reason: 'done' });
    await expectClosed(child(`/api/ws?internal=${ofA}`), 4401);
    await expectClosed(child(`/api/pub?internal=${ofA}&channel=${a.run.id}`), 4401);
  });

  it('is one too many of one owner, and there is room again once one left', async () => {
    covers('sockets.full');
    const { internal } = await startChild('Many');
    const at = `/api/ws?internal=${encodeURIComponent(internal)}`;
    const sockets = await Promise.all(Array.from({ length: limits.socketsPerOwner }, () => child(at)));
    await Promise.all(sockets.map((socket) => socket.message((frame) => frame.method === 'event')));
    await expectClosed(child(at), 1013);
    const others = await open(`/api/ws?ticket=${await mint('ws')}`);
    await others.message((frame) => frame.method === 'event');
    await sockets[0]?.close();
    await eventually(async () => {
      const next = await child(at);
      sockets.push(next);
      await next.message((frame) => frame.method === 'event', 500);
    });
    for (const socket of sockets) socket.raw.terminate();
    await others.close();
  });
});

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a rude client', () => {
  covers('sockets.no-compression', 'sockets.too-large', 'sockets.malformed', 'sockets.too-fast', 'rpc.errors');

  it('is never given compression, whatever it offers', async () => {
    const ticket = await mint('ws');
    const key = Buffer.alloc(16, 1).toString('base64');
    const request = [
      `GET /api/ws?ticket=${ticket} HTTP/1.1`,
      `Host: 127.0.0.1:${server.port}`,
      `Origin: ${server.url}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, permessage-bzip2',
    ];
    const answer = await rawExchange(server.port, `${request.join('\r\n')}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.toLowerCase()).not.toContain('sec-websocket-extensions');
  });

  it('that sends a message in crumbs is cut off at 64 of them', async () => {
    const socket = await open(`/api/ws?ticket=${await mint('ws')}`);
    for (let crumb = 0; crumb < 200; crumb += 1) socket.raw.send(' ', { fin: false });
    expect([1008, 1009]).toContain((await socket.closed).code);
  });

  it.each(['/api/ws', '/api/events'])('of %s that sends over 1 MiB is closed with 1009', async (at) => {
    const endpoint = at === '/api/ws' ? 'ws' : 'events';
    const socket = await open(`${at}?ticket=${await mint(endpoint)}`);
    socket.send(Buffer.alloc(limits.framePayloadBytes + 1));
    expect((await socket.closed).code).toBe(1009);
  });

  it('that talks where only the server speaks, or in bytes where text is spoken, is closed with 4400', async () => {
    const events = await open(`/api/events?ticket=${await mint('events')}`);
    events.send('hello');
    expect((await events.closed).code).toBe(4400);
    const rpc = await open(`/api/ws?ticket=${await mint('ws')}`);
    rpc.send(Buffer.from('{}'));
    expect((await rpc.closed).code).toBe(4400);
    const { internal, run } = await startChild('Rude');
    const long = `{"type":"x","a":"${'y'.repeat(65 * 1024)}"}`;
    // It parses, and nothing writes it down again without running out of stack.
    const deep = `{"type":"x","a":${nested(20_000)}}`;
    for (const line of ['{', '[]', '"x"', '{"type":""}', '{"type":1}', long, deep]) {
      const pub = await child(`/api/pub?internal=${encodeURIComponent(internal)}&channel=${run.id}`);
      pub.send(line);
      expect((await pub.closed).code).toBe(4400);
    }
  });

  it('that speaks broken JSON-RPC is told what is wrong, by the codes of the contract', async () => {
    const socket = await open(`/api/ws?ticket=${await mint('ws')}`);
    const cases: Array<[string, unknown, number]> = [
      ['{', null, -32700],
      [`{"jsonrpc":"2.0","id":0,"method":"session.list","params":${nested(100_000)}}`, null, -32700],
      ['[]', null, -32600],
      ['{"jsonrpc":"1.0","id":1,"method":"session.list"}', null, -32600],
      ['{"jsonrpc":"2.0","id":2,"method":"no.such"}', 2, -32601],
      ['{"jsonrpc":"2.0","id":3,"method":"constructor"}', 3, -32601],
      ['{"jsonrpc":"2.0","id":4,"method":"session.status"}', 4, -32602],
      ['{"jsonrpc":"2.0","id":5,"method":"session.list","params":{"x":1}}', 5, -32602],
      ['{"jsonrpc":"2.0","id":6,"method":"session.interrupt","params":{"sessionId":"run_none"}}', 6, 4001],
      ['{"jsonrpc":"2.0","id":7,"method":"session.status","params":{"sessionId":"run_none"}}', 7, 4001],
    ];
    for (const [index, [text, id, code]] of cases.entries()) {
      socket.send(text);
      await eventually(() => socket.messages.length === index + 2, { everyMs: 5 });
      expect(socket.messages.at(-1)).toMatchObject({ jsonrpc: '2.0', id, error: { code } });
    }
    socket.send('{"jsonrpc":"2.0","method":"no.such"}');
    socket.send('{"jsonrpc":"2.0","id":9,"method":"session.list"}');
    await socket.message((frame) => frame.id === 9);
    expect(socket.messages).toHaveLength(cases.length + 2);
    await socket.close();
  });

  it('that breaks the protocol itself takes nobody along', async () => {
    const well = await open(`/api/ws?ticket=${await mint('ws')}`);
    await well.message((frame) => frame.method === 'event');
    const garbage = [
      '\xff\xff\xff\xff',
      '\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff',
      '\x81\x01a',
      '\x8f\x80\0\0\0\0',
      '\xc1\x80\0\0\0\0',
    ];
    for (const bytes of garbage) {
      const socket = await open(`/api/ws?ticket=${await mint('ws')}`);
      // What ws would never write goes under its feet.
      const wire: unknown = Reflect.get(socket.raw, '_socket');
      if (typeof wire === 'object' && wire !== null && 'write' in wire && typeof wire.write === 'function')
        wire.write(Buffer.from(bytes, 'latin1'));
      expect([1002, 1006, 1007, 1009]).toContain((await socket.closed).code);
    }
    well.sendJson({ jsonrpc: '2.0', id: 1, method: 'session.list' });
    await well.message((frame) => frame.id === 1);
    await well.close();
  });
});

describe('a run whose output is made to harm', () => {
  covers('pty.hostile-output');

  it('stops neither its own screen nor those of others, nor the server', async () => {
    const bombs = [
      '[2147483647S',
      '[2147483647L',
      '[2147483647b',
      '[2147483647T',
      '[2147483647Z',
      '[999;999H\\033[1J',
      '[9999\\047~',
    ];
    const script = `printf 'start${bombs.map((bomb) => `x\\033${bomb}`).join('')}'; printf '\\033c\\033[3;3Hstill here'; sleep 600`;
    const body = { title: 'Bomb', projectId: 'p', kind: 'pty' as const, principal };
    const { run: hostile } = await orchestrator.call('runs.create', {
      body: { ...body, command: ['bash', '-c', script] },
    });
    const { run: innocent } = await orchestrator.call('runs.create', { body: { ...body, command: ['cat'] } });
    const other = await attach(innocent.id);
    await other.message((frame) => frame.type === 'attached');
    other.send(Buffer.from('echo\r'));
    await other.output('echo\r\necho');
    await eventually(async () => {
      const viewer = await attach(hostile.id);
      await viewer.output('still here', 2_000);
      await viewer.close();
    });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await other.close();
  });
});

it('leaves no socket counted once all have closed', async () => {
  await eventually(async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const open = [...text.matchAll(/^gatehouse_sockets\{kind="(\w+)"\} (\d+)$/gm)].map((match) => Number(match[2]));
    expect(open).toEqual([0, 0, 0, 0, 0]);
  });
});
