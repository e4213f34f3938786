/** A real shell on a real PTY, through the real server. */
import headless from '@xterm/headless';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { admin, startServer, type TestServer } from '../support/server';
import { openSocket, type TestSocket } from '../support/sockets';

covers('pty.restore', 'pty.control', 'pty.flow-control', 'pty.exit', 'runs.exit-kept', 'runs.recorded');

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;

beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

async function startRun(command: string[], more: Record<string, unknown> = {}) {
  const body = { title: 'A shell', projectId: 'demo', kind: 'pty', command, principal: { userId: 'dana' }, ...more };
  return (await orchestrator.call('runs.create', { body })).run;
}

/** Attaches as a browser would, and acknowledges what it gets. */
async function attach(runId: string, { client = operator, acknowledge = true, query = '' } = {}): Promise<TestSocket> {
  const { ticket } = await client.call('tickets.mint', { body: { endpoint: 'pty', runId } });
  const socket = await openSocket(server.url, `/api/pty?run=${runId}&ticket=${ticket}${query}`, { origin: server.url });
  if (acknowledge)
    socket.raw.on(
      'message',
      (data, isBinary) => isBinary && Buffer.isBuffer(data) && socket.sendJson({ type: 'ack', bytes: data.length }),
    );
  return socket;
}

const typed = (socket: TestSocket, text: string) => socket.send(Buffer.from(text));

describe('a terminal', () => {
  it('shows output, takes input, and says how its process ended', async () => {
    const run = await startRun(['bash', '--norc']);
    const socket = await attach(run.id);
    const attached = await socket.message((frame) => frame.type === 'attached');
    expect(attached).toMatchObject({ runId: run.id, readOnly: false });
    typed(socket, 'echo $((6*7))-ok\r');
    await socket.output('42-ok');
    typed(socket, 'exit 3\r');
    expect(await socket.message((frame) => frame.type === 'exit')).toEqual({ type: 'exit', code: 3, signal: null });
    expect(await socket.closed).toEqual({ code: 4410, reason: 'exit code 3' });
    await eventually(async () => {
      const ended = await orchestrator.call('runs.get', { params: { id: run.id } });
      expect(ended).toMatchObject({ status: 'failed', exitCode: 3, signal: null, recording: { truncated: false } });
    });
  });

  it('restores the screen of a full-screen program to a newcomer, then goes on without a gap or a repeat', async () => {
    const program =
      'printf "\\033[?1049h\\033[2J\\033[5;10Hpanel\\033[?25l"; n=0; while read -r line; do n=$((n+1)); printf "\\033[7;1Hline %s %s" "$n" "$line"; done';
    const run = await startRun(['bash', '-c', program]);
    const first = await attach(run.id);
    await first.output('panel');
    typed(first, 'one\r');
    await first.output('line 1 one');
    const second = await attach(run.id);
    await second.output('panel');
    typed(first, 'two\r');
    await second.output('line 2 two');
    expect(await screenOf(second)).toEqual(await screenOf(first));
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('lets one viewer at a time type, and lets another take control', async () => {
    const run = await startRun(['cat']);
    const [first, second] = [await attach(run.id), await attach(run.id)];
    await second.message((frame) => frame.type === 'attached');
    typed(first, 'from-first\r');
    await second.output('from-first');
    typed(second, 'not-in-control\r');
    second.sendJson({ type: 'control', take: true });
    await second.message((frame) => frame.type === 'viewers' && frame.inControl === true);
    typed(second, 'from-second\r');
    await first.output('from-second');
    expect(first.bytes().toString()).not.toContain('not-in-control');
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('shows a viewer everything and takes nothing from them', async () => {
    const password = 'a viewer of terminals';
    await operator.call('operators.create', {
      body: { email: 'viewer@example.com', name: 'Viewer', role: 'viewer', password },
    });
    const viewer = await signIn(server.url, 'viewer@example.com', password);
    const run = await startRun(['cat']);
    const watching = await attach(run.id, { client: viewer });
    expect(await watching.message((frame) => frame.type === 'attached')).toMatchObject({ readOnly: true });
    typed(watching, 'typed by a viewer\r');
    watching.sendJson({ type: 'control', take: true });
    watching.sendJson({ type: 'resize', cols: 33, rows: 11 });
    const controlling = await attach(run.id);
    typed(controlling, 'typed by an operator\r');
    await watching.output('typed by an operator');
    expect(watching.bytes().toString()).not.toContain('typed by a viewer');
    expect(watching.messages).not.toContainEqual(expect.objectContaining({ type: 'resized', cols: 33 }));
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('takes sizes as a frame, as the whole-message escape and at attach', async () => {
    const run = await startRun(['bash', '--norc']);
    const socket = await attach(run.id, { query: '&cols=90&rows=20' });
    expect(await socket.message((frame) => frame.type === 'attached')).toMatchObject({ cols: 90, rows: 20 });
    socket.sendJson({ type: 'resize', cols: 101, rows: 41 });
    typed(socket, 'stty size\r');
    await socket.output('41 101');
    socket.send('\u001b[RESIZE:77;22]');
    typed(socket, 'stty size\r');
    await socket.output('22 77');
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('answers Ctrl-C while it floods, and loses no byte of what comes after', async () => {
    const run = await startRun(['bash', '--norc']);
    const socket = await attach(run.id);
    typed(socket, 'yes\r');
    await eventually(() => socket.bytes().length > 2_000_000);
    typed(socket, '\u0003');
    typed(socket, 'echo do$((1))ne; seq 1 20000 | sed s/^/n/; echo e$((1))nd\r');
    await socket.output('e1nd', 20_000);
    const after = socket.bytes().toString().split('do1ne').at(-1) ?? '';
    expect(after.match(/^n\d+/gm)).toEqual(Array.from({ length: 20_000 }, (_, index) => `n${index + 1}`));
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('stops a process whose viewer does not acknowledge, and leaves other runs alone', async () => {
    const flood = await startRun(['yes']);
    const stuck = await attach(flood.id, { acknowledge: false });
    await eventually(() => stuck.bytes().length >= limits.viewerWindowBytes);
    const other = await startRun(['cat']);
    const socket = await attach(other.id);
    typed(socket, 'still served\r');
    await socket.output('still served');
    const before = stuck.bytes().length;
    expect(before).toBeLessThan(8 * 1024 * 1024);
    expect((await stuck.closed).code).toBe(4429);
    await orchestrator.call('runs.revokeMany', { body: { ids: [flood.id, other.id], reason: 'done' } });
  });

  it('delivers every byte to a viewer whose socket dropped in between', async () => {
    const run = await startRun([
      'bash',
      '-c',
      'read; for i in $(seq 1 3000); do echo "row $i"; done; read; echo bye; sleep 60',
    ]);
    const first = await attach(run.id, { acknowledge: false });
    await first.message((frame) => frame.type === 'attached');
    typed(first, '\r');
    await first.output('row 100');
    first.raw.terminate();
    const second = await attach(run.id);
    await second.output('row 3000');
    const screen = await screenOf(second);
    expect(screen.filter((line) => line === 'row 3000')).toHaveLength(1);
    expect(screen).toContain('row 2999');
    await orchestrator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'done' } });
  });

  it('records what was shown as asciicast v2, with its SHA-256 on the record', async () => {
    const run = await startRun(['bash', '-c', 'printf "héllo\\n"']);
    const ended = await eventually(async () => {
      const now = await orchestrator.call('runs.get', { params: { id: run.id } });
      expect(now.recording?.sha256).toMatch(/^[0-9a-f]{64}$/);
      return now;
    });
    const response = await operator.fetch(`/api/runs/${run.id}/recording`);
    const [header, ...events] = (await response.text())
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(header).toEqual({ version: 2, width: 120, height: 32, timestamp: expect.any(Number) });
    expect(events).toContainEqual([expect.any(Number), 'o', expect.stringContaining('héllo')]);
    const { items } = await orchestrator.call('audit.list', { query: { target: run.id, action: 'run.recorded' } });
    expect(items[0]?.data.sha256).toBe(ended.recording?.sha256);
  });
});

/** What a viewer sees: its bytes played into a terminal of the attached size. */
async function screenOf(socket: TestSocket): Promise<string[]> {
  const { cols, rows } = await socket.message((frame) => frame.type === 'attached');
  const terminal = new headless.Terminal({
    cols: Number(cols),
    rows: Number(rows),
    scrollback: 5_000,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(socket.bytes(), resolve));
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true) ?? '');
}
