/** Two Gatehouses on one machine: one is the connector, the other runs an agent behind it. Both real, and so is the agent. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, service, signIn } from '@/test/support/http-client';
import { admin, repositoryRoot, startServer, type TestServer } from '@/test/support/server';

covers('upstreams.sessions', 'upstreams.inbox', 'upstreams.revoked', 'upstreams.drain');

let connector: TestServer;
let behind: TestServer;
let operator: OperatorClient;
let owner: OperatorClient;
let secret: string;

const gatewayId = 'behind';
const agent = path.join(repositoryRoot, 'docs', 'examples', 'echo-agent.mjs');
/** While this file is there, a run opens no socket, so that what it was meant for waits. */
const hold = () => path.join(behind.dataDir, 'hold');
const script = 'if [ -e "$1" ]; then exec sleep 600; fi; exec "$0" --experimental-websocket "$2"';
const handlerOf = () => ({ command: ['/bin/sh', '-c', script, process.execPath, hold(), agent], projectId: 'chats' });

beforeAll(async () => {
  [connector, behind] = await Promise.all([startServer(), startServer()]);
  operator = await signIn(connector.url, admin.email, admin.password);
  owner = await signIn(behind.url, admin.email, admin.password);
  const key = service(connector.url, connector.serviceKey);
  ({ secret } = await key.call('relay.provision', { body: { gatewayId, platform: 'console', botId: 'bot' } }));
});
afterAll(() => Promise.all([connector.stop(), behind.stop()]));

const say = (text: string, chatId = 'talk') =>
  operator.call('relay.send', { params: { id: gatewayId }, body: { chatId, text } });
const echoes = async (chatId = 'talk') => {
  const { items } = await operator.call('relay.messages', { params: { id: gatewayId }, query: { chatId, limit: 200 } });
  return items.filter(({ author }) => author === 'gateway').map(({ text }) => text);
};
const upstream = async () => (await owner.call('relayUpstreams.list')).items[0];
const becomes = (status: string) => eventually(async () => expect(await upstream()).toMatchObject({ status }));
const liveRuns = async () => (await owner.call('runs.list', { query: { kind: 'relay', status: 'live' } })).items;

it('answers a message of the first through a run of the second, for its author', async () => {
  const body = {
    ...{ id: 'front', url: connector.url.replace('http', 'ws'), gatewayId, secret, handler: handlerOf() },
    identities: [{ platform: 'console', botId: 'bot' }],
  };
  expect(await owner.call('relayUpstreams.create', { body })).toMatchObject({ trusted: true, sessions: 0 });
  await becomes('live');
  await say('hello');
  await eventually(async () => expect(await echoes()).toEqual(['echo: hello']));
  const me = (await operator.call('me.get')).operator.id;
  const [run] = await liveRuns();
  expect(run).toMatchObject({
    ...{ kind: 'relay', projectId: 'chats', tags: { 'relay.upstream': 'front' } },
    principal: { userId: me, platform: 'console', channelId: 'talk' },
  });
  await say('again');
  await eventually(async () => expect((await echoes()).sort()).toEqual(['echo: again', 'echo: hello']));
  expect(await liveRuns()).toHaveLength(1);
  expect(await upstream()).toMatchObject({ sessions: 1, dropped: 0, lastError: null });
});

it('replaces a run that was revoked at the next message of its chat', async () => {
  const [run] = await liveRuns();
  const id = run?.id ?? '';
  await owner.call('runs.revoke', { params: { id }, body: { reason: 'A test.' } });
  expect(await liveRuns()).toEqual([]);
  await say('anew');
  await eventually(async () => expect(await echoes()).toContain('echo: anew'));
  expect((await liveRuns()).map((one) => one.id)).not.toContain(id);
});

it('killed between what it took and the run that would have had it, loses nothing and tells it in order', async () => {
  const texts = Array.from({ length: 5 }, (_, number) => `kept ${number}`);
  writeFileSync(hold(), '');
  for (const text of texts) await say(text, 'held');
  const taken = async () => {
    const { items } = await owner.call('audit.list', { query: { action: 'relay.inbound', limit: 200 } });
    return items.filter(({ data }) => data.chatId === 'held').length;
  };
  await eventually(async () => expect(await taken()).toBe(texts.length));
  expect(await echoes('held')).toEqual([]);
  await behind.kill9();
  rmSync(hold());
  await behind.restart();
  owner = await signIn(behind.url, admin.email, admin.password);
  await eventually(async () => expect(await echoes('held')).toHaveLength(texts.length));
  // Newest first, as a conversation is listed.
  expect((await echoes('held')).reverse()).toEqual(texts.map((text) => `echo: ${text}`));
});

it('killed while messages flow, gets what came while it was away', async () => {
  for (let number = 0; number < 5; number += 1) await say(`flow ${number}`, 'flow');
  await behind.kill9();
  for (let number = 5; number < 10; number += 1) await say(`flow ${number}`, 'flow');
  await behind.restart();
  owner = await signIn(behind.url, admin.email, admin.password);
  // What an agent had taken when it was killed with its server is its own to lose; what none had comes.
  const later = [5, 6, 7, 8, 9].map((number) => `echo: flow ${number}`);
  await eventually(async () => expect(await echoes('flow')).toEqual(expect.arrayContaining(later)));
});

it('says that it goes, and finds what came meanwhile when it is back', async () => {
  await becomes('live');
  expect(await behind.terminate()).toBe(0);
  await eventually(async () => {
    expect((await operator.call('relay.get', { params: { id: gatewayId } })).status).toBe('idle');
  });
  expect((await say('while away')).bufferId).toMatch(/^buf_/);
  await behind.restart();
  owner = await signIn(behind.url, admin.email, admin.password);
  await eventually(async () => expect(await echoes()).toContain('echo: while away'));
});

it('is disabled for good by a deprovision, and stays so over a restart', async () => {
  await becomes('live');
  await operator.call('relay.revoke', { params: { id: gatewayId }, body: { reason: 'It was lost.' } });
  await becomes('disabled');
  expect(await upstream()).toMatchObject({
    lastError: 'Relay disabled (opted out: recreate the instance to re-enable)',
    sessions: 0,
  });
  expect(await liveRuns()).toEqual([]);
  await behind.restart();
  owner = await signIn(behind.url, admin.email, admin.password);
  expect(await upstream()).toMatchObject({ status: 'disabled' });
  expect(behind.logs()).not.toContain(secret);
  await owner.call('relayUpstreams.remove', { params: { id: 'front' } });
  expect(await eventuallyFound(async () => (await upstream()) ?? 'gone')).toBe('gone');
});
