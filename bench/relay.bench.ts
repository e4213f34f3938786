/** The relay: messages to 500 gateways, one message to its frame, a long replay, and what 5,000 gateways that say nothing cost. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import type { RecordWriter } from '@/lib/audit/record-writer';
import { encodeFrame } from '@/lib/relay/protocol/frame-codec';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { serveRelay } from '@/server/sockets/relay';
import { eventually } from '@/test/support/eventually';
import { operator, type RelayWorld, relayWorld, said } from '@/test/unit/relay/world';
import type { GatewaysOrder, GatewaysTold } from './peers/relay-gateways';
import { rssMb, startGatehouse } from './support/gatehouse';
import { firstMessage, startPeer } from './support/load';
import { recordThread } from './support/record-thread';
import { against, alone, ascending, bench, expectThat, percentile, type Row } from './support/report';
import { rounds } from './support/rounds';

const gateways = 500;
const eachPerRound = 20;
const pings = 500;
const stored = 100_000;
const replays = 3;
const idle = 5_000;

const nameOf = (index: number) => `gw-${index}`;
const pathsOf = (root: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `${root}${nameOf(index)}` }));

/** `/relay/<gateway>` is let in as that gateway, `/bare/<name>` is a socket and nothing else. */
async function listen(world: RelayWorld) {
  const bare = new Map<string, WebSocket>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (ws, { url = '' }) => {
    const [, kind, name = ''] = url.split('/');
    if (kind === 'bare') {
      bare.set(name, ws);
      ws.once('message', () => ws.send('{"type":"descriptor","descriptor":{}}\n'));
      return;
    }
    ws.pause();
    const entered = world.relay.instances.require(name).then((row) => serveRelay(ws, row, world.relay));
    entered.then(() => ws.resume());
  });
  await once(server, 'listening');
  return {
    bare,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

async function told(child: ChildProcess, what: keyof GatewaysTold): Promise<number> {
  for (;;) {
    const message = await firstMessage<GatewaysTold>(child);
    expectThat((message.wrong ?? 0) === 0, `${message.wrong} events came out of their order`);
    const value = message[what];
    if (value !== undefined) return value;
  }
}

async function order(child: ChildProcess, given: GatewaysOrder): Promise<void> {
  child.send(given);
  expectThat((await told(child, 'ready')) >= given.dials.length, 'not all gateways are connected');
}

async function gatewaysOf(): Promise<ChildProcess> {
  const child = startPeer('relay-gateways');
  await told(child, 'ready');
  return child;
}

/** Every author says something at once, in turns. */
async function deliveries(world: RelayWorld, url: string, bare: Map<string, WebSocket>): Promise<Row[]> {
  const edge = world.relay.edgeOf({ name: 'discord', tenant: 'default' });
  const [ours, theirs] = [await gatewaysOf(), await gatewaysOf()];
  await order(ours, { url, dials: pathsOf('/relay/', gateways), expect: -1 });
  await order(theirs, { url, dials: pathsOf('/bare/', gateways), expect: -1 });
  const total = gateways * eachPerRound;
  let number = 0;
  // What a platform would have parsed: made once, so that the load costs less than what is measured.
  const authors = Array.from({ length: gateways }, (_, index) => {
    const userId = `user-${index}`;
    const event = said('', { chat_id: `chat-${userId}`, user_id: userId, user_name: userId });
    return { userId, gateway: nameOf(index), event };
  });
  type Author = (typeof authors)[number];
  const eventOf = ({ event }: Author) => ({ ...event, text: String(number) });

  async function round(child: ChildProcess, send: (author: Author) => Promise<unknown>) {
    await order(child, { url, dials: [], expect: total });
    const arrived = told(child, 'got');
    const startedMs = performance.now();
    for (let turn = 0; turn < eachPerRound; turn += 1) {
      number += 1;
      await Promise.all(authors.map(send));
    }
    expectThat((await arrived) === total, 'not every message arrived');
    const perSecond = () => total / ((performance.now() - startedMs) / 1_000);
    const arrivedPerSecond = perSecond();
    await recorded(world);
    return { arrivedPerSecond, recordedPerSecond: perSecond() };
  }

  const measured = await rounds({
    gatehouse: () =>
      round(ours, (author) => edge.message({ userId: author.userId, userName: author.userId }, eventOf(author))),
    peer: () =>
      round(theirs, (author) => {
        const frame = encodeFrame({ type: 'inbound', event: eventOf(author) });
        return new Promise((resolve) => bare.get(author.gateway)?.send(frame, resolve));
      }),
  });
  const rows = await world.db.auditRow.findMany({ where: { action: 'relay.message' }, select: { data: true } });
  const kept = rows.reduce((sum, { data }) => sum + messagesIn(data), 0);
  const sent = total * (measured.gatehouse.length + 1);
  expectThat(kept === sent, `${sent - kept} of ${sent} messages are not on the record`);
  ours.kill();
  theirs.kill();
  const perSecond = measured.gatehouse.map(({ arrivedPerSecond }) => arrivedPerSecond);
  const goal = { text: '≥ 15 k/s', meets: () => percentile(ascending(perSecond), 0.5) >= 15_000 };
  const what = `messages to ${gateways} gateways that are connected`;
  const values = measured.peer.map(({ arrivedPerSecond }) => arrivedPerSecond);
  return [
    against({ what, unit: 'messages/s', goal }, perSecond, { name: 'bare ws', values }),
    alone(
      { what: `${what}, until each is on the record`, unit: 'messages/s' },
      measured.gatehouse.map(({ recordedPerSecond }) => recordedPerSecond),
    ),
  ];
}

/** Resolves when nothing more follows what was written. */
async function recorded({ audit }: RelayWorld): Promise<void> {
  for (let before = -1; audit.rows() !== before; ) {
    before = audit.rows();
    await audit.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A row stands for one message, or for the many that it lists. */
function messagesIn(data: string): number {
  const { messages } = JSON.parse(data) as { messages?: unknown[] };
  return messages?.length ?? 1;
}

/** One after the other, each until its frame is there. */
async function latency(world: RelayWorld, url: string, bare: Map<string, WebSocket>): Promise<Row> {
  await world.provision('gw-talk');
  const socketOf = async (path: string) => {
    const ws = new WebSocket(`${url}${path}`, { perMessageDeflate: false });
    await once(ws, 'open');
    ws.send('{"type":"hello","platform":"console","botId":"bench"}\n');
    await once(ws, 'message');
    return ws;
  };
  const ours = await socketOf('/relay/gw-talk');
  const theirs = await socketOf('/bare/talk');

  async function round(ws: WebSocket, send: (text: string) => unknown): Promise<number> {
    const took: number[] = [];
    for (let sent = 0; sent < pings; sent += 1) {
      const arrived = once(ws, 'message');
      const atMs = performance.now();
      send(String(sent));
      const [data] = await arrived;
      took.push(performance.now() - atMs);
      const { event } = JSON.parse(String(data)) as { event: { text: string } };
      expectThat(event.text === String(sent), 'another message');
    }
    return percentile(ascending(took), 0.5);
  }

  const measured = await rounds({
    gatehouse: () => round(ours, (text) => void world.send(text, 'gw-talk')),
    peer: () => round(theirs, (text) => bare.get('talk')?.send(encodeFrame({ type: 'inbound', event: said(text) }))),
  });
  ours.terminate();
  theirs.terminate();
  const goal = { text: '< 2 ms', meets: () => percentile(ascending(measured.gatehouse), 0.5) < 2 };
  const line = { what: 'message of the console to its frame, one at a time, p50', unit: 'ms', goal };
  return against(line, measured.gatehouse, { name: 'bare ws', values: measured.peer });
}

/** From hello until the last is acknowledged and out of the database. */
async function replay(world: RelayWorld, url: string): Promise<Row> {
  const perSecond: number[] = [];
  for (let round = 0; round < replays; round += 1) {
    const gatewayId = `gw-asleep-${round}`;
    await world.provision(gatewayId);
    const { id: instanceId } = await world.relay.get(gatewayId);
    const at = new Date(world.clock.now());
    for (let from = 0; from < stored; from += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, index) => ({
        ...{ id: `buf_${round}_${String(from + index).padStart(8, '0')}`, instanceId, at, bytes: 500 },
        ...{ position: from + index + 1, event: JSON.stringify(said(String(from + index))) },
      }));
      world.insert('RelayBuffered', rows);
    }
    world.restart();
    const child = await gatewaysOf();
    const arrived = told(child, 'got').catch(() => 0);
    const startedMs = performance.now();
    child.send({ url, dials: [{ path: `/relay/${gatewayId}` }], expect: stored } satisfies GatewaysOrder);
    await arrived;
    await eventually(async () => (await world.relay.get(gatewayId)).buffer.events === 0, { timeoutMs: 120_000 });
    perSecond.push(stored / ((performance.now() - startedMs) / 1_000));
    expectThat((await world.db.relayBuffered.count({ where: { instanceId } })) === 0, 'events are still stored');
    child.kill();
  }
  const goal = { text: '≥ 5 k/s', meets: (value: number) => value >= 5_000 };
  return alone({ what: `replay of ${stored / 1_000} k events, each acknowledged`, unit: 'events/s', goal }, perSecond);
}

async function idleMemory(): Promise<Row> {
  const server = await startGatehouse();
  const bare = startPeer('bare-sockets');
  const { port } = await firstMessage<{ port: number }>(bare);
  const dials: GatewaysOrder['dials'] = [];
  for (let from = 0; from < idle; from += 50) {
    const provisioned = Array.from({ length: 50 }, async (_, index) => {
      const body = { gatewayId: nameOf(from + index), platform: 'console', botId: 'bench' };
      const { secret, gatewayId } = await server.api.call('relay.provision', { body });
      dials.push({ path: '/relay', bearer: mintUpgradeToken({ gatewayId, secret, exp: 0 }) });
    });
    await Promise.all(provisioned);
  }

  /** What memory is once nothing changes any more: the highest of a few looks. */
  async function settled(pid: number): Promise<number> {
    const looks: number[] = [];
    await eventually(() => looks.push(rssMb(pid)) >= 20, { everyMs: 250 });
    return Math.max(...looks.slice(10));
  }

  async function added(pid: number, url: string, to: GatewaysOrder['dials']): Promise<number> {
    const before = await settled(pid);
    const child = await gatewaysOf();
    await order(child, { url, dials: to, expect: -1 });
    const after = await settled(pid);
    child.kill();
    return after - before;
  }

  try {
    const theirs = await added(bare.pid ?? -1, `ws://127.0.0.1:${port}`, pathsOf('/', idle));
    const ours = await added(server.pid, server.url.replace('http', 'ws'), dials);
    const goal = { text: '< 250 MB', meets: () => ours < 250 };
    const line = { what: `memory added by ${idle.toLocaleString('en')} gateways that say nothing`, unit: 'MB', goal };
    return against(line, [ours], { name: 'bare ws', values: [theirs] });
  } finally {
    bare.kill();
    await server.stop();
  }
}

await bench(async () => {
  const threads: RecordWriter[] = [];
  const world = await relayWorld({
    writerFor({ file }) {
      const thread = recordThread(file);
      threads.push(thread);
      return thread;
    },
  });
  const { url, bare, close } = await listen(world);
  try {
    const boundAt = new Date(world.clock.now());
    const bindings = [];
    for (let index = 0; index < gateways; index += 1) {
      await world.relay.provision({ gatewayId: nameOf(index), platform: 'discord', botId: 'bench' }, operator);
      const { id: instanceId } = await world.relay.instances.require(nameOf(index));
      bindings.push({ tenant: 'default', platform: 'discord', userId: `user-${index}`, instanceId, boundAt });
    }
    world.insert('RelayBinding', bindings);
    const rows = [...(await deliveries(world, url, bare)), await latency(world, url, bare), await replay(world, url)];
    return { rows: [...rows, await idleMemory()] };
  } finally {
    close();
    await world.close();
    await Promise.all(threads.map((thread) => thread.close()));
  }
});
