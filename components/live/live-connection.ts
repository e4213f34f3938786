/**
 * One socket to `/api/events`, kept open: reconnects with exponential backoff and full jitter, resumes after the last
 * event seen, and says what state it is in. Knows no React; time and chance are given to it.
 */
import { closeCodes } from '@/lib/contracts/close-codes';
import type { EventFrame } from '@/lib/contracts/events';

export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline';
export interface Connection {
  state: ConnectionState;
  /** When the page was last known to be up to date; `null` before the first connection. */
  freshAtMs: number | null;
}

interface LiveConnectionDeps {
  /** The number of the last event before the page was made; events after it are replayed. */
  startSeq: number;
  mintTicket: () => Promise<string>;
  openSocket: (path: string, protocols: string[]) => WebSocket;
  /** Parses one text frame; null for one to leave aside. */
  parseFrame: (text: string) => EventFrame | null;
  /** True when the error means that the session has ended. */
  isSignedOut: (error: unknown) => boolean;
  onEvent: (event: Exclude<EventFrame, { type: 'reset' }>) => void;
  /** Events were missed: what the page holds may be stale. */
  onGap: () => void;
  /** The first connection stands: whatever is counted rather than listed may have missed an event or two. */
  onFirstOpen: () => void;
  onConnection: (connection: Connection) => void;
  onSignedOut: () => void;
  now: () => number;
  random: () => number;
  schedule: (run: () => void, afterMs: number) => () => void;
}

const firstDelayMs = 500;
const longestDelayMs = 20_000;
/** After this many failures in a row the page says "offline" in place of "reconnecting". */
const offlineAfterFailures = 4;

export function createLiveConnection(deps: LiveConnectionDeps) {
  let socket: WebSocket | null = null;
  let cancelRetry: (() => void) | null = null;
  let lastSeq = deps.startSeq;
  let opened = false;
  let failures = 0;
  let attempt = 0;
  let connection: Connection = { state: 'connecting', freshAtMs: null };

  function publish(next: Connection): void {
    if (next.state === connection.state && next.freshAtMs === connection.freshAtMs) return;
    connection = next;
    deps.onConnection(next);
  }

  function markDown(): void {
    const freshAtMs = connection.state === 'live' ? deps.now() : connection.freshAtMs;
    publish({ state: failures >= offlineAfterFailures ? 'offline' : 'reconnecting', freshAtMs });
  }

  function retryLater(): void {
    failures += 1;
    markDown();
    const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
    cancelRetry = deps.schedule(() => void connect(), ceilingMs * (0.5 + deps.random() / 2));
  }

  function receive(text: string): void {
    const frame = deps.parseFrame(text);
    if (!frame) return;
    if (frame.seq <= lastSeq && frame.type !== 'reset') return;
    const gap = frame.type === 'reset' || frame.seq > lastSeq + 1;
    lastSeq = frame.seq;
    if (gap) deps.onGap();
    if (frame.type !== 'reset') deps.onEvent(frame);
  }

  function attach(ws: WebSocket, mine: number): void {
    ws.onopen = () => {
      failures = 0;
      publish({ state: 'live', freshAtMs: deps.now() });
      if (!opened) deps.onFirstOpen();
      opened = true;
    };
    ws.onmessage = (message: MessageEvent<unknown>) => {
      if (mine === attempt && typeof message.data === 'string') receive(message.data);
    };
    ws.onclose = (event) => {
      if (mine !== attempt) return;
      socket = null;
      if (event.code === closeCodes.unauthorized.code) deps.onSignedOut();
      else retryLater();
    };
  }

  async function connect(): Promise<void> {
    const mine = ++attempt;
    cancelRetry?.();
    cancelRetry = null;
    try {
      const ticket = await deps.mintTicket();
      if (mine !== attempt) return;
      socket = deps.openSocket(`/api/events?since=${lastSeq}`, ['gatehouse-v1', `gatehouse-ticket.${ticket}`]);
      attach(socket, mine);
    } catch (error) {
      if (mine !== attempt) return;
      if (deps.isSignedOut(error)) deps.onSignedOut();
      else retryLater();
    }
  }

  function drop(): void {
    attempt += 1;
    cancelRetry?.();
    cancelRetry = null;
    socket?.close();
    socket = null;
  }

  return {
    start: () => void connect(),
    /** The network came back, or somebody looks at the page again: try now instead of waiting out the backoff. */
    retryNow: () => {
      if (socket === null) void connect();
    },
    /** The browser says the network is gone; the socket may not notice for minutes. */
    goOffline: () => {
      drop();
      failures = offlineAfterFailures;
      markDown();
    },
    stop: drop,
  };
}
export type LiveConnection = ReturnType<typeof createLiveConnection>;
