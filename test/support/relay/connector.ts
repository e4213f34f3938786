/** A connector that a test plays, on loopback: it says what it is told to, and keeps what gateways say. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { eventuallyFound } from '../eventually';

export type Frame = Record<string, unknown> & { type: string };

export interface Dial {
  bearer: string | undefined;
  frames: Frame[];
  socket: WebSocket;
  closed: Promise<number>;
}

export function descriptorOf(platform: unknown, more: object = {}) {
  return {
    ...{ contract_version: 1, platform, label: 'Chat', max_message_length: 4_096, supports_draft_streaming: false },
    ...{ supports_edit: true, supports_threads: false, markdown_dialect: 'discord', len_unit: 'utf16' },
    ...{ supported_ops: ['send', 'edit', 'typing', 'follow_up'], ...more },
  };
}

export interface PlayedConnector {
  url: string;
  dials: Dial[];
  /** The n-th dial, past or future; the newest without a number. */
  dial(number?: number): Promise<Dial>;
  /** What it says to a hello from now on: a descriptor, unless a test says otherwise. */
  onHello: (hello: Frame, dial: Dial) => void;
  onDial: (dial: Dial) => void;
  /** Null for an action that gets no result. */
  answer: (action: Record<string, unknown>) => object | null;
  /** Null where it does not acknowledge that the gateway goes idle. */
  onIdle: (dial: Dial) => void;
  say(...frames: object[]): void;
  /** The first frame of any dial, past or future, that `matches`. */
  frame(matches: (frame: Frame) => boolean): Promise<Frame>;
  /** Actions it was asked for so far. */
  actions(): Array<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startConnector(): Promise<PlayedConnector> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/relay' });
  await once(server, 'listening');
  const dials: Dial[] = [];
  const all = () => dials.flatMap(({ frames }) => frames);
  const tell = (socket: WebSocket, frame: object) => socket.send(`${JSON.stringify(frame)}\n`);

  const connector: PlayedConnector = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/relay`,
    dials,
    dial: (number = dials.length) => eventuallyFound(() => dials[Math.max(number, 1) - 1], { everyMs: 2 }),
    onDial: () => undefined,
    onHello: ({ platform }, { socket }) => tell(socket, { type: 'descriptor', descriptor: descriptorOf(platform) }),
    onIdle: ({ socket }) => tell(socket, { type: 'going_idle_ack' }),
    answer: () => ({ success: true, message_id: `sent-${connector.actions().length}` }),
    say(...frames) {
      for (const frame of frames) tell((dials.at(-1) as Dial).socket, frame);
    },
    frame: (matches) => eventuallyFound(() => all().find(matches), { everyMs: 2 }),
    actions: () =>
      all().flatMap(({ type, action }) => (type === 'outbound' ? [action as Record<string, unknown>] : [])),
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  server.on('connection', (socket, request) => {
    const closed = once(socket, 'close').then(([code]) => code as number);
    const dial: Dial = { bearer: request.headers.authorization, frames: [], socket, closed };
    dials.push(dial);
    connector.onDial(dial);
    socket.on('message', (data) => {
      for (const line of String(data).split('\n').filter(Boolean)) {
        const frame = JSON.parse(line) as Frame;
        dial.frames.push(frame);
        if (frame.type === 'hello') connector.onHello(frame, dial);
        if (frame.type === 'going_idle') connector.onIdle(dial);
        const result = frame.type === 'outbound' ? connector.answer(frame.action as Record<string, unknown>) : null;
        if (result) tell(socket, { type: 'outbound_result', requestId: frame.requestId, result });
      }
    });
  });
  return connector;
}
