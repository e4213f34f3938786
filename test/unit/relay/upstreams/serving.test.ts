/** What becomes of a message that an upstream delivered, and of what its run says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { sessionKeyOf } from '@/lib/relay/protocol/session-key';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { descriptorOf } from '@/test/support/relay/connector';
import { said } from '../world';
import { type PlayedRun, type UpstreamWorld, upstreamWorld } from './world';

covers('upstreams.trust', 'upstreams.inbox', 'upstreams.sessions', 'upstreams.replies');

let world: UpstreamWorld;
beforeEach(async () => {
  world = await upstreamWorld();
});
afterEach(() => world.close());

async function connect(more: object = {}) {
  await world.create(more);
  await world.becomes('live');
}
let messages = 0;
function deliver(text: string, source: Partial<InboundEvent['source']> = {}, more: object = {}) {
  messages += 1;
  world.connector.say({ type: 'inbound', event: { ...said(text, source), message_id: `m${messages}` }, ...more });
}
const hears = (run: PlayedRun, ...texts: string[]) =>
  eventually(() => expect(run.heard.map(({ text }) => text)).toEqual(texts), { everyMs: 2 });
const acked = (id: string) => world.connector.frame(({ type, bufferId }) => type === 'inbound_ack' && bufferId === id);
const dropped = async () => (await world.row()).dropped;

describe('a session', () => {
  it('has one run, for the author that was observed, and hears its messages in their order', async () => {
    const handler = { command: ['agent', '-v'], cwd: '/srv', pluginId: 'demo', projectId: 'p1' };
    await connect({ handler });
    for (const text of ['1', '2', '3']) deliver(text, { scope_id: 'g1', chat_type: 'channel' });
    const run = await world.run(1);
    await hears(run, '1', '2', '3');
    expect(run.body).toMatchObject({
      ...{ kind: 'relay', ...handler, tags: { 'relay.upstream': 'team' } },
      principal: { userId: 'u1', platform: 'discord', guildId: 'g1', channelId: 'c1' },
    });
    deliver('other', { user_id: 'u2', chat_id: 'c2' });
    await hears(await world.run(2), 'other');
    expect(await world.row()).toMatchObject({ sessions: 2 });
  });

  it('of one guild is not that of another which numbers its chats alike', async () => {
    await connect();
    deliver('one', { scope_id: 'g1' });
    deliver('two', { scope_id: 'g2' });
    await hears(await world.run(1), 'one');
    await hears(await world.run(2), 'two');
    // Neither is taken for the other by a frame that cannot tell them apart.
    const key = sessionKeyOf(said('').source);
    world.connector.say({ type: 'interrupt_inbound', session_key: key, chat_id: 'c1' });
    await eventually(async () => expect(await dropped()).toBe(1));
    expect(world.runs.map(({ interrupts }) => interrupts)).toEqual([0, 0]);
  });

  it('gives a run that opens its socket late what came before', async () => {
    world.setAttached(false);
    await connect();
    deliver('1');
    deliver('2', {}, { bufferId: 'b2' });
    await acked('b2');
    const run = await world.run(1);
    expect(run.heard).toEqual([]);
    const leave = run.attach();
    await hears(run, '1', '2');
    leave();
    deliver('3', {}, { bufferId: 'b3' });
    await acked('b3');
    expect(run.heard).toHaveLength(2);
    run.attach();
    await hears(run, '1', '2', '3');
  });

  it('replaces a run that ended at its next message, and forgets what waited for one that was revoked', async () => {
    await connect();
    deliver('1');
    const first = await world.run(1);
    await hears(first, '1');
    first.end('completed');
    world.setAttached(false);
    deliver('2');
    const second = await world.run(2);
    second.end('revoked');
    await eventually(async () => expect(await dropped()).toBe(1));
    world.setAttached(true);
    deliver('3');
    await hears(await world.run(3), '3');
  });

  it('whose run ends before it took anything is not started in a circle', async () => {
    world.setAttached(false);
    await connect();
    deliver('1');
    (await world.run(1)).end('failed');
    deliver('2', { chat_id: 'elsewhere' }, { bufferId: 'b' });
    await world.run(2);
    expect(world.runs).toHaveLength(2);
    world.setAttached(true);
    deliver('3');
    await hears(await world.run(3), '1', '3');
  });

  it('is refused where a lock is, or no run can begin: recorded, counted, and not said to the author', async () => {
    await connect();
    world.failing.locked.add('u1');
    deliver('locked', {}, { bufferId: 'b1' });
    await acked('b1');
    await eventually(async () => expect(await dropped()).toBe(1));
    world.failing.locked.clear();
    world.failing.start = new AppError('COMMAND_NOT_FOUND');
    deliver('unserved', {}, { bufferId: 'b2' });
    await eventually(async () => expect(await dropped()).toBe(2));
    expect((await world.row()).lastError).toMatch(/^No run could begin: /);
    expect(await world.rows('relay.drop')).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect(world.connector.actions()).toEqual([]);
    world.failing.start = null;
    deliver('served');
    await hears(await world.run(1), 'served');
  });

  it('is interrupted by its name alone: no sibling is, and what waited is not run', async () => {
    await connect();
    const group = { chat_type: 'group' as const, chat_id: 'g' };
    deliver('ada', { ...group, user_id: 'ada' });
    deliver('bob', { ...group, user_id: 'bob' });
    const [ada, bob] = [await world.run(1), await world.run(2)];
    await hears(ada, 'ada');
    await hears(bob, 'bob');
    const key = sessionKeyOf(said('', { ...group, user_id: 'bob' }).source);
    world.connector.say({ type: 'interrupt_inbound', session_key: key, chat_id: 'g' });
    await eventually(() => expect(bob.interrupts).toBe(1));
    world.connector.say({ type: 'interrupt_inbound', session_key: key, chat_id: 'other' });
    await eventually(async () => expect(await dropped()).toBe(1));
    expect([ada.interrupts, bob.interrupts]).toEqual([0, 1]);
  });

  it('ends with its upstream, which is gone then', async () => {
    await connect();
    deliver('1', {}, { bufferId: 'b1' });
    const run = await world.run(1);
    await acked('b1');
    await world.service.remove('team', world.admin);
    expect(run.ended).toMatchObject({ by: 'op_1' });
    expect([await world.db.relayUpstream.count(), await world.db.relayInbox.count()]).toEqual([0, 0]);
    await expect(world.service.remove('team', world.admin)).rejects.toMatchObject({ code: 'RELAY_UPSTREAM_NOT_FOUND' });
    expect(await (await world.connector.dial()).closed).toBe(1000);
  });
});

describe('trust', () => {
  it('is of the connection: a message of one without a secret starts nothing, whatever it says of itself', async () => {
    await connect({ secret: undefined });
    const forged = { ...said('let me in'), delivered_via_upstream_relay: true };
    world.connector.say({ type: 'inbound', event: forged, delivered_via_upstream_relay: true, bufferId: 'b1' });
    await acked('b1');
    await eventually(async () => expect(await dropped()).toBe(1));
    expect(await world.rows('relay.upstream_drop')).toMatchObject([{ because: 'untrusted', outcome: 'refused' }]);
    expect([world.runs.length, await world.db.relayInbox.count()]).toEqual([0, 0]);
  });

  it('is never written down, and neither is a secret', async () => {
    await connect();
    world.connector.say({ type: 'inbound', event: { ...said('hi'), delivered_via_upstream_relay: true } });
    const run = await world.run(1);
    await eventually(() => expect(run.heard).toHaveLength(1));
    expect(JSON.stringify(run.heard)).not.toContain('delivered_via');
    expect(await world.everything()).not.toMatch(/delivered_via|a shared secret/);
  });

  it('ends at the platforms it was dialled for, and at messages with an author', async () => {
    await connect();
    deliver('as an operator', { platform: 'console' }, { bufferId: 'b1' });
    deliver('as nobody', { user_id: null }, { bufferId: 'b2' });
    deliver('as a liar', { user_id: 'a\u202eb' }, { bufferId: 'b3' });
    await acked('b3');
    expect(await dropped()).toBe(3);
    expect(world.runs).toEqual([]);
  });

  it('begins with the descriptor: what comes before is not taken, nor acknowledged', async () => {
    world.connector.onHello = () => undefined;
    await world.create();
    await world.connector.frame(({ type }) => type === 'hello');
    deliver('early', {}, { bufferId: 'b1' });
    await eventually(async () => expect(await dropped()).toBe(1));
    world.connector.say({ type: 'descriptor', descriptor: descriptorOf('discord') });
    await world.becomes('live');
    deliver('now', {}, { bufferId: 'b2' });
    await hears(await world.run(1), 'now');
    expect((await world.connector.dial()).frames.filter(({ bufferId }) => bufferId === 'b1')).toEqual([]);
  });
});

describe('a message', () => {
  it('that comes again, by its buffer id or its own, is acknowledged and not run again', async () => {
    await connect();
    const event = { ...said('once'), message_id: 'same' };
    world.connector.say({ type: 'inbound', event });
    const run = await world.run(1);
    await hears(run, 'once');
    world.connector.say({ type: 'inbound', event, bufferId: 'b1' });
    await acked('b1');
    world.connector.say({ type: 'inbound', event: { ...event, message_id: 'fresh' }, bufferId: 'b2' });
    await acked('b2');
    world.connector.say({ type: 'inbound', event: { ...event, message_id: 'another' }, bufferId: 'b2' });
    deliver('end', {}, { bufferId: 'b9' });
    await acked('b9');
    await hears(run, 'once', 'once', 'end');
  });

  it('is durable before it is acknowledged: where it cannot be stored, it comes again, in its order', async () => {
    await connect();
    world.failing.audit = true;
    const first = said('1', {});
    world.connector.say({ type: 'inbound', event: { ...first, message_id: 'x1' }, bufferId: 'b1' });
    world.connector.say({ type: 'inbound', event: { ...first, text: '2', message_id: 'x2' }, bufferId: 'b2' });
    await (await world.connector.dial(1)).closed;
    world.failing.audit = false;
    await world.connector.dial(2);
    await world.becomes('live');
    expect(world.connector.dials.flatMap(({ frames }) => frames).filter(({ type }) => type === 'inbound_ack')).toEqual(
      [],
    );
    world.connector.say({ type: 'inbound', event: { ...first, message_id: 'x1' }, bufferId: 'b1' });
    world.connector.say({ type: 'inbound', event: { ...first, text: '2', message_id: 'x2' }, bufferId: 'b2' });
    await acked('b2');
    await hears(await world.run(1), '1', '2');
  });

  it('that no run had when the server died is handed to a new one, in order, before what comes next', async () => {
    world.setAttached(false);
    await connect();
    for (const text of ['1', '2', '3']) deliver(text, {}, { bufferId: `b${text}` });
    await acked('b3');
    await world.run(1);
    world.setAttached(true);
    await world.restart();
    await hears(await world.run(2), '1', '2', '3');
    await world.becomes('live');
    deliver('4');
    await hears(await world.run(2), '1', '2', '3', '4');
    await world.drained();
    await eventually(async () => expect(await world.db.relayInbox.count({ where: { takenAt: null } })).toBe(0));
    // Nothing of it is kept but that it came.
    expect((await world.db.relayInbox.findMany()).every(({ event }) => event === '')).toBe(true);
    await world.restart();
    expect(world.runs).toHaveLength(2);
  });

  it('of a forwarded interaction is run like any other, and what nobody knows is counted', async () => {
    await connect();
    const body = {
      id: '1',
      type: 2,
      channel_id: 'c',
      guild_id: 'g',
      member: { user: { id: 'u7' } },
      data: { name: 'go' },
    };
    const bodyB64 = Buffer.from(JSON.stringify(body)).toString('base64');
    world.connector.say({ type: 'passthrough_forward', forward: { platform: 'discord', bodyB64 }, bufferId: 'p1' });
    await acked('p1');
    await hears(await world.run(1), 'go');
    world.connector.say({
      type: 'passthrough_forward',
      forward: { platform: 'discord', bodyB64: 'AAAA' },
      bufferId: 'p2',
    });
    await acked('p2');
    expect(await dropped()).toBe(1);
  });
});

describe('what a run says', () => {
  const send = (run: PlayedRun, params: object = {}) =>
    world.service.say(run.id, { method: 'message.send', params: { chatId: 'c1', content: 'hi', ...params } });
  async function talking(source: Partial<InboundEvent['source']> = {}) {
    await connect();
    deliver('hello', source);
    const run = await world.run(1);
    await hears(run, 'hello');
    await eventually(() => send(run));
    return run;
  }

  it('goes to its own chat alone, with the scope and the author that came from there unless given', async () => {
    const run = await talking({ scope_id: 'g1', thread_id: 't1' });
    await send(run, { replyTo: 'm1', metadata: { scope_id: 'given' } });
    expect(world.connector.actions()).toMatchObject([
      { op: 'send', chat_id: 'c1', content: 'hi', metadata: { scope_id: 'g1', user_id: 'u1', thread_id: 't1' } },
      { reply_to: 'm1', metadata: { scope_id: 'given', user_id: 'u1' } },
    ]);
    await expect(send(run, { chatId: 'c2' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      world.service.say('run_none', { method: 'message.typing', params: { chatId: 'c1' } }),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(world.connector.actions()).toHaveLength(2);
  });

  it('edits, types and follows up by session and kind, never by a credential', async () => {
    const run = await talking();
    await world.service.say(run.id, { method: 'message.edit', params: { chatId: 'c1', messageId: 'm', content: 'x' } });
    await world.service.say(run.id, { method: 'message.typing', params: { chatId: 'c1' } });
    await world.service.say(run.id, { method: 'message.followUp', params: { kind: 'interaction', content: 'y' } });
    expect(world.connector.actions().slice(1)).toMatchObject([
      { op: 'edit', message_id: 'm', content: 'x' },
      { op: 'typing' },
      { op: 'follow_up', session_key: sessionKeyOf(said('').source), kind: 'interaction', content: 'y' },
    ]);
  });

  it('that is declined is an error with the code of the connector, and is never tried as something else', async () => {
    const run = await talking();
    world.connector.answer = () => ({ success: false, error: 'declined: no such target', code: 'egress_declined' });
    await expect(send(run)).rejects.toMatchObject({ code: 'RELAY_DECLINED', details: { code: 'egress_declined' } });
    expect(world.connector.actions()).toHaveLength(2);
    world.connector.say({ type: 'descriptor', descriptor: descriptorOf('discord', { supported_ops: ['typing'] }) });
    await eventually(async () => expect((await world.row()).descriptors[0]?.ops).toEqual(['typing']));
    await expect(send(run)).rejects.toMatchObject({ details: { code: 'unsupported_op' } });
    expect(world.connector.actions()).toHaveLength(2);
  });

  it('is cut into messages that fit, in order, and says which of them were sent', async () => {
    const run = await talking();
    world.connector.say({ type: 'descriptor', descriptor: descriptorOf('discord', { max_message_length: 50 }) });
    await eventually(async () => expect((await world.row()).descriptors[0]?.maxMessageLength).toBe(50));
    const words = Array.from({ length: 30 }, (_, number) => `word${number}`).join(' ');
    const { messageIds } = await send(run, { content: words, replyTo: 'm1' });
    const sent = world.connector.actions().slice(1);
    expect(sent.map(({ content }) => content).join('')).toBe(words);
    expect(sent.map(({ reply_to: to }) => to)).toEqual(['m1', ...sent.slice(1).map(() => undefined)]);
    expect(messageIds).toHaveLength(sent.length);
    await expect(send(run, { content: 'x'.repeat(51 * limits.upstreamParts) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const edit = { chatId: 'c1', messageId: 'm', content: words };
    await expect(world.service.say(run.id, { method: 'message.edit', params: edit })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('fails at once when the connection goes', async () => {
    const run = await talking();
    world.connector.answer = () => null;
    const sending = send(run).catch((error: unknown) => error);
    await eventually(() => expect(world.connector.actions()).toHaveLength(2));
    (await world.connector.dial()).socket.terminate();
    expect(await sending).toMatchObject({ code: 'RELAY_UNREACHABLE', details: { code: 'unreachable' } });
  });
});
