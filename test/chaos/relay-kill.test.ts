/**
 * kill -9 at random points while messages flow to a gateway that sleeps and wakes: what was accepted arrives, in order for each
 * chat. What was on its way, or acknowledged to a server that died, may come twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { service, type TestClient } from '@/test/support/http-client';
import { startServer, type TestServer } from '@/test/support/server';
import { openSocket, type TestSocket } from '@/test/support/sockets';

covers('relay.order', 'relay.buffer', 'relay.revoked');

const kills = 3;
const messages = 1_000;
const chats = ['a', 'b', 'c'];

let server: TestServer;
let key: TestClient;
let secret: string;
let doomed: string;
beforeAll(async () => {
  server = await startServer();
  key = service(server.url, server.serviceKey);
  const body = { platform: 'console', botId: 'b' };
  ({ secret } = await key.call('relay.provision', { body: { ...body, gatewayId: 'gw' } }));
  ({ secret: doomed } = await key.call('relay.provision', { body: { ...body, gatewayId: 'doomed' } }));
});
afterAll(() => server.stop());

const dial = (gatewayId: string, of: string) =>
  openSocket(server.url, '/relay', {
    headers: { authorization: `Bearer ${mintUpgradeToken({ gatewayId, secret: of, exp: 0 })}` },
  });

interface Arrived {
  chat: string;
  text: string;
  bufferId: string | undefined;
}

/** Dials, takes and acknowledges for a moment, goes idle, sleeps, and dials again, until it is told to stop. */
async function liveOn(arrived: Arrived[], isOver: () => boolean): Promise<void> {
  for (let round = 0; !isOver(); round += 1) {
    const socket = await dial('gw', secret).catch(() => null);
    if (socket) await wakeFor(socket, 40 + ((round * 37) % 150), arrived);
    await delay((round * 53) % 60);
  }
}

async function wakeFor(socket: TestSocket, ms: number, arrived: Arrived[]): Promise<void> {
  let taken = 0;
  const take = () => {
    for (; taken < socket.messages.length; taken += 1) {
      const { type, event, bufferId } = socket.messages[taken] as { type: string; event: Event; bufferId?: string };
      if (type !== 'inbound') continue;
      arrived.push({ chat: event.source.chat_id, text: event.text, bufferId });
      if (bufferId !== undefined) socket.send(`{"type":"inbound_ack","bufferId":"${bufferId}"}\n`);
    }
  };
  socket.raw.on('message', take);
  socket.send('{"type":"hello","platform":"console","botId":"b"}\n');
  await Promise.race([delay(ms), socket.closed]);
  socket.send('{"type":"going_idle"}\n');
  const acked = socket.message(({ type }) => type === 'going_idle_ack').catch(() => undefined);
  await Promise.race([acked, socket.closed]);
  take();
  socket.raw.close();
  await socket.closed;
}
interface Event {
  text: string;
  source: { chat_id: string };
}

/** Sends until each is accepted. What was accepted without an answer is sent again, as any sender would. */
async function sendAll(chat: string, count: number, onSent: () => void): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const body = { chatId: chat, text: String(n) };
    for (let accepted = false; !accepted; ) {
      const answer = await key.attempt('relay.send', { params: { id: 'gw' }, body }).catch(() => null);
      accepted = answer?.status === 202;
      if (!accepted) await delay(50);
    }
    onSent();
  }
}

it('loses nothing, keeps the order of each chat, and a revoked gateway stays out', async () => {
  const arrived: Arrived[] = [];
  let sent = 0;
  let isOver = false;
  const living = liveOn(arrived, () => isOver);
  const onSent = () => {
    sent += 1;
  };
  const each = Math.ceil(messages / chats.length);
  const sending = Promise.all(chats.map((chat) => sendAll(chat, each, onSent)));
  await key.call('relay.revoke', { params: { id: 'doomed' }, body: { reason: 'It is doomed.' } });
  for (let killed = 1; killed <= kills; killed += 1) {
    await eventually(() => expect(sent).toBeGreaterThan((messages * killed) / (kills + 1)), { timeoutMs: 60_000 });
    await server.kill9();
    await server.restart();
    expect(await (await dial('doomed', doomed)).closed).toEqual({ code: 4401, reason: 'revoked' });
  }
  await sending;
  const firsts = (chat: string) => [...new Set(arrived.filter((one) => one.chat === chat).map(({ text }) => text))];
  const all = Array.from({ length: each }, (_, n) => String(n));
  await eventually(() => expect(chats.map((chat) => firsts(chat).length)).toEqual(chats.map(() => each)));
  for (const chat of chats) expect(firsts(chat)).toEqual(all);
  isOver = true;
  await living;
});
