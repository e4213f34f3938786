/** One connection to a run's terminal. It ends once; whoever wants another opens another. */
import WebSocket from 'ws';
import { type PtyClientFrame, type PtyServerFrame, ptyServerFrame } from '@/lib/contracts/pty';
import type { Api } from '../api';

export interface TerminalSize {
  cols: number;
  rows: number;
}

export interface LinkEvents {
  frame(frame: PtyServerFrame): void;
  bytes(bytes: Buffer): void;
}

export interface PtyLink {
  /** Resolves when the bytes are with the kernel, so that a fast sender waits for a slow line. */
  send(bytes: Uint8Array): Promise<void>;
  sendFrame(frame: PtyClientFrame): void;
  close(): void;
  /** 1006 for a connection that broke. Never rejects. */
  closed: Promise<{ code: number; reason: string }>;
}

/** Input is cut to this, well under the server's limit of a frame. */
const maxFrameBytes = 64 * 1024;
const handshakeTimeoutMs = 15_000;
/** The server pings every 30 s: silence for longer than two of those is a dead line. */
const silenceMs = 75_000;

/**
 * Mints a ticket and connects. Resolves at once with a link that may turn out closed.
 * @throws CliFailure where the ticket is refused.
 */
export async function openPtyLink(
  api: Api,
  runId: string,
  size: TerminalSize | null,
  on: LinkEvents,
): Promise<PtyLink> {
  const { ticket } = await api.call('tickets.mint', { body: { endpoint: 'pty', runId } });
  const query = new URLSearchParams({ run: runId });
  if (size) {
    query.set('cols', String(size.cols));
    query.set('rows', String(size.rows));
  }
  // The ticket travels as a subprotocol: a URL would end up in the log of whatever stands between.
  const socket = new WebSocket(
    `${api.url.replace(/^http/, 'ws')}/api/pty?${query}`,
    ['gatehouse-v1', `gatehouse-ticket.${ticket}`],
    {
      handshakeTimeout: handshakeTimeoutMs,
      perMessageDeflate: false,
    },
  );
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  // A refused or broken connection is followed by `close`, which is where it is dealt with.
  socket.on('error', () => undefined);
  watchSilence(socket);
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) return;
    if (isBinary) return on.bytes(data);
    const frame = parseFrame(data);
    if (frame) on.frame(frame);
  });
  return {
    send: async (bytes) => {
      for (let at = 0; at < bytes.length; at += maxFrameBytes) {
        const part = bytes.subarray(at, at + maxFrameBytes);
        await new Promise<void>((resolve) => socket.send(part, () => resolve()));
      }
    },
    sendFrame: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close: () => socket.close(1000),
    closed,
  };
}

/** A frame of a newer server that this version does not know is none of its business. */
function parseFrame(data: Buffer): PtyServerFrame | null {
  try {
    return ptyServerFrame.parse(JSON.parse(data.toString('utf8')));
  } catch {
    return null;
  }
}

function watchSilence(socket: WebSocket): void {
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.terminate(), silenceMs);
  };
  for (const event of ['open', 'ping', 'pong', 'message'] as const) socket.on(event, heard);
  socket.on('close', () => clearTimeout(timer));
}
