/** The socket to a connector: dialled once, kept alive, bounded in what it takes. Every end of it is told exactly once. */
import type { LookupFunction } from 'node:net';
import WebSocket, { type RawData } from 'ws';
import { limits } from '@/lib/platform/limits';

export interface SocketEvents {
  onOpen(): void;
  onMessage(text: string): void;
  /** `problem` is why it could not be opened, or was cut; null where the other side said why. */
  onClose(close: { code: number; reason: string; problem: string | null }): void;
}

export interface UpstreamSocket {
  /** What cannot be sent is lost with the socket, whose close says so. */
  send(text: string): void;
  /** Nothing is read until it is resumed. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
}

export interface DialOptions {
  url: string;
  headers: Record<string, string>;
  /** Judges the addresses of a name. */
  lookup?: LookupFunction | undefined;
  heartbeatMs?: number;
}

export type OpenSocket = (dial: DialOptions, events: SocketEvents) => UpstreamSocket;

/** A connector that does not answer a close is cut off after this. */
const closeGraceMs = 2_000;

export const openSocket: OpenSocket = (
  { url, headers, lookup, heartbeatMs = limits.socketHeartbeatMs },
  { onOpen, onMessage, onClose },
) => {
  const ws = new WebSocket(url, {
    ...{ headers, maxPayload: limits.framePayloadBytes, perMessageDeflate: false, followRedirects: false },
    handshakeTimeout: limits.upstreamHandshakeMs,
    ...(lookup && { lookup }),
  });
  let problem: string | null = null;
  let answered = true;
  const beat = setInterval(() => {
    if (ws.readyState !== ws.OPEN) return;
    if (!answered) {
      problem = 'It stopped answering.';
      return ws.terminate();
    }
    answered = false;
    ws.ping();
  }, heartbeatMs).unref();

  ws.on('pong', () => {
    answered = true;
  });
  ws.on('error', (error) => {
    problem ??= error.message;
  });
  ws.once('open', onOpen);
  ws.on('message', (data) => {
    // What was on its way when we closed is nobody's any more.
    if (ws.readyState === ws.OPEN) onMessage(textOf(data));
  });
  ws.once('close', (code, reason) => {
    clearInterval(beat);
    onClose({ code, reason: reason.toString('utf8'), problem });
  });

  function cut(): void {
    setTimeout(() => ws.terminate(), closeGraceMs).unref();
  }

  return {
    send(text) {
      if (ws.readyState !== ws.OPEN) return;
      if (ws.bufferedAmount > limits.socketBufferBytes) {
        problem = 'It does not read.';
        return ws.terminate();
      }
      ws.send(text, () => undefined);
    },
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close(code, reason) {
      // A paused socket would not hear the answer to its close.
      if (ws.isPaused) ws.resume();
      ws.close(code, reason);
      cut();
    },
  };
};

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString('utf8');
}
