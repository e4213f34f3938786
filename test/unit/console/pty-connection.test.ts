import { describe, expect, it } from 'vitest';
import { ApiError } from '@/components/api/api-error';
import { createPtyConnection, type PtyPhase } from '@/components/terminal/pty-connection';
import type { PtyServerFrame } from '@/lib/contracts/pty';

/** A socket whose other end is the test. */
class FakeSocket {
  readonly OPEN = 1;
  readyState = 1;
  sent: (string | Uint8Array)[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  send(data: string | Uint8Array) {
    this.sent.push(data);
  }
  close() {
    this.readyState = 3;
  }
  say(frame: PtyServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  bytes(count: number) {
    this.onmessage?.({ data: new ArrayBuffer(count) });
  }
  drop(code: number, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  get acked() {
    return this.sent
      .flatMap((data) => (typeof data === 'string' ? [JSON.parse(data)] : []))
      .filter((frame) => frame.type === 'ack')
      .map((frame) => frame.bytes);
  }
}

const attached: PtyServerFrame = {
  type: 'attached',
  runId: 'run_1',
  cols: 80,
  rows: 24,
  readOnly: false,
  replayBytes: 0,
};

function world() {
  const sockets: FakeSocket[] = [];
  const waits: { run: () => void; afterMs: number; cancelled: boolean }[] = [];
  const phases: PtyPhase[] = [];
  const consumed: (() => void)[] = [];
  const ticket: { fail: unknown } = { fail: null };
  const connection = createPtyConnection({
    mintTicket: async () => {
      if (ticket.fail) throw ticket.fail;
      return 'ticket';
    },
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as never;
    },
    events: {
      onPhase: (phase) => phases.push(phase),
      onFrame: () => undefined,
      onBytes: (_bytes, done) => consumed.push(done),
    },
    now: () => 1000,
    random: () => 1,
    schedule: (run, afterMs) => {
      const wait = { run, afterMs, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    },
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  async function open() {
    connection.start();
    await settle();
    const socket = sockets[0];
    if (!socket) throw new Error('no socket was opened');
    socket.say(attached);
    return socket;
  }
  return { connection, sockets, waits, phases, consumed, ticket, settle, open };
}

describe('the line to a terminal', () => {
  it('acknowledges only what is on the screen, at once from 64 KiB', async () => {
    const { open, consumed, waits } = world();
    const socket = await open();
    socket.bytes(64 * 1024);
    expect(socket.acked).toEqual([]);
    consumed[0]?.();
    expect(socket.acked).toEqual([64 * 1024]);

    socket.bytes(10);
    socket.bytes(5);
    consumed[1]?.();
    consumed[2]?.();
    expect(socket.acked).toEqual([64 * 1024]);
    waits.find((wait) => wait.afterMs === 100 && !wait.cancelled)?.run();
    expect(socket.acked).toEqual([64 * 1024, 15]);
  });

  it('refuses input while the line is down, and says so', async () => {
    const { open, connection, phases } = world();
    const socket = await open();
    expect(connection.input('ls\n')).toBe(true);
    socket.drop(1006);
    expect(connection.input('rm -rf /\n')).toBe(false);
    expect(phases.at(-1)).toMatchObject({ name: 'lost', retryAtMs: 1500 });
  });

  it('never acknowledges bytes of an earlier line on a later one', async () => {
    const { open, connection, consumed, sockets, settle } = world();
    const first = await open();
    first.bytes(64 * 1024);
    first.drop(1006);
    connection.retryNow();
    await settle();
    sockets[1]?.say(attached);
    consumed[0]?.();
    expect(sockets[1]?.acked).toEqual([]);
  });

  it('waits longer after each failure, up to 15 seconds', async () => {
    const { connection, ticket, waits, settle } = world();
    ticket.fail = new ApiError({ code: 'NO_ANSWER', status: 0, message: 'no answer' });
    connection.start();
    await settle();
    const waited: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const wait = waits.at(-1);
      waited.push(wait?.afterMs ?? 0);
      wait?.run();
      await settle();
    }
    expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it.each([4400, 4401, 4403, 4404, 4409, 4410])('does not come back by itself after %i', async (code) => {
    const { open, phases, waits } = world();
    const socket = await open();
    const before = waits.filter((wait) => !wait.cancelled).length;
    socket.drop(code, 'why');
    expect(phases.at(-1)).toEqual({ name: 'ended', code, reason: 'why' });
    expect(waits.filter((wait) => !wait.cancelled).length).toBeLessThanOrEqual(before);
  });

  it.each([1006, 1011, 1012, 1013, 4429])('comes back after %i', async (code) => {
    const { open, phases } = world();
    (await open()).drop(code);
    expect(phases.at(-1)?.name).toBe('lost');
  });

  it('gives up on a ticket that is refused', async () => {
    const { connection, ticket, phases, settle } = world();
    ticket.fail = new ApiError({ code: 'FORBIDDEN', status: 403, message: 'Your role does not allow this.' });
    connection.start();
    await settle();
    expect(phases.at(-1)).toEqual({ name: 'ended', code: 4403, reason: 'Your role does not allow this.' });
  });

  it('cuts a large paste into frames the server takes', async () => {
    const { open, connection } = world();
    const socket = await open();
    connection.input('x'.repeat(150_000));
    const pieces = socket.sent.flatMap((data) => (typeof data === 'string' ? [] : [data.length]));
    expect(pieces).toEqual([65_536, 65_536, 18_928]);
  });
});
