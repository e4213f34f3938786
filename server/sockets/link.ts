/** What every accepted socket shares: a heartbeat, a bounded send buffer, a limit on how fast it may talk. */
import type { RawData, WebSocket } from 'ws';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { closeSocket } from './registry';

/** Sends, or lets go of a reader that is too far behind: its buffer must not become our memory. */
export function send(ws: WebSocket, data: string | Uint8Array): void {
  if (ws.readyState !== ws.OPEN) return;
  if (ws.bufferedAmount > limits.socketBufferBytes) cutOff(ws);
  else ws.send(data);
}

/** Resolves when the system has taken it; rejects when it will not. */
export function sendTaken(ws: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (ws.readyState === ws.OPEN && ws.bufferedAmount > limits.socketBufferBytes) cutOff(ws);
    if (ws.readyState !== ws.OPEN) return reject(new Error('The other side is gone.'));
    ws.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

function cutOff(ws: WebSocket): void {
  closeSocket(ws, 'tooFast', 'too far behind');
  // A peer that reads nothing never answers the close.
  setTimeout(() => ws.terminate(), 1_000).unref();
}

export function sendJson(ws: WebSocket, value: unknown): void {
  send(ws, JSON.stringify(value));
}

/** Pings, drops a peer that did not answer the last one, and cuts off a holder whose session or key ran out meanwhile. */
export function keepAlive(ws: WebSocket, stillStands: () => Promise<boolean>): void {
  let answered = true;
  ws.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return ws.terminate();
    answered = false;
    ws.ping();
    stillStands().then(
      (stands) => stands || closeSocket(ws, 'unauthorized', 'the session or key has run out'),
      () => closeSocket(ws, 'fault'),
    );
  }, limits.socketHeartbeatMs);
  timer.unref();
  ws.once('close', () => clearInterval(timer));
}

/** A token bucket: false once a client talks faster than `framesPerSecond` for longer than `framesBurst` frames. */
export function createFrameLimit(): () => boolean {
  let left: number = limits.framesBurst;
  let lastMs = monotonicMs();
  return () => {
    const nowMs = monotonicMs();
    left = Math.min(limits.framesBurst, left + ((nowMs - lastMs) / 1000) * limits.framesPerSecond);
    lastMs = nowMs;
    left -= 1;
    return left >= 0;
  };
}

export function textOf(data: RawData): string {
  return bytesOf(data).toString('utf8');
}

export function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
