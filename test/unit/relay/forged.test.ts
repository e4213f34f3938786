/** What a gateway or an author may claim, and gets nothing by. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createEgressGuard } from '@/lib/relay/egress';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { createSeenChats } from '@/lib/relay/seen-chats';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { operator, type PlayedGateway, type RelayWorld, relayWorld, said } from './world';

covers('relay.author-first', 'relay.egress', 'relay.runs');

let world: RelayWorld;
let gateway: PlayedGateway;
let requests = 0;
const ada = { userId: 'u1', userName: 'Ada' };
const bo = { userId: 'u2', userName: 'Bo' };
const revoked = { status: 'revoked', action: 'run.revoke', tokenReason: 'manual', reason: 'Enough.' } as const;
const edge = (name = 'discord') => world.relay.edgeOf({ name, tenant: 'default' });
const idOf = async (gatewayId: string) => (await world.relay.get(gatewayId)).id;

async function act(action: object, platform?: string) {
  requests += 1;
  const requestId = `f${requests}`;
  gateway.say({ type: 'outbound', requestId, action: { content: 'x', ...action }, ...(platform && { platform }) });
  return (await gateway.frame((frame) => frame.requestId === requestId)).result as Record<string, unknown>;
}
const bind = (userId: string, instanceId: string, platform = 'discord') =>
  world.db.relayBinding.create({
    data: { tenant: 'default', platform, userId, instanceId, boundAt: new Date(0) },
  });

beforeEach(async () => {
  world = await relayWorld();
  await world.provision('gw-1', { platform: 'discord', routeKeys: ['guild-1'] });
  await bind('u1', await idOf('gw-1'));
  gateway = await world.enter('gw-1');
  gateway.hello();
});
afterEach(() => world.close());

const declined = { success: false, code: 'egress_declined' };
const letThrough = { success: false, error: 'unsupported op' };

describe('a scope', () => {
  it('is the whole name of one of the tenant: no pattern, no part and no other case of it leads anywhere', async () => {
    for (const scope_id of ['%', '_______', 'guild-_', 'guild', 'GUILD-1', '"', 'guild-1","'])
      expect(await act({ op: 'send', chat_id: 'new', metadata: { scope_id } }, 'discord')).toMatchObject(declined);
    expect(await act({ op: 'send', chat_id: 'new', metadata: { scope_id: 'guild-1' } }, 'discord')).toMatchObject(
      letThrough,
    );
  });
});

describe('the chat of a run that was revoked', () => {
  const metadata = { user_id: 'u1' };
  const ops = [
    { op: 'send' },
    { op: 'edit', message_id: 'm' },
    { op: 'typing' },
    { op: 'react', message_id: 'm', emoji: 'x' },
    { op: 'send_media', media_url: 'x' },
    { op: 'prompt', prompt_kind: 'k', prompt_id: 'p', options: [] },
    { op: 'thread_create', name: 'n' },
    { op: 'thread_rename', name: 'n' },
    { op: 'get_chat_info' },
  ];
  async function endRun(): Promise<void> {
    for (const { id } of world.runs.live.all()) await world.runs.runs.endBySystem(id, revoked);
  }

  it('is closed to every op, under every name of a platform and every claim', async () => {
    await edge().message(ada, said('1'));
    await endRun();
    for (const platform of [undefined, 'discord', 'console', 'telegram'])
      for (const op of ops)
        for (const claim of [{}, metadata, { scope_id: 'guild-1' }])
          expect(await act({ ...op, chat_id: 'c1', metadata: claim }, platform)).toMatchObject(declined);
  });

  it('stays closed where another platform has a chat of the same id', async () => {
    await bind('u1', await idOf('gw-1'), 'telegram');
    await edge().message(ada, said('1'));
    await endRun();
    await edge('telegram').message(ada, said('2'));
    expect(await act({ op: 'send', chat_id: 'c1', metadata })).toMatchObject(declined);
    expect(await act({ op: 'send', chat_id: 'c1', metadata }, 'telegram')).toMatchObject(letThrough);
    world.restart();
    gateway = await world.enter('gw-1');
    gateway.hello();
    await edge('telegram').message(ada, said('3'));
    expect(await act({ op: 'send', chat_id: 'c1', metadata }, 'discord')).toMatchObject(declined);
    expect(await act({ op: 'send', chat_id: 'c1', metadata })).toMatchObject(declined);
  });

  it('is not reached as a thread of a chat that is open', async () => {
    const channel = { chat_type: 'channel', scope_id: 'guild-1' } as const;
    await edge().message(ada, said('1', { ...channel, chat_type: 'thread', chat_id: 't1', thread_id: 't1' }));
    await endRun();
    await edge().message(ada, said('2', { ...channel, chat_id: 'c1' }));
    const to = (thread_id: string) => act({ op: 'send', chat_id: 'c1', metadata: { thread_id } }, 'discord');
    expect(await to('t1')).toMatchObject(declined);
    expect(await to('t2')).toMatchObject(letThrough);
  });
});

it('a thread of another tenant is not reached through a chat of its own', async () => {
  const { enrollmentToken } = await world.relay.instances.mintEnrolment({ tenant: 'other' }, operator);
  await world.relay.instances.enroll({ enrollmentToken, gatewayId: 'gw-other' });
  await world.db.relayChat.create({
    data: { instanceId: await idOf('gw-other'), platform: 'discord', chatId: 't9' },
  });
  await edge().message(ada, said('1'));
  expect(await act({ op: 'send', chat_id: 'c1', metadata: { thread_id: 't9' } }, 'discord')).toMatchObject(declined);
});

it('a message is sent to the platform it names, where two of them number their chats alike', async () => {
  await bind('u1', await idOf('gw-1'), 'telegram');
  await edge().message(ada, said('1'));
  await eventually(async () => expect(await world.db.relayChat.count()).toBe(1));
  const seen = createSeenChats({ db: world.db });
  const guard = createEgressGuard({ db: world.db, seen, isEnded: () => false });
  const instance = await world.relay.instances.require('gw-1');
  seen.note(instance.id, { platform: 'telegram', chatId: 'c1', scopeId: null });
  for (const platform of ['discord', 'telegram']) {
    const claim = { platform, chatId: 'c1', scopeId: null, userId: null, threadId: null };
    expect(await guard.judge(instance, claim)).toEqual({ platform });
  }
});

describe('an answer to a prompt', () => {
  const pressed = (): InboundEvent => ({
    ...said('Yes', { chat_id: 'shared', chat_type: 'group' }),
    prompt_response: { prompt_id: 'p1', option_id: 'approve' },
  });

  it('of an author of another instance reaches neither instance', async () => {
    await world.provision('gw-2');
    await bind('u2', await idOf('gw-2'));
    const other = await world.enter('gw-2');
    other.hello();
    const instanceId = await idOf('gw-1');
    expect(await edge().answer(bo, pressed(), instanceId)).toBe(false);
    expect(await edge().answer({ userId: 'u3', userName: null }, pressed(), instanceId)).toBe(false);
    expect([gateway.texts(), other.texts()]).toEqual([[], []]);
    expect(await edge().answer(ada, pressed(), instanceId)).toBe(true);
    expect([gateway.texts(), other.texts()]).toEqual([['Yes'], []]);
  });

  it('that could not be kept leaves the prompt open, and of two operators one is heard', async () => {
    await world.send('hi', 'gw-1', 'talk');
    const options = [{ id: 'y', label: 'Yes' }];
    await act({ op: 'prompt', chat_id: 'talk', prompt_kind: 'confirm', prompt_id: 'p1', options }, 'console');
    const answer = () =>
      world.relay.send('gw-1', { chatId: 'talk', text: 'Yes', prompt: { id: 'p1', optionId: 'y' } }, operator);
    gateway.leave();
    world.failAudit(true);
    await expect(answer()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    gateway = await world.enter('gw-1');
    gateway.hello();
    const outcomes = await Promise.allSettled([answer(), answer(), answer()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(gateway.texts()).toEqual(['Yes']);
  });
});

it('a thread of one chat is not renamed from another, and nobody is told so', async () => {
  for (const chat of ['one', 'two']) await world.send('hi', 'gw-1', chat);
  const { thread_id } = await act({ op: 'thread_create', chat_id: 'one', name: 'plans' }, 'console');
  await act({ op: 'send', chat_id: 'one', metadata: { thread_id } }, 'console');
  const told = world.events.length;
  const rename = { op: 'thread_rename', chat_id: 'two', name: 'forged', metadata: { thread_id } };
  expect(await act(rename, 'console')).toMatchObject({ code: 'not_found' });
  expect(JSON.stringify(world.events.slice(told))).not.toContain('forged');
});

it('the gateway of one tenant does not begin where a revoked one of another ended', async () => {
  await world.relay.revoke('gw-1', 'gone', operator);
  const { enrollmentToken } = await world.relay.instances.mintEnrolment({ tenant: 'other' }, operator);
  const enrolled = world.relay.instances.enroll({ enrollmentToken, gatewayId: 'gw-1' });
  await expect(enrolled).rejects.toMatchObject({ code: 'RELAY_INSTANCE_EXISTS' });
  expect(await world.relay.get('gw-1')).toMatchObject({ tenant: 'default', status: 'disabled' });
});

it('acknowledgements of nothing and empty lines count as frames: a flood of them ends the connection', async () => {
  const acks = Array.from({ length: limits.framesBurst * 2 }, (_, n) => `{"type":"inbound_ack","bufferId":"b${n}"}\n`);
  for (const flood of [acks.join(''), '\n'.repeat(limits.framesBurst * 2)]) {
    let left = limits.framesBurst;
    const closes: string[] = [];
    const connection = await world.relay.door.enter(await world.relay.instances.require('gw-1'), {
      send: async () => undefined,
      close: (name) => void closes.push(name),
      withinLimit: () => {
        left -= 1;
        return left >= 0;
      },
    });
    connection?.read(flood);
    expect(closes).toEqual(['tooFast']);
    expect(connection?.skipped.unasked).toBeLessThanOrEqual(limits.framesBurst + 1);
  }
});
