import { beforeEach, describe, expect, it } from 'vitest';
import { type Connection, createLiveConnection } from '@/components/live/live-connection';
import { parseEventFrame } from '@/components/live/parse-frame';
import { someRun } from './rows';

/** The four callbacks of a socket, pressed by hand. */
class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly path: string) {}
  close() {}
  say(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function world() {
  const sockets: FakeSocket[] = [];
  const waits: { run: () => void; afterMs: number }[] = [];
  const seen = { seqs: [] as number[], gaps: 0, firstOpens: 0, signedOut: 0, states: [] as Connection[] };
  const ticket = { fail: null as unknown };
  let nowMs = 1000;
  const live = createLiveConnection({
    startSeq: 10,
    mintTicket: async () => {
      if (ticket.fail) throw ticket.fail;
      return 'ticket';
    },
    openSocket: (path) => {
      const socket = new FakeSocket(path);
      sockets.push(socket);
      return socket as never;
    },
    parseFrame: parseEventFrame,
    isSignedOut: (error) => error === 'signed out',
    onEvent: (event) => seen.seqs.push(event.seq),
    onGap: () => {
      seen.gaps += 1;
    },
    onFirstOpen: () => {
      seen.firstOpens += 1;
    },
    onConnection: (connection) => seen.states.push(connection),
    onSignedOut: () => {
      seen.signedOut += 1;
    },
    now: () => nowMs,
    random: () => 1,
    schedule: (run, afterMs) => {
      waits.push({ run, afterMs });
      return () => undefined;
    },
  });
  return { live, sockets, waits, seen, ticket, advance: (ms: number) => (nowMs += ms) };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const event = (seq: number) => ({ seq, at: '2026-11-22T10:00:00.000Z', type: 'run.updated', data: someRun() });

describe('the live connection', () => {
  let link: ReturnType<typeof world>;
  beforeEach(async () => {
    link = world();
    link.live.start();
    await settle();
  });
  const socket = (index = 0) => {
    const found = link.sockets[index];
    if (!found) throw new Error(`No socket ${index} was opened.`);
    return found;
  };

  it('resumes from the number the page was made at', () => {
    expect(socket().path).toBe('/api/events?since=10');
    socket().onopen?.();
    socket().say(event(11));
    expect(link.seen).toMatchObject({ seqs: [11], gaps: 0, firstOpens: 1 });
  });

  it('passes an event on once, and asks again after a hole in the numbers', () => {
    socket().onopen?.();
    for (const seq of [11, 11, 12, 15]) socket().say(event(seq));
    expect(link.seen).toMatchObject({ seqs: [11, 12, 15], gaps: 1 });
  });

  it('asks again after a reset, which may also count backwards', () => {
    socket().onopen?.();
    socket().say({ type: 'reset', seq: 3 });
    socket().say(event(4));
    expect(link.seen).toMatchObject({ seqs: [4], gaps: 1 });
  });

  it('leaves frames of types it does not know aside', () => {
    socket().onopen?.();
    socket().say({ seq: 11, at: 'x', type: 'weather.changed', data: {} });
    socket().say('not a frame');
    expect(link.seen.seqs).toEqual([]);
  });

  it('reconnects with growing waits from the last event it saw, and says how old the data is', async () => {
    socket().onopen?.();
    socket().say(event(11));
    link.advance(500);
    for (let drop = 0; drop < 4; drop += 1) {
      socket(drop).onclose?.({ code: 1006 });
      link.waits.at(-1)?.run();
      await settle();
    }
    expect(link.waits.map((wait) => wait.afterMs)).toEqual([500, 1000, 2000, 4000]);
    expect(socket(4).path).toBe('/api/events?since=11');
    expect(link.seen.states.map((state) => state.state)).toEqual(['live', 'reconnecting', 'offline']);
    expect(link.seen.states.at(-1)?.freshAtMs).toBe(1500);
    socket(4).onopen?.();
    expect(link.seen.states.at(-1)?.state).toBe('live');
    expect(link.seen.firstOpens).toBe(1);
  });

  it('goes to sign-in on 4401 and when no ticket is given any more, and does not try again', async () => {
    socket().onclose?.({ code: 4401 });
    expect(link.seen.signedOut).toBe(1);
    link.ticket.fail = 'signed out';
    link.live.retryNow();
    await settle();
    expect(link.seen.signedOut).toBe(2);
    expect(link.waits).toEqual([]);
  });
});
