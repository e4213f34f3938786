/** Sessions as runs: whose they are, what a follow-up may name, and what an end cuts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import type { PlatformEdge } from '@/lib/relay/platforms/platform';
import { sessionKeyOf } from '@/lib/relay/protocol/session-key';
import { createSeenChats } from '@/lib/relay/seen-chats';
import { createRelaySessions } from '@/lib/relay/sessions';
import { createVault } from '@/lib/relay/vault';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { operator, type PlayedGateway, type RelayWorld, relayWorld, said } from './world';

covers('relay.runs', 'relay.follow-up');

let world: RelayWorld;
let gateway: PlayedGateway;
let discord: PlatformEdge;
let requests = 0;
const ada = { userId: 'u1', userName: 'Ada' };

beforeEach(async () => {
  world = await relayWorld();
  await world.provision();
  const { id: instanceId } = await world.relay.get('gw-1');
  await world.db.relayBinding.create({
    data: { tenant: 'default', platform: 'discord', userId: 'u1', instanceId, boundAt: new Date(0) },
  });
  gateway = await world.enter('gw-1');
  gateway.hello();
  discord = world.relay.edgeOf({ name: 'discord', tenant: 'default' });
});
afterEach(() => world.close());

async function act(action: object, by = gateway) {
  requests += 1;
  const requestId = `r${requests}`;
  by.say({ type: 'outbound', requestId, action });
  return (await by.frame((frame) => frame.requestId === requestId)).result as Record<string, unknown>;
}
const revoked = { status: 'revoked', action: 'run.revoke', tokenReason: 'manual', reason: 'Enough.' } as const;
const liveRuns = () => world.runs.live.all().map(({ id }) => id);

describe('a message', () => {
  it('begins a run of its author, which the next one of the session continues', async () => {
    await Promise.all([discord.message(ada, said('1')), discord.message(ada, said('2'))]);
    await discord.message(ada, said('3'));
    expect(gateway.texts()).toEqual(['1', '2', '3']);
    expect(world.runs.started).toMatchObject([
      { kind: 'relay', principal: { userId: 'u1', platform: 'discord', channelId: 'c1' }, projectId: 'default' },
    ]);
  });

  it('that comes while a run is being begun waits for the one before it', async () => {
    const row = await world.relay.instances.require('gw-1');
    const looked: Array<(found: typeof row) => void> = [];
    const { db, clock } = world;
    const sessions = createRelaySessions({
      ...{ db, clock, runs: world.runs.runs, interrupt: () => undefined },
      ...{ seen: createSeenChats({ db }), vault: createVault({ clock }) },
      requireInstance: () => new Promise((resolve) => looked.push(resolve)),
    });
    const order: string[] = [];
    const speak = (name: string) => sessions.speak(row.id, said('').source, operator).then(() => order.push(name));
    const look = async () => (await eventuallyFound(() => looked.shift()))(row);
    const first = speak('first');
    await look();
    await eventually(() => expect(liveRuns()).toHaveLength(1));
    await eventually(() => expect(looked).toHaveLength(1));
    const second = speak('second');
    await Promise.all([look(), first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('of another chat begins another run', async () => {
    await discord.message(ada, said('1'));
    await discord.message(ada, said('2', { chat_id: 'c2', chat_type: 'group', scope_id: 'guild-1' }));
    expect(world.runs.started.map(({ principal }) => principal.guildId)).toEqual([undefined, 'guild-1']);
  });

  it('goes nowhere where its run cannot be begun, and later ones are not held up', async () => {
    world.failAudit(true);
    await expect(discord.message(ada, said('lost'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    await discord.message(ada, said('kept'));
    expect(gateway.texts()).toEqual(['kept']);
  });

  it('of an author whose id is no id is refused', async () => {
    const stranger = { userId: 'u\u0000', userName: null };
    expect(await discord.message(stranger, said('x'))).toEqual({ outcome: 'unlinked' });
  });
});

describe('the run of a session', () => {
  it('is completed when nobody speaks any more, and its chat stays open', async () => {
    await discord.message(ada, said('1'));
    world.clock.advance(limits.relaySessionIdleMs + 1);
    await world.relay.sweep();
    expect(liveRuns()).toEqual([]);
    expect(await act({ op: 'typing', chat_id: 'c1' })).toMatchObject({ error: 'unsupported op' });
    await discord.message(ada, said('2'));
    expect(world.runs.started).toHaveLength(2);
  });

  it('when revoked interrupts its gateway and closes its chat until its author writes again', async () => {
    await discord.message(ada, said('1'));
    const [runId = ''] = liveRuns();
    await world.runs.runs.endBySystem(runId, revoked);
    const key = 'agent:main:discord:dm:c1';
    expect(await gateway.frame(({ type }) => type === 'interrupt_inbound')).toMatchObject({
      ...{ session_key: key, chat_id: 'c1' },
    });
    const metadata = { user_id: 'u1' };
    for (const again of [false, true]) {
      if (again) {
        world.restart();
        gateway = await world.enter('gw-1');
        gateway.hello();
        discord = world.relay.edgeOf({ name: 'discord', tenant: 'default' });
      }
      const answer = await act({ op: 'send', chat_id: 'c1', content: 'still here', metadata });
      expect(answer).toMatchObject({ code: 'egress_declined' });
      expect(await act({ op: 'follow_up', session_key: key, kind: 'tool_token', content: '' })).toMatchObject({
        code: 'RUN_NOT_ACTIVE',
      });
    }
    await discord.message(ada, said('again'));
    expect(await act({ op: 'send', chat_id: 'c1', content: 'x', metadata })).toMatchObject({ error: 'unsupported op' });
  });

  it('leaves a chat open that another live run of the instance is in', async () => {
    const channel = { chat_id: 'c9', chat_type: 'group' as const, scope_id: 'guild-1' };
    const { id: instanceId } = await world.relay.get('gw-1');
    await world.db.relayBinding.create({
      data: { tenant: 'default', platform: 'discord', userId: 'u2', instanceId, boundAt: new Date(0) },
    });
    await discord.message(ada, said('1', channel));
    await discord.message({ userId: 'u2', userName: 'Bo' }, said('2', channel));
    await world.runs.runs.endBySystem(liveRuns()[0] ?? '', revoked);
    expect(await act({ op: 'send', chat_id: 'c9', content: 'x' })).toMatchObject({ error: 'unsupported op' });
  });

  it('ends with its instance', async () => {
    await discord.message(ada, said('1'));
    await world.relay.revoke('gw-1', 'gone', operator);
    expect(liveRuns()).toEqual([]);
  });
});

describe('a follow-up', () => {
  const source = said('').source;
  const key = sessionKeyOf(source);
  const forward = { bodyB64: 'e30=', platform: 'discord' };
  const capability = { kind: 'interaction', credential: 'of-discord' };
  const followUp = { op: 'follow_up', session_key: key, kind: 'interaction', content: 'done' };

  it('gives the token of the run to its own instance alone', async () => {
    await discord.message(ada, said('1'));
    const [runId] = liveRuns();
    const ask = { op: 'follow_up', session_key: key, kind: 'tool_token', content: '' };
    expect(await act(ask)).toMatchObject({
      ...{ success: true, run_id: runId, token: `gth_tool_of_${runId}`, mcp_url: 'http://gatehouse.test/mcp' },
    });
    await world.provision('gw-2');
    const other = await world.enter('gw-2');
    other.hello();
    expect(await act(ask, other)).toMatchObject({ success: false, code: 'RUN_NOT_ACTIVE' });
    expect(await world.everything()).not.toContain('gth_tool_');
  });

  it('names no capability that is over, of another session, or of another instance', async () => {
    const untilMs = world.clock.now() + 60_000;
    await discord.passthrough(ada, { source, forward, capability: { ...capability, untilMs } });
    await world.provision('gw-2');
    const other = await world.enter('gw-2');
    other.hello();
    const declined = { success: false, code: 'egress_declined' };
    expect(await act(followUp, other)).toMatchObject(declined);
    expect(await act({ ...followUp, kind: 'else' })).toMatchObject(declined);
    expect(await act({ ...followUp, session_key: `${key}1` })).toMatchObject(declined);
    world.clock.advance(60_001);
    expect(await act(followUp)).toMatchObject(declined);
  });

  it('is kept for an author who is linked alone, and the request reaches the gateway byte for byte', async () => {
    const stranger = { userId: 'u2', userName: null };
    const untilMs = world.clock.now() + 60_000;
    const request = { source, forward, capability: { ...capability, untilMs } };
    expect(await discord.passthrough(stranger, request)).toEqual({ outcome: 'unlinked' });
    await discord.passthrough(ada, request);
    const { forward: got } = await gateway.frame(({ type }) => type === 'passthrough_forward');
    expect(got).toEqual(forward);
    expect(JSON.stringify(gateway.frames)).not.toContain('of-discord');
    expect(await world.everything()).not.toContain('of-discord');
  });

  it('waits for a gateway that sleeps, in its own kind of frame', async () => {
    gateway.say({ type: 'going_idle' });
    await gateway.frame(({ type }) => type === 'going_idle_ack');
    await discord.passthrough(ada, { source, forward });
    await discord.message(ada, said('after'));
    gateway.hello();
    await eventually(() => {
      const mail = gateway.frames.filter(({ bufferId }) => bufferId !== undefined);
      expect(mail.map(({ type }) => type)).toEqual(['passthrough_forward', 'inbound']);
    });
  });

  it('that fits no frame is refused before it is stored', async () => {
    const large = { ...forward, bodyB64: Buffer.alloc(limits.framePayloadBytes).toString('base64') };
    await expect(discord.passthrough(ada, { source, forward: large })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
  });
});
