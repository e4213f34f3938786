/** Whose message reaches whom, and where an instance may send. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createRelayIntake } from '@/lib/relay/intake';
import { createRelayLinking } from '@/lib/relay/linking';
import type { InboundEvent } from '@/lib/relay/protocol/inbound';
import { createSeenChats } from '@/lib/relay/seen-chats';
import type { LiveRun } from '@/lib/runs/live-runs';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { quietAudit } from '@/test/support/quiet-audit';
import { operator, type PlayedGateway, type RelayWorld, relayWorld, said } from './world';

covers('relay.author-first', 'relay.link-code', 'relay.egress');

let world: RelayWorld;
let mira: PlayedGateway;
beforeEach(async () => {
  world = await relayWorld();
  await world.provision('gw-mira', { routeKeys: ['guild-1'] });
  mira = await world.enter('gw-mira');
  mira.hello();
});
afterEach(() => world.close());

/** The way in of any platform, with what it posts. */
function intakeOf(audit = quietAudit()) {
  const posted: Array<{ instanceId: string; text: string }> = [];
  const linking = createRelayLinking({ db: world.db, audit, clock: world.clock });
  const intake = createRelayIntake({
    ...{ audit, linking, seen: createSeenChats({ db: world.db }), onLinked: () => undefined },
    sessions: { speak: async () => ({ id: 'run_1' }) as LiveRun },
    post: async (instanceId, { content }) => {
      posted.push({ instanceId, text: content.kind === 'inbound' ? content.event.text : content.kind });
      return null;
    },
  });
  const receive = (event: InboundEvent, userId = 'u1', tenant = 'default') =>
    intake.receive({
      author: { tenant, platform: 'discord', userId, userName: null },
      ...{ source: event.source, content: { kind: 'inbound', event } },
    });
  return { audit, posted, receive };
}

const bind = (userId: string, instanceId: string, tenant = 'default') =>
  world.db.relayBinding.create({
    data: { ...{ tenant, platform: 'discord', userId, instanceId }, boundAt: new Date(world.clock.now()) },
  });

describe('a message', () => {
  it('reaches the instance of its author and no other, and an unlinked one nobody', async () => {
    const { audit, posted, receive } = intakeOf();
    await bind('u1', 'rly_1');
    await bind('u2', 'rly_2');
    expect(await receive(said('hi'))).toMatchObject({ outcome: 'delivered', instanceId: 'rly_1' });
    expect(await receive(said('hi'), 'u3')).toEqual({ outcome: 'unlinked' });
    expect(await receive(said('hi'), 'u1', 'other-tenant')).toEqual({ outcome: 'unlinked' });
    expect(posted).toEqual([{ instanceId: 'rly_1', text: 'hi' }]);
    expect(audit.events.filter(({ outcome }) => outcome === 'refused')).toHaveLength(2);
    expect(JSON.stringify(audit.events)).not.toContain('"hi"');
  });

  it('goes by who was observed, whatever the message says of its author', async () => {
    const { posted, receive } = intakeOf();
    await bind('u1', 'rly_1');
    await receive(said('forged', { user_id: 'u1' }), 'u9');
    expect(posted).toEqual([]);
  });
});

it('authors without number may speak at the same moment', async () => {
  const { posted, receive } = intakeOf();
  await bind('u399', 'rly_1');
  await Promise.all(Array.from({ length: 400 }, (_, index) => receive(said('hi'), `u${index}`)));
  expect(posted).toHaveLength(1);
});

it('an author is bound, bound elsewhere and bound no more from the very next message on', async () => {
  const { receive } = intakeOf();
  await world.provision('gw-second');
  const { id: first } = await world.relay.get('gw-mira');
  const { id: second } = await world.relay.get('gw-second');
  const linking = createRelayLinking({ db: world.db, audit: world.audit, clock: world.clock });
  const author = { tenant: 'default', platform: 'discord', userId: 'u1', userName: null };
  expect(await linking.boundTo(author)).toBeNull();
  for (const [gateway, id] of [
    ['gw-mira', first],
    ['gw-second', second],
  ] as const) {
    const { code } = await world.relay.linkCode(gateway, operator);
    expect(await linking.redeem(code, author)).toBe(id);
    expect(await linking.boundTo(author)).toBe(id);
  }
  await world.relay.revoke('gw-second', 'It was lost.', operator);
  linking.forget(second);
  expect(await linking.boundTo(author)).toBeNull();
  expect(await receive(said('hi'))).toEqual({ outcome: 'unlinked' });
});

describe('a link code', () => {
  it('is taken out however its command is written, and a word that begins alike is none', async () => {
    const { posted, receive } = intakeOf();
    await bind('u1', 'rly_1');
    for (const text of ['/link@gatehouse_bot WRONG', '/link WRONG please', '/link\nWRONG', '/link'])
      expect(await receive(said(text), text), text).toEqual({ outcome: 'refused' });
    await receive(said('/linked lists are slow'));
    expect(posted).toMatchObject([{ text: '/linked lists are slow' }]);
  });

  it('binds its user once, is consumed, and is on the record without itself', async () => {
    const { code } = await world.relay.linkCode('gw-mira', operator);
    await world.send(` /link ${code.toLowerCase()} `, 'gw-mira');
    expect(mira.texts()).toEqual([]);
    const { boundUsers } = await world.relay.get('gw-mira');
    expect(boundUsers).toMatchObject([{ platform: 'console', userId: 'op_1', userName: 'mira@example.com' }]);
    await expect(world.send(`/link ${code}`, 'gw-mira')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(mira.texts()).toEqual([]);
    expect(await world.everything()).not.toMatch(new RegExp(code, 'i'));
  });

  it('is over after ten minutes, and good in its own tenant alone', async () => {
    const { receive } = intakeOf();
    const { code } = await world.relay.linkCode('gw-mira', operator);
    expect(await receive(said(`/link ${code}`), 'u1', 'other-tenant')).toEqual({ outcome: 'refused' });
    world.clock.advance(limits.relayLinkCodeMs);
    expect(await receive(said(`/link ${code}`))).toEqual({ outcome: 'refused' });
  });

  it('in a group is a message like any other: all there have read it', async () => {
    const { posted, receive } = intakeOf();
    const { code } = await world.relay.linkCode('gw-mira', operator);
    expect(await receive(said(`/link ${code}`, { chat_type: 'group' }))).toEqual({ outcome: 'unlinked' });
    expect(posted).toEqual([]);
  });

  it('tried 1,000 times is not looked at after the fifth, a right one neither, and others are not held up', async () => {
    const { audit, receive } = intakeOf();
    const { code } = await world.relay.linkCode('gw-mira', operator);
    const codes: string[] = [];
    for (let tried = 0; tried < 1_000; tried += 1) {
      const outcome = await receive(said(`/link WRONG${tried}`)).then(
        (result) => result.outcome,
        (error: { code: string }) => error.code,
      );
      codes.push(outcome);
    }
    expect(codes.slice(0, 5)).toEqual(Array(5).fill('refused'));
    expect(new Set(codes.slice(5))).toEqual(new Set(['RATE_LIMITED']));
    expect(audit.events).toHaveLength(5);
    await expect(receive(said(`/link ${code}`))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await receive(said(`/link ${code}`), 'u2')).toMatchObject({ outcome: 'linked' });
    world.clock.advance(limits.relayLinkCodeMs);
    expect(await receive(said('/link again'))).toEqual({ outcome: 'refused' });
  });
});

describe('an action', () => {
  let asked = 0;
  async function ask(action: object, gateway = mira, platform?: string) {
    asked += 1;
    const requestId = `r${asked}`;
    gateway.say({ type: 'outbound', requestId, action, ...(platform && { platform }) });
    const { result } = await gateway.frame((frame) => frame.requestId === requestId);
    return result;
  }
  const declined = (platform: string) => ({
    success: false,
    error: `${platform} egress declined: target not routed to an onboarded tenant`,
    code: 'egress_declined',
  });

  it('to a chat it received something from is done, and shown to operators', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    const sent = await ask({ op: 'send', chat_id: 'talk', content: 'hello' }, mira, 'discord');
    expect(sent).toMatchObject({ success: true });
    const { message_id } = sent as { message_id: string };
    expect(await ask({ op: 'edit', chat_id: 'talk', message_id, content: 'hello!' })).toMatchObject({ success: true });
    await eventually(async () => {
      const { items } = await world.relay.messages('gw-mira', { limit: 10 });
      expect(items.map(({ author, text }) => [author, text]).sort()).toEqual([
        ['gateway', 'hello!'],
        ['operator', 'hi'],
      ]);
    });
    expect(world.events.filter(({ type }) => type === 'relay.message')).toHaveLength(3);
  });

  it('to a chat of another instance is declined as one to nowhere is, and shown with its reason', async () => {
    const { enrollmentToken } = await world.relay.instances.mintEnrolment({ tenant: 'other' }, operator);
    await world.relay.instances.enroll({ enrollmentToken, gatewayId: 'gw-other' });
    await world.send('secret', 'gw-other', 'theirs');
    const targets = [
      { chat_id: 'theirs' },
      { chat_id: 'theirs', metadata: { scope_id: 'guild-1' } },
      { chat_id: 'nowhere' },
      { chat_id: 'nowhere', metadata: { scope_id: 'guild-2' } },
      { chat_id: 'nowhere', metadata: { user_id: 'u1' } },
    ];
    for (const target of targets)
      expect(await ask({ op: 'send', content: 'x', ...target })).toEqual(declined('console'));
    const { denials } = await world.relay.get('gw-mira');
    expect(denials).toHaveLength(targets.length);
    expect(denials[0]).toMatchObject({ op: 'send', platform: 'console', chatId: 'nowhere' });
    expect(await world.actions()).not.toContain('relay.outbound');
  });

  it('with a forged scope for its own chat is declined', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    const { id: instanceId } = await world.relay.get('gw-mira');
    await eventually(async () => {
      const { count } = await world.db.relayChat.updateMany({ where: { instanceId }, data: { scopeId: 'guild-1' } });
      expect(count).toBe(1);
    });
    world.restart();
    mira = await world.enter('gw-mira');
    mira.hello();
    const to = (scope_id: string) => ask({ op: 'send', chat_id: 'talk', content: 'x', metadata: { scope_id } });
    expect(await to('guild-2')).toEqual(declined('console'));
    expect(await to('guild-1')).toMatchObject({ success: true });
  });

  it('to its own tenant, by a scope or a bound author, is let through to what the platform can do', async () => {
    await bind('u1', 'rly_any');
    for (const metadata of [{ scope_id: 'guild-1' }, { user_id: 'u1' }])
      expect(await ask({ op: 'send', chat_id: 'new', content: 'x', metadata }, mira, 'discord')).toEqual({
        ...{ success: false, error: 'unsupported op' },
      });
  });

  it('that no platform offers, or that is malformed, has its answer', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    expect(await ask({ op: 'pay' })).toEqual({ success: false, error: 'unsupported op' });
    expect(await ask({ op: 'react', chat_id: 'talk', message_id: 'm', emoji: '👍' })).toMatchObject({
      error: 'unsupported op',
    });
    expect(await ask({ op: 'send', chat_id: 'talk' })).toMatchObject({ code: 'malformed' });
    expect(await ask({ op: 'send', chat_id: 'talk', content: 'x'.repeat(limits.relayTextChars + 1) })).toMatchObject({
      ...{ success: false, code: 'too_long' },
    });
    expect(await ask({ op: 'edit', chat_id: 'talk', message_id: 'msg_none', content: 'x' })).toMatchObject({
      code: 'not_found',
    });
  });

  it('under a requestId that comes again is answered as before and not done again', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    const frame = { type: 'outbound', requestId: 'same', action: { op: 'send', chat_id: 'talk', content: 'once' } };
    mira.say(frame, frame);
    const first = await mira.frame(({ requestId }) => requestId === 'same');
    mira.say({ ...frame, action: { op: 'send', chat_id: 'talk', content: 'other' } });
    await ask({ op: 'typing', chat_id: 'talk' });
    const answers = mira.frames.filter(({ requestId }) => requestId === 'same');
    expect(answers).toEqual([first, first, first]);
    const { items } = await world.relay.messages('gw-mira', { limit: 10 });
    expect(items.filter(({ author }) => author === 'gateway').map(({ text }) => text)).toEqual(['once']);
  });

  it('that cannot be put on the record is not done', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    world.failAudit(true);
    expect(await ask({ op: 'send', chat_id: 'talk', content: 'x' })).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    const { items } = await world.relay.messages('gw-mira', { limit: 10 });
    expect(items.every(({ author }) => author === 'operator')).toBe(true);
  });
});

describe('a prompt', () => {
  it('is shown as its options, and the choice goes back as an event, once', async () => {
    await world.send('hi', 'gw-mira', 'talk');
    const options = [
      { id: 'y', label: 'Yes', style: 'primary' },
      { id: 'n', label: 'No' },
    ];
    const prompt = { op: 'prompt', chat_id: 'talk', prompt_kind: 'confirm', prompt_id: 'p1', content: 'Go?', options };
    mira.say({ type: 'outbound', requestId: 'p', action: prompt });
    await mira.frame(({ requestId }) => requestId === 'p');
    const answer = (optionId: string) =>
      world.relay.send('gw-mira', { chatId: 'talk', text: 'Yes', prompt: { id: 'p1', optionId } }, operator);
    await expect(answer('maybe')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await answer('y');
    const { event } = await mira.frame(({ event: got }) => (got as InboundEvent | undefined)?.prompt_response != null);
    expect(event).toMatchObject({ prompt_response: { prompt_id: 'p1', option_id: 'y' } });
    await expect(answer('n')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('an interrupt', () => {
  it('names one session of one chat to a gateway that is there, and is on the record both ways', async () => {
    expect(await world.relay.interrupt('gw-mira', { chatId: 'talk' }, operator)).toBe(true);
    const session_key = 'agent:main:console:dm:talk';
    expect(mira.frames.at(-1)).toEqual({ type: 'interrupt_inbound', session_key, chat_id: 'talk' });
    mira.say({ type: 'interrupt', session_key, reason: 'stop' });
    mira.leave();
    expect(await world.relay.interrupt('gw-mira', { chatId: 'talk' }, operator)).toBe(false);
    const { id } = await world.relay.get('gw-mira');
    const rows = await world.db.auditRow.findMany({ where: { action: 'relay.interrupt' }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ actor }) => actor)).toEqual(['operator:op_1', `gateway:${id}`, 'operator:op_1']);
  });
});

describe('a gateway', () => {
  it('gets no descriptor beyond its identities, and what it says in vain is counted', () => {
    for (let n = 0; n < 100; n += 1) mira.say({ type: 'hello', platform: `p${n}`, botId: 'b' });
    expect(mira.frames.filter(({ type }) => type === 'descriptor')).toHaveLength(limits.relayIdentities);
    mira.connection.read('{"type":"presence"}\nnot json\n{"type":"inbound_ack"}\n');
    expect(mira.connection.skipped).toMatchObject({ malformed: 2, unknown: 1 });
  });

  it('is closed by a frame over 1 MiB, in however many messages', () => {
    for (let sent = 0; sent < 4; sent += 1) mira.connection.read('x'.repeat(256 * 1024));
    expect(mira.closes).toMatchObject([{ name: 'tooLarge' }]);
  });
});
