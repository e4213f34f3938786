/** A WebSocket whose frames, refusal and close can be awaited. */
import { once } from 'node:events';
import WebSocket from 'ws';
import { eventuallyFound, within } from './eventually';

export interface OpenSocketOptions {
  headers?: Record<string, string>;
  /** Sent as the `Origin` header; none when absent, as a program would. */
  origin?: string;
  protocols?: string[];
}

export interface TestSocket {
  raw: WebSocket;
  /** Text frames so far, parsed as JSON. */
  messages: unknown[];
  /** Bytes of all binary frames so far. */
  bytes(): Buffer;
  send(data: string | Buffer): void;
  sendJson(value: unknown): void;
  /** The first text frame, past or future, that `matches` accepts. */
  message(matches: (value: Record<string, unknown>) => boolean, timeoutMs?: number): Promise<Record<string, unknown>>;
  /** Resolves when the binary output holds `text`. */
  output(text: string, timeoutMs?: number): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

/** Connects; rejects with `HTTP <status>` when the server answers the upgrade with anything else. */
export async function openSocket(
  url: string,
  path: string,
  { headers = {}, origin, protocols = [] }: OpenSocketOptions = {},
): Promise<TestSocket> {
  const raw = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, protocols, { headers, origin });
  const messages: unknown[] = [];
  const chunks: Buffer[] = [];
  raw.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) throw new Error('ws gives Buffers unless it is told otherwise.');
    if (isBinary) chunks.push(data);
    else messages.push(JSON.parse(data.toString('utf8')));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    raw.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  await within(untilOpen(raw), 20_000, `The upgrade of ${path}`);
  return {
    raw,
    messages,
    bytes: () => Buffer.concat(chunks),
    send: (data) => raw.send(data),
    sendJson: (value) => raw.send(JSON.stringify(value)),
    message: (matches, timeoutMs = 20_000) =>
      eventuallyFound(() => messages.filter(isRecord).find((value) => matches(value)), { timeoutMs, everyMs: 5 }),
    output: (text, timeoutMs = 20_000) =>
      eventuallyFound(
        () => {
          const all = Buffer.concat(chunks).toString('utf8');
          return all.includes(text) ? all : undefined;
        },
        { timeoutMs, everyMs: 5 },
      ),
    closed,
    close: async () => {
      if (raw.readyState === WebSocket.CLOSED) return;
      raw.close();
      await once(raw, 'close');
    },
  };
}

/** The status with which an upgrade is refused; throws when it is not. */
export async function refusedUpgrade(url: string, path: string, options: OpenSocketOptions = {}): Promise<number> {
  try {
    const socket = await openSocket(url, path, options);
    await socket.close();
  } catch (error) {
    const status = /^HTTP (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (status !== undefined) return Number(status);
    throw error;
  }
  throw new Error(`The upgrade of ${path} was accepted.`);
}

function untilOpen(raw: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    raw.once('open', () => resolve());
    raw.once('unexpected-response', (request, response) => {
      reject(new Error(`HTTP ${response.statusCode ?? 0}`));
      request.destroy();
    });
    raw.on('error', reject);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
