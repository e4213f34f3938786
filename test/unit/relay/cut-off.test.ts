/** What is on its way while an operator ends an instance or a run: it leaves nothing behind, and does nothing after. */
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { operator, type PlayedGateway, type RelayWorld, relayWorld, said } from './world';

covers('relay.revoked', 'relay.runs', 'relay.media');

let world: RelayWorld;
let gateway: PlayedGateway;
let instanceId: string;
const ada = { userId: 'u1', userName: 'Ada' };
const discord = () => world.relay.edgeOf({ name: 'discord', tenant: 'default' });
const revoked = { status: 'revoked', action: 'run.revoke', tokenReason: 'manual', reason: 'Enough.' } as const;
const bind = () =>
  world.db.relayBinding.create({
    data: { tenant: 'default', platform: 'discord', userId: 'u1', instanceId, boundAt: new Date(0) },
  });
const revoke = () => world.relay.revoke('gw-1', 'gone', operator);
/** All that could let anybody in, reach it or wait for it. */
const left = async () => ({
  bindings: await world.db.relayBinding.count(),
  codes: await world.db.relayLinkCode.count({ where: { usedAt: null } }),
  chats: await world.db.relayChat.count(),
  buffered: await world.db.relayBuffered.count(),
  media: await world.db.relayMedia.count(),
  runs: world.runs.live.all().length,
});
const nothing = { bindings: 0, codes: 0, chats: 0, buffered: 0, media: 0, runs: 0 };

beforeEach(async () => {
  world = await relayWorld();
  await world.provision();
  ({ id: instanceId } = await world.relay.get('gw-1'));
  gateway = await world.enter('gw-1');
  gateway.hello();
});
afterEach(() => world.close());

describe('a revoke leaves nothing of', () => {
  it('messages that were being received, from a first one of an author on', async () => {
    await bind();
    for (let awaited = 0; awaited < 12; awaited += 1) {
      const coming = [1, 2, 3].map((n) => discord().message(ada, said(String(n), { chat_id: `c${n}` })));
      const settled = Promise.allSettled(coming);
      for (let turn = 0; turn < awaited; turn += 1) await new Promise(setImmediate);
      await revoke();
      await settled;
      await world.actions();
      expect(await left()).toEqual(nothing);
      await world.provision();
      await bind();
      gateway = await world.enter('gw-1');
      gateway.hello();
      const action = { op: 'send', chat_id: 'c1', content: 'x' };
      gateway.say({ type: 'outbound', requestId: `r${awaited}`, action });
      const { result } = await gateway.frame(({ requestId }) => requestId === `r${awaited}`);
      expect(result).toMatchObject({ code: 'egress_declined' });
    }
  });

  it('link codes that were being minted or redeemed', async () => {
    for (let awaited = 0; awaited < 8; awaited += 1) {
      const { code } = await world.relay.linkCode('gw-1', operator);
      const minting = world.relay.linkCode('gw-1', operator);
      const linking = discord().message(ada, said(`/link ${code}`));
      const settled = Promise.allSettled([minting, linking]);
      for (let turn = 0; turn < awaited; turn += 1) await new Promise(setImmediate);
      await revoke();
      await settled;
      await world.actions();
      expect(await left()).toEqual(nothing);
      await world.provision();
      expect(await discord().message(ada, said('hello'))).toEqual({ outcome: 'unlinked' });
    }
  });

  it('a file that was still being uploaded', async () => {
    const bytes = new PassThrough();
    const uploading = world.relay.media.keep(instanceId, { name: 'a', mime: 'text/plain', bytes }, 'gateway:x');
    const refused = expect(uploading).rejects.toMatchObject({ code: 'RELAY_INSTANCE_DISABLED' });
    bytes.write('half');
    await revoke();
    bytes.end('done');
    await refused;
    expect(await left()).toEqual(nothing);
  });

  it('actions that were on their way: none is done after it', async () => {
    await world.send('hi', 'gw-1', 'talk');
    const action = { op: 'send', chat_id: 'talk', content: 'late' };
    for (let n = 0; n < limits.relayActionsInFlight; n += 1)
      gateway.say({ type: 'outbound', requestId: `r${n}`, action });
    await revoke();
    const said = async () => (await world.relay.messages('gw-1', { limit: 200 })).items.length;
    const before = await said();
    await world.actions();
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(await said()).toBe(before);
  });
});

it('the end of a run stops the actions of its chat that were on their way', async () => {
  await world.send('hi', 'gw-1', 'talk');
  const action = { op: 'send', chat_id: 'talk', content: 'late' };
  for (let n = 0; n < 50; n += 1) gateway.say({ type: 'outbound', requestId: `r${n}`, action });
  for (const { id } of world.runs.live.all()) await world.runs.runs.endBySystem(id, revoked);
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, n) => gateway.frame(({ requestId }) => requestId === `r${n}`)),
  );
  const { items } = await world.relay.messages('gw-1', { limit: 200 });
  const done = results.filter(({ result }) => (result as { success: boolean }).success);
  expect(items.filter(({ author }) => author === 'gateway')).toHaveLength(done.length);
  expect(results.at(-1)?.result).toMatchObject({ code: 'egress_declined' });
});

describe('uploads at once', () => {
  const slow = () => {
    const bytes = new PassThrough();
    bytes.write('x');
    return bytes;
  };
  const put = (bytes: Readable) =>
    world.relay.media.keep(instanceId, { name: 'a', mime: 'text/plain', bytes }, `gateway:${instanceId}`);

  it('are so many of an instance and no more, and the others are not held up', async () => {
    await world.provision('gw-2');
    const { id: other } = await world.relay.get('gw-2');
    const open = Array.from({ length: limits.relayMediaUploads }, slow);
    const kept = open.map(put);
    await expect(put(slow())).rejects.toMatchObject({ code: 'CAPACITY' });
    const bytes = Readable.from([Buffer.from('x')]);
    await world.relay.media.keep(other, { name: 'a', mime: 'text/plain', bytes }, `gateway:${other}`);
    for (const one of open) one.end();
    await Promise.all(kept);
    expect(await put(Readable.from([Buffer.from('again')]))).toMatchObject({ bytes: 5 });
  });

  it('count with what they may become', async () => {
    const row = { instanceId, name: 'x', mime: 'text/plain', sha256: '', createdAt: new Date(0) };
    const bytes = limits.relayMediaInstanceBytes - limits.relayMediaBytes;
    const expiresAt = new Date(world.clock.now() + 1_000);
    await world.db.relayMedia.create({ data: { ...row, id: 'med_big', bytes, expiresAt } });
    const first = slow();
    const kept = put(first);
    await expect(put(slow())).rejects.toMatchObject({ code: 'CAPACITY' });
    first.end();
    expect(await kept).toMatchObject({ bytes: 1 });
    await eventually(async () => expect(await world.db.relayMedia.count()).toBe(2));
  });
});
