/** Chat platforms as admins set them up: kept, connected, retried, closed, and never shown with a secret. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateRelayPlatformBody } from '@/lib/contracts/relay-platforms';
import type { Actor } from '@/lib/platform/actor';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { createSealer } from '@/lib/platform/sealing';
import { newSecret } from '@/lib/platform/secrets';
import type { openPlatform } from '@/lib/relay/platforms/kinds';
import { type ConnectedPlatform, plainDescriptor } from '@/lib/relay/platforms/platform';
import { createPlatformRegistry } from '@/lib/relay/platforms/registry';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type RelayWorld, relayWorld } from './world';

covers('relay.platforms');

const owner: Actor = {
  ...{ kind: 'operator', id: 'op_2', email: 'owner@example.com', role: 'admin', sessionId: 'ses_2' },
};
const token = 'bot-token-that-nobody-may-see';
const telegram: CreateRelayPlatformBody = { id: 'chat', settings: { kind: 'telegram', botToken: token } };
const webhook: CreateRelayPlatformBody = {
  id: 'support',
  label: 'Support desk',
  settings: { kind: 'webhook', outboundUrl: 'https://desk.example.com/in?key=hidden', allowPrivateHost: false },
};

interface Played {
  name: string;
  token: string | null;
  isClosed: boolean;
  say(state: ConnectedPlatform['state']): void;
}

let world: RelayWorld;
let registries: Array<{ close(): Promise<void> }>;
beforeEach(async () => {
  world = await relayWorld();
  registries = [];
});
afterEach(async () => {
  for (const registry of registries) await registry.close();
  await world.close();
});

const sealer = createSealer(newSecret());

/** Platforms that a test plays, over the world's database. */
function played({ sealedBy = sealer, onOpen = () => undefined as unknown } = {}) {
  const { db, audit, clock } = world;
  const opened: Played[] = [];
  const events: unknown[] = [];
  const removed: string[] = [];
  const changed: string[] = [];
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  bus.subscribe((event) => void events.push(event));
  const open: typeof openPlatform = async ({ settings }, { name, onChanged }) => {
    let state: ConnectedPlatform['state'] = { status: 'starting' };
    const one: Played = {
      ...{ name, isClosed: false, token: settings.kind === 'webhook' ? null : settings.botToken },
      say(next) {
        state = next;
        onChanged();
      },
    };
    opened.push(one);
    await onOpen();
    return {
      name,
      descriptor: { ...plainDescriptor(name), supported_ops: ['send'] },
      get state() {
        return state;
      },
      get account() {
        return state.status === 'ready' ? '@gatehouse_bot' : null;
      },
      perform: async () => ({ success: true }),
      async close() {
        one.isClosed = true;
      },
    };
  };
  const registry = createPlatformRegistry({
    ...{ db, audit, bus, clock, log: createLog('silent'), sealer: sealedBy, publicUrl: 'https://gate.example.com' },
    console: { name: 'console', descriptor: plainDescriptor('console'), perform: async () => ({ success: true }) },
    edgeOf: world.relay.edgeOf,
    onRemoved: (name) => void removed.push(name),
    onChanged: (name) => void changed.push(name),
    ...{ open, retryAfterMs: () => 1 },
  });
  registries.push(registry);
  const list = () => registry.list({ limit: 50 }).items;
  const one = (id: string) => list().find((platform) => platform.id === id);
  const latest = (count: number) =>
    eventually(() => {
      expect(opened).toHaveLength(count);
      return opened.at(-1) as Played;
    });
  return { registry, opened, events, removed, changed, list, one, latest };
}

describe('a platform', () => {
  it('is opened with its secret, shown as it is, and told live', async () => {
    const { registry, latest, one, events } = played();
    const { platform, signingSecret } = await registry.create(telegram, owner);
    expect(platform).toMatchObject({ id: 'chat', kind: 'telegram', label: 'chat', status: 'starting', account: null });
    expect(signingSecret).toBeNull();
    const bot = await latest(1);
    expect(bot.token).toBe(token);
    bot.say({ status: 'ready' });
    expect(one('chat')).toMatchObject({ status: 'ready', account: '@gatehouse_bot', ops: ['send'] });
    expect(events.at(-1)).toMatchObject({
      type: 'relay.platform',
      data: { id: 'chat', platform: { status: 'ready' } },
    });
    expect(await world.actions('platform:chat')).toEqual(['relay.platform_create']);
  });

  it('that fails says why until it works, is closed and opened again, and begins anew after that', async () => {
    const { registry, latest, one, opened } = played();
    await registry.create(telegram, owner);
    (await latest(1)).say({ status: 'failed', error: 'The token was revoked.' });
    expect(one('chat')).toMatchObject({ status: 'failed', error: 'The token was revoked.' });
    const second = await latest(2);
    expect(opened[0]?.isClosed).toBe(true);
    expect(one('chat')?.status).toBe('failed');
    await eventually(() => registry.get('chat', 'default') !== undefined);
    second.say({ status: 'ready' });
    expect(one('chat')).toMatchObject({ status: 'ready', error: null });
  });

  it('that cannot be opened is tried again, and what a library threw reaches nobody', async () => {
    let fails = 3;
    const { registry, latest, one, events } = played({
      onOpen() {
        fails -= 1;
        if (fails >= 0) throw new Error(`https://api.example.com/bot${token}/getMe`);
      },
    });
    await registry.create(telegram, owner);
    await eventually(() => one('chat')?.status === 'failed');
    expect(one('chat')?.error).toContain('could not be started');
    (await latest(4)).say({ status: 'ready' });
    await eventually(() => one('chat')?.status === 'ready');
    expect(JSON.stringify(events)).not.toContain(token);
  });

  it('is closed when it is turned off, and opened again when it is turned on', async () => {
    const { registry, latest, opened, one } = played();
    await registry.create(telegram, owner);
    await latest(1);
    await registry.update('chat', { enabled: false }, owner);
    expect([opened[0]?.isClosed, one('chat')?.status]).toEqual([true, 'disabled']);
    expect(registry.get('chat', 'default')).toBeUndefined();
    opened[0]?.say({ status: 'ready' });
    expect(one('chat')?.status).toBe('disabled');
    await registry.update('chat', { enabled: false }, owner);
    await registry.update('chat', { enabled: true }, owner);
    await latest(2);
    expect(await world.actions('platform:chat')).toEqual([
      'relay.platform_create',
      'relay.platform_update',
      'relay.platform_update',
    ]);
  });

  it('is closed when it is removed, even while it is being opened, and its name is free again', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { registry, latest, opened, one, removed, events } = played({ onOpen: () => held });
    await registry.create(telegram, owner);
    await latest(1);
    const removing = registry.remove('chat', owner);
    letGo();
    await removing;
    expect([opened[0]?.isClosed, one('chat'), removed]).toEqual([true, undefined, ['chat']]);
    expect(events.at(-1)).toMatchObject({ data: { id: 'chat', platform: null } });
    await registry.create(telegram, owner);
    await expect(registry.remove('none', owner)).rejects.toMatchObject({ code: 'RELAY_PLATFORM_NOT_FOUND' });
  });

  it('takes the bindings of its users with it: another of its name has other users', async () => {
    const { registry } = played();
    await registry.create(telegram, owner);
    await world.provision();
    const { id: instanceId } = await world.relay.get('gw-1');
    for (const platform of ['chat', 'other'])
      await world.db.relayBinding.create({
        data: { tenant: 'default', platform, userId: 'u1', instanceId, boundAt: new Date(0) },
      });
    await world.db.relayChat.create({ data: { instanceId, platform: 'chat', chatId: 'c1' } });
    await registry.remove('chat', owner);
    expect((await world.db.relayBinding.findMany()).map(({ platform }) => platform)).toEqual(['other']);
    expect(await world.db.relayChat.count()).toBe(0);
  });

  it('is found by gateways of its own tenant alone, and the console by all', async () => {
    const { registry, latest } = played();
    await registry.create(telegram, owner);
    await latest(1);
    await eventually(() => registry.get('chat', 'default') !== undefined);
    expect(registry.get('chat', 'other')).toBeUndefined();
    expect(registry.get('console', 'other')?.name).toBe('console');
  });

  it('of a name in use, of the console or of a private host is refused, and nothing is kept', async () => {
    const { registry, list } = played();
    await registry.create(telegram, owner);
    await expect(registry.create(telegram, owner)).rejects.toMatchObject({ code: 'RELAY_PLATFORM_EXISTS' });
    const twice = await Promise.allSettled([registry.create(webhook, owner), registry.create(webhook, owner)]);
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(registry.create({ ...telegram, id: 'console' }, owner)).rejects.toMatchObject({
      code: 'RELAY_PLATFORM_EXISTS',
    });
    for (const outboundUrl of ['http://127.0.0.1:9/x', 'http://[::1]/', 'http://localhost/', 'http://169.254.169.254/'])
      await expect(
        registry.create({ id: 'inside', settings: { kind: 'webhook', outboundUrl, allowPrivateHost: false } }, owner),
      ).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(list().map(({ id }) => id)).toEqual(['console', 'support', 'chat']);
  });

  it('that is the console cannot be changed or removed', async () => {
    const { registry } = played();
    await expect(registry.update('console', { enabled: false }, owner)).rejects.toMatchObject({
      code: 'RELAY_PLATFORM_BUILT_IN',
    });
    await expect(registry.remove('console', owner)).rejects.toMatchObject({ code: 'RELAY_PLATFORM_BUILT_IN' });
  });

  it('is not there where the record cannot be written, and stays where its removal cannot', async () => {
    const { registry, opened, list } = played();
    world.failAudit(true);
    await expect(registry.create(telegram, owner)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect([opened, list().length]).toEqual([[], 1]);
    world.failAudit(false);
    await registry.create(telegram, owner);
    world.failAudit(true);
    await expect(registry.remove('chat', owner)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    world.failAudit(false);
    expect(list().map(({ id }) => id)).toEqual(['console', 'chat']);
  });
});

describe('after a restart', () => {
  it('those that are turned on are opened with their secrets, without the start waiting for any', async () => {
    const before = played();
    await before.registry.create(telegram, owner);
    await before.registry.create(webhook, owner);
    await before.registry.update('support', { enabled: false }, owner);
    await before.registry.close();
    expect(before.opened.every(({ isClosed }) => isClosed)).toBe(true);
    const after = played({ onOpen: () => new Promise(() => undefined) });
    registries.pop();
    await after.registry.load();
    expect(after.opened).toEqual([]);
    after.registry.begin();
    expect(after.opened.map(({ name, token }) => [name, token])).toEqual([['chat', token]]);
    expect(after.list().map(({ id, status }) => [id, status])).toEqual([
      ['console', 'ready'],
      ['support', 'disabled'],
      ['chat', 'starting'],
    ]);
  });

  it('under another master key they are shown as unreadable, opened by nothing, and can be removed', async () => {
    await played().registry.create(telegram, owner);
    const { registry, opened, one } = played({ sealedBy: createSealer(newSecret()) });
    await registry.load();
    registry.begin();
    expect(opened).toEqual([]);
    expect(one('chat')).toMatchObject({ status: 'failed', error: expect.stringContaining('master key') });
    await registry.remove('chat', owner);
  });
});

it('no secret is in an answer, an event, a row of the record or a table', async () => {
  const { registry, events } = played();
  await registry.create(telegram, owner);
  const { platform, signingSecret } = await registry.create(webhook, owner);
  expect(signingSecret).toMatch(/^whsec_/);
  expect(platform).toMatchObject({
    ...{ inboundUrl: 'https://gate.example.com/relay/platforms/support', label: 'Support desk' },
    settings: { outboundUrl: 'https://desk.example.com', allowPrivateHost: false },
  });
  const rows = await world.db.relayPlatform.findMany({ omit: { secrets: false } });
  const all = JSON.stringify([registry.list({ limit: 50 }), platform, events, rows, await world.everything()]);
  for (const secret of [token, signingSecret ?? '', 'hidden']) expect(all).not.toContain(secret);
});

it('a list is read page by page, the console first and then the newest', async () => {
  const { registry } = played();
  for (const id of ['a', 'b', 'c']) {
    await registry.create({ ...telegram, id }, owner);
    world.clock.advance(1_000);
  }
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = registry.list({ limit: 1, cursor: cursor ?? undefined });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(ids).toEqual(['console', 'c', 'b', 'a']);
});

it('a gateway that was told otherwise of a platform dials again, and one that was not stays', async () => {
  await world.provision('gw-1');
  await world.provision('gw-2');
  const asks = await world.enter('gw-1');
  asks.say({ type: 'hello', platform: 'support', botId: 'b' });
  const other = await world.enter('gw-2');
  other.hello();
  expect(asks.frames[0]).toMatchObject({ descriptor: { label: 'support', supported_ops: ['follow_up'] } });
  await world.relay.platforms.create(webhook, owner);
  await eventually(() => asks.closes.length > 0);
  expect(asks.closes[0]?.name).toBe('restarting');
  expect(other.closes).toEqual([]);
  const again = await world.enter('gw-1');
  again.say({ type: 'hello', platform: 'support', botId: 'b' });
  expect(again.frames[0]).toMatchObject({ descriptor: { label: 'Support desk' } });
});
