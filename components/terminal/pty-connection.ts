/**
 * One viewer's line to `/api/pty`, without a screen: tickets, frames, acknowledgements and reconnecting. What it is given for
 * time and sockets makes it testable; what it learns it tells through `PtyEvents`.
 */
import { ApiError, describeError } from '@/components/api/api-error';
import { terminalCloseCodes } from '@/lib/contracts/close-codes';
import { type PtyClientFrame, type PtyServerFrame, ptyServerFrame } from '@/lib/contracts/pty';
import { createAckCounter } from './ack-counter';

export type PtyPhase =
  | { name: 'connecting' }
  | { name: 'attached' }
  /** `retryAtMs` is null while an attempt is under way. */
  | { name: 'lost'; retryAtMs: number | null; why: string }
  | { name: 'ended'; code: number; reason: string };

export interface PtyEvents {
  onPhase(phase: PtyPhase): void;
  /** `attached` comes before the bytes it announces; a screen is reset on it. */
  onFrame(frame: PtyServerFrame): void;
  /** Calls `consumed` once the bytes are on the screen: the server counts on it before it sends more. */
  onBytes(bytes: Uint8Array, consumed: () => void): void;
}

export interface PtyConnectionDeps {
  mintTicket: () => Promise<string>;
  openSocket: (ticket: string) => WebSocket;
  events: PtyEvents;
  now: () => number;
  random: () => number;
  schedule: (run: () => void, afterMs: number) => () => void;
}

const firstRetryMs = 500;
const longestRetryMs = 15_000;
const heartbeatMs = 25_000;
const inputPieceBytes = 64 * 1024;
const encoder = new TextEncoder();

export function createPtyConnection(deps: PtyConnectionDeps) {
  const { events } = deps;
  let socket: WebSocket | null = null;
  let attempt = 0;
  let failures = 0;
  let attached = false;
  let cancelTimer: (() => void) | null = null;

  function sendFrame(frame: PtyClientFrame): void {
    if (socket && socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  }

  function wait(run: () => void, afterMs: number): void {
    cancelTimer?.();
    cancelTimer = deps.schedule(run, afterMs);
  }

  function end(code: number, reason: string): void {
    cancelTimer?.();
    events.onPhase({ name: 'ended', code, reason });
  }

  function retryLater(why: string): void {
    failures += 1;
    const cap = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
    const afterMs = cap / 2 + (deps.random() * cap) / 2;
    events.onPhase({ name: 'lost', retryAtMs: deps.now() + afterMs, why });
    wait(() => void connect(), afterMs);
  }

  function beat(): void {
    sendFrame({ type: 'ping' });
    wait(beat, heartbeatMs);
  }

  function receiveText(text: string): void {
    const frame = parseFrame(text);
    if (!frame) return;
    events.onFrame(frame);
    if (frame.type !== 'attached') return;
    attached = true;
    failures = 0;
    events.onPhase({ name: 'attached' });
    wait(beat, heartbeatMs);
  }

  function listen(opened: WebSocket, mine: number): void {
    const acks = createAckCounter({
      send: (bytes) => {
        if (mine === attempt) sendFrame({ type: 'ack', bytes });
      },
      schedule: deps.schedule,
    });
    opened.binaryType = 'arraybuffer';
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (mine !== attempt) return;
      if (typeof data === 'string') receiveText(data);
      else if (data instanceof ArrayBuffer) {
        const { byteLength } = data;
        events.onBytes(new Uint8Array(data), () => acks.add(byteLength));
      }
    };
    opened.onclose = ({ code, reason }) => {
      acks.stop();
      if (mine !== attempt) return;
      socket = null;
      attached = false;
      if (terminalCloseCodes.has(code)) end(code, reason);
      else retryLater(closeWords(code));
    };
  }

  async function connect(): Promise<void> {
    const mine = ++attempt;
    cancelTimer?.();
    if (failures === 0) events.onPhase({ name: 'connecting' });
    else events.onPhase({ name: 'lost', retryAtMs: null, why: '' });
    try {
      const ticket = await deps.mintTicket();
      if (mine !== attempt) return;
      socket = deps.openSocket(ticket);
      listen(socket, mine);
    } catch (error) {
      if (mine !== attempt) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
        end(error.status === 401 ? 4401 : 4403, error.message);
      else retryLater(describeError(error).message);
    }
  }

  return {
    start: () => void connect(),
    retryNow: () => {
      if (socket === null) void connect();
    },
    stop() {
      attempt += 1;
      cancelTimer?.();
      socket?.close();
      socket = null;
      attached = false;
    },
    /** False where nothing was sent, so that the caller can say so. */
    input(data: string | Uint8Array): boolean {
      if (!attached || socket === null || socket.readyState !== socket.OPEN) return false;
      const bytes = typeof data === 'string' ? encoder.encode(data) : data;
      for (let at = 0; at < bytes.length; at += inputPieceBytes) socket.send(bytes.slice(at, at + inputPieceBytes));
      return true;
    },
    resize: (cols: number, rows: number) => sendFrame({ type: 'resize', cols, rows }),
    control: (take: boolean) => sendFrame({ type: 'control', take }),
  };
}
export type PtyConnection = ReturnType<typeof createPtyConnection>;

function parseFrame(text: string): PtyServerFrame | null {
  try {
    const frame = ptyServerFrame.safeParse(JSON.parse(text));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}

function closeWords(code: number): string {
  if (code === 1012) return 'The server restarts.';
  if (code === 1013) return 'The server has too many connections.';
  if (code === 4429) return 'This browser fell too far behind the output.';
  if (code === 1011) return 'The server had a fault.';
  return 'The connection dropped.';
}
