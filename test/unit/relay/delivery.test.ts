/** What reaches a gateway, when, and in which order. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { createLog } from '@/lib/platform/log';
import { createMailbox } from '@/lib/relay/mailbox';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type PlayedGateway, type RelayWorld, relayWorld, said } from './world';

covers('relay.order', 'relay.buffer');

let world: RelayWorld;
beforeEach(async () => {
  world = await relayWorld();
  await world.provision();
});
afterEach(() => world.close());

const depth = async () => (await world.relay.get('gw-1')).buffer.events;
const ackAll = (gateway: PlayedGateway, from = 0) => {
  for (const { bufferId } of gateway.frames.slice(from))
    if (bufferId !== undefined) gateway.say({ type: 'inbound_ack', bufferId });
};
async function idle(gateway: PlayedGateway): Promise<void> {
  gateway.say({ type: 'going_idle' });
  await gateway.frame(({ type }) => type === 'going_idle_ack');
}

describe('a gateway that is awake', () => {
  it('gets its descriptor for each hello, then messages at once and without a bufferId', async () => {
    const gateway = await world.enter('gw-1');
    gateway.hello();
    expect(gateway.frames).toMatchObject([{ type: 'descriptor', descriptor: { platform: 'console' } }]);
    expect(await world.send('hi')).toMatchObject({ bufferId: null });
    const { event, bufferId } = await gateway.frame(({ type }) => type === 'inbound');
    expect(bufferId).toBeUndefined();
    expect(event).toMatchObject({
      text: 'hi',
      source: { platform: 'console', chat_id: 'chat-1', chat_type: 'dm', user_id: 'op_1', thread_id: null },
    });
  });

  it('gets nothing before its handshake, and then what came before', async () => {
    const gateway = await world.enter('gw-1');
    expect((await world.send('early')).bufferId).not.toBeNull();
    expect(gateway.frames).toEqual([]);
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['early']));
  });

  it('that stops reading is cut off, and what it did not take is stored in its order', async () => {
    const gateway = await world.enter('gw-1');
    gateway.hello();
    gateway.stall(true);
    const sent = ['1', '2', '3'].map((text) => world.send(text));
    await eventually(() => expect(gateway.frames.length).toBe(1));
    gateway.connection.close('tooFast');
    for (const one of sent) expect((await one).bufferId).not.toBeNull();
    const next = await world.enter('gw-1');
    next.hello();
    await eventually(() => expect(next.texts()).toEqual(['1', '2', '3']));
  });
});

describe('a gateway that sleeps', () => {
  it('has its messages stored from before the acknowledgement of going idle', async () => {
    const gateway = await world.enter('gw-1');
    gateway.hello();
    gateway.say({ type: 'going_idle' });
    expect((await world.send('after')).bufferId).not.toBeNull();
    await gateway.frame(({ type }) => type === 'going_idle_ack');
    expect(gateway.texts()).toEqual([]);
    expect(await world.relay.get('gw-1')).toMatchObject({ status: 'idle', buffer: { events: 1 } });
  });

  it('gets them in order on its next handshake, and nothing overtakes them', async () => {
    const first = await world.enter('gw-1');
    first.hello();
    await idle(first);
    first.leave();
    for (const text of ['1', '2', '3']) await world.send(text);
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['1', '2', '3']));
    expect((await world.send('4')).bufferId).not.toBeNull();
    await eventually(() => expect(gateway.texts()).toEqual(['1', '2', '3', '4']));
    ackAll(gateway);
    await eventually(async () => expect(await depth()).toBe(0));
    expect((await world.send('5')).bufferId).toBeNull();
    expect(gateway.texts()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('gets again what it did not acknowledge, also after the server died, and nothing else', async () => {
    for (const text of ['1', '2', '3']) await world.send(text);
    const first = await world.enter('gw-1');
    first.hello();
    await eventually(() => expect(first.texts()).toHaveLength(3));
    first.say({ type: 'inbound_ack', bufferId: first.frames[1]?.bufferId });
    await eventually(async () => expect(await depth()).toBe(2));
    world.restart();
    const second = await world.enter('gw-1');
    second.hello();
    await eventually(() => expect(second.texts()).toEqual(['2', '3']));
    expect(second.frames.slice(1).map(({ bufferId }) => bufferId)).toEqual(
      first.frames.slice(2).map(({ bufferId }) => bufferId),
    );
  });

  it('may acknowledge while it goes idle, and is awake again by another hello', async () => {
    await world.send('1');
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['1']));
    await idle(gateway);
    ackAll(gateway);
    await eventually(async () => expect(await depth()).toBe(0));
    await world.send('2');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['1', '2']));
  });
});

describe('an acknowledgement', () => {
  it('of nothing that waits, or the second time, is counted and does nothing', async () => {
    await world.send('1');
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['1']));
    gateway.say({ type: 'inbound_ack', bufferId: 'buf_of_another' });
    ackAll(gateway);
    ackAll(gateway);
    expect(gateway.connection.skipped.unasked).toBe(2);
    await eventually(async () => expect(await depth()).toBe(0));
    expect((await world.send('2')).bufferId).toBeNull();
  });
});

describe('a buffer', () => {
  it('keeps more than it sends without an acknowledgement, and empties in order', async () => {
    const count = limits.relayReplayWindow * 3;
    for (let n = 0; n < count; n += 1) await world.send(String(n));
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toHaveLength(limits.relayReplayWindow));
    for (let seen = 0; seen < gateway.frames.length; ) {
      const upTo = gateway.frames.length;
      ackAll(gateway, seen);
      seen = upTo;
      await eventually(async () => expect((await depth()) === 0 || gateway.frames.length > upTo).toBe(true));
    }
    expect(gateway.texts()).toEqual(Array.from({ length: count }, (_, n) => String(n)));
    expect(await depth()).toBe(0);
  });

  it('drops what is too old, counts it and has it on the record', async () => {
    await world.send('old');
    world.clock.advance(limits.relayBufferMs - 1_000);
    await world.send('new');
    world.clock.advance(2_000);
    await world.relay.sweep();
    expect((await world.relay.get('gw-1')).buffer).toMatchObject({ events: 1, dropped: 1 });
    expect(await world.actions()).toContain('relay.drop');
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['new']));
  });

  it('that is full by count or by bytes refuses what is new, counts it, and keeps what it took', async () => {
    const { id: instanceId } = await world.relay.get('gw-1');
    const { db, audit, clock } = world;
    const mailbox = createMailbox({
      ...{ instanceId, db, audit, clock, log: createLog('silent'), depth: { events: 0, bytes: 0 } },
      ...{ capacity: { events: 3, bytes: 2_000 }, onDepth: () => undefined, onWaiting: () => undefined },
    });
    const record = { actor: 'author:discord:u1', action: 'relay.message', target: instanceId };
    const post = (text: string) =>
      mailbox.post({ content: { kind: 'inbound', event: said(text) }, record, companions: [] });
    await Promise.all([post('1'), post('2')]);
    await expect(post('x'.repeat(2_000))).rejects.toMatchObject({ code: 'RELAY_BUFFER_FULL' });
    await post('3');
    await expect(post('4')).rejects.toMatchObject({ code: 'RELAY_BUFFER_FULL' });
    expect(mailbox.depth().events).toBe(3);
    expect((await world.relay.get('gw-1')).buffer.dropped).toBe(2);
    const refused = await db.auditRow.findMany({ where: { outcome: 'failed' } });
    expect(refused.map(({ data }) => JSON.parse(data))).toEqual(Array(2).fill({ because: 'full', dropped: 1 }));
    expect(await db.relayBuffered.count()).toBe(3);
  });

  it('that cannot be written takes nothing', async () => {
    world.failAudit(true);
    await expect(world.send('1')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    await world.send('2');
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await eventually(() => expect(gateway.texts()).toEqual(['2']));
  });
});

it('loses nothing and keeps the order, however it sleeps, wakes, dies and acknowledges', async () => {
  const step = fc.constantFrom('send', 'send', 'send', 'dial', 'idle', 'leave', 'ack', 'restart');
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      round += 1;
      const id = `gw-round-${round}`;
      await world.provision(id);
      let gateway: PlayedGateway | undefined;
      let sent = 0;
      const got: string[] = [];
      const acknowledge: unknown[] = [];
      /** What arrived: again what it had, or the very next. */
      const collect = () => {
        for (const { type, event, bufferId } of gateway?.frames.splice(0) ?? []) {
          if (type !== 'inbound') continue;
          const { text } = event as { text: string };
          if (!got.includes(text)) {
            expect(Number(text)).toBe(got.length);
            got.push(text);
          }
          if (bufferId !== undefined) acknowledge.push(bufferId);
        }
      };
      const ack = () => {
        collect();
        for (const bufferId of acknowledge.splice(0)) gateway?.say({ type: 'inbound_ack', bufferId });
      };
      const acts: Record<string, () => unknown> = {
        ack,
        send: () => world.send(String(sent++), id),
        dial: async () => {
          gateway = await world.enter(id);
          gateway.hello();
        },
        idle: () => gateway && idle(gateway).catch(() => undefined),
        leave: () => {
          gateway?.leave();
          gateway = undefined;
        },
        restart: () => {
          acts.leave?.();
          world.restart();
        },
      };
      for (const one of [...steps, 'dial']) {
        // What was sent is looked at before the sleep frame is, which the test reads out of the same list.
        collect();
        await acts[one]?.();
        collect();
      }
      await eventually(
        () => {
          ack();
          expect(got).toHaveLength(sent);
        },
        { everyMs: 1 },
      );
    }),
    { numRuns: 25 },
  );
});
