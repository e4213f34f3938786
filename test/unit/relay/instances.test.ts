/** Who may dial in, and until when. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { covers } from '@/test/requirements';
import { operator, type RelayWorld, relayWorld } from './world';

covers('relay.enrolment', 'relay.upgrade', 'relay.revoked');

let world: RelayWorld;
beforeEach(async () => {
  world = await relayWorld();
});
afterEach(() => world.close());

const dial = (secret: string, gatewayId?: string) =>
  world.relay.instances
    .authenticate(world.token(secret, gatewayId))
    .then((dialled) => ('refused' in dialled ? dialled.refused : dialled.instance.gatewayId));

describe('provisioning', () => {
  it('shows the secret once, keeps it sealed and has no part of it anywhere', async () => {
    const { secret, deliveryKey, tenant, routeKeys } = await world.provision('gw-1', { routeKeys: ['guild-1'] });
    expect([tenant, routeKeys]).toEqual(['default', ['guild-1']]);
    expect(await dial(secret)).toBe('gw-1');
    const { secret: next } = await world.relay.instances.rotate('gw-1', operator);
    const everything = await world.everything();
    for (const text of [secret, deliveryKey, next]) expect(everything).not.toContain(text.slice(0, 12));
    expect(JSON.stringify(await world.relay.get('gw-1'))).not.toContain('v1.');
  });

  it('of a gateway that has an instance is refused, and two at once make one', async () => {
    const both = await Promise.allSettled([world.provision(), world.provision()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(world.provision('gw-2', { instanceId: 'gw-1' })).rejects.toMatchObject({
      code: 'RELAY_INSTANCE_EXISTS',
    });
  });

  it('that cannot be put on the record makes nothing', async () => {
    world.failAudit(true);
    await expect(world.provision()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await expect(world.relay.get('gw-1')).rejects.toMatchObject({ code: 'RELAY_INSTANCE_NOT_FOUND' });
  });
});

describe('enrolment', () => {
  it('takes its token once, for the tenant of the token', async () => {
    const { enrollmentToken } = await world.relay.instances.mintEnrolment({ tenant: 'shop' }, operator);
    const enrolled = await world.relay.instances.enroll({ enrollmentToken, gatewayId: 'gw-1' });
    expect(enrolled.tenant).toBe('shop');
    expect(await dial(enrolled.secret)).toBe('gw-1');
    await expect(world.relay.instances.enroll({ enrollmentToken, gatewayId: 'gw-2' })).rejects.toMatchObject({
      ...{ code: 'ENROLMENT_ENDED', status: 403 },
    });
    expect(await world.everything()).not.toContain(enrollmentToken);
  });

  it('refuses a token that is wrong or over', async () => {
    const { enrollmentToken } = await world.relay.instances.mintEnrolment({ tenant: 'shop' }, operator);
    const mistyped = `${enrollmentToken.slice(0, -1)}${enrollmentToken.endsWith('x') ? 'y' : 'x'}`;
    for (const wrong of ['', 'nonsense', mistyped])
      await expect(world.relay.instances.enroll({ enrollmentToken: wrong, gatewayId: 'g' })).rejects.toMatchObject({
        ...{ code: 'ENROLMENT_INVALID', status: 401 },
      });
    world.clock.advance(limits.relayEnrolmentMs);
    await expect(world.relay.instances.enroll({ enrollmentToken, gatewayId: 'g' })).rejects.toMatchObject({
      code: 'ENROLMENT_ENDED',
    });
  });
});

describe('a dial', () => {
  it('is refused for an unknown gateway, the secret of another, and a token that is over', async () => {
    const { secret } = await world.provision('gw-1');
    const other = await world.provision('gw-2');
    expect(await dial(secret, 'gw-none')).toBe('unauthorized');
    expect(await dial(other.secret, 'gw-1')).toBe('unauthorized');
    for (const bearer of ['', 'nonsense', secret])
      expect(await world.relay.instances.authenticate(bearer)).toMatchObject({ refused: 'unauthorized' });
    const over = mintUpgradeToken({ gatewayId: 'gw-1', secret, exp: Math.floor(world.clock.now() / 1_000) });
    expect(await world.relay.instances.authenticate(over)).toMatchObject({ refused: 'expired' });
  });

  it('is good under the secret before a rotation for a day, and never under the one before that', async () => {
    const first = (await world.provision()).secret;
    const second = (await world.relay.instances.rotate('gw-1', operator)).secret;
    expect([await dial(first), await dial(second)]).toEqual(['gw-1', 'gw-1']);
    world.clock.advance(limits.relayPreviousSecretMs);
    expect([await dial(first), await dial(second)]).toEqual(['unauthorized', 'gw-1']);
    const third = (await world.relay.instances.rotate('gw-1', operator)).secret;
    expect([await dial(first), await dial(second), await dial(third)]).toEqual(['unauthorized', 'gw-1', 'gw-1']);
  });
});

describe('a second socket of an instance', () => {
  it('supersedes the first, whose acknowledgements and going idle mean nothing any more', async () => {
    await world.provision();
    const older = await world.enter('gw-1');
    older.hello();
    const newer = await world.enter('gw-1');
    newer.hello();
    expect(older.closes).toMatchObject([{ name: 'superseded' }]);
    older.leave();
    expect((await world.send('hi')).bufferId).toBeNull();
    expect([older.texts(), newer.texts()]).toEqual([[], ['hi']]);
  });
});

describe('a revoke', () => {
  it('closes with revoked, drops bindings, secrets and what waits, and is final for the old secret', async () => {
    const { secret } = await world.provision();
    await world.send('waits');
    const { code } = await world.relay.linkCode('gw-1', operator);
    await world.send(`/link ${code}`);
    const gateway = await world.enter('gw-1');
    gateway.hello();
    const revoked = await world.relay.revoke('gw-1', 'It was lost.', operator);
    expect(revoked).toMatchObject({ status: 'disabled', revokeReason: 'It was lost.', bindings: 0 });
    expect(gateway.closes).toEqual([{ name: 'unauthorized', reason: 'revoked' }]);
    expect(await dial(secret)).toBe('revoked');
    await expect(world.send('more')).rejects.toMatchObject({ code: 'RELAY_INSTANCE_DISABLED' });
    for (const table of [world.db.relayBuffered, world.db.relayBinding, world.db.relayLinkCode])
      expect(await (table as typeof world.db.relayBuffered).count()).toBe(0);
    expect(await world.relay.revoke('gw-1', 'Again.', operator)).toEqual(revoked);
  });

  it('lets nothing in that was admitted a moment before', async () => {
    await world.provision();
    const instance = await world.relay.instances.require('gw-1');
    await world.relay.revoke('gw-1', 'It was lost.', operator);
    const transport = { send: async () => undefined, close: () => undefined, withinLimit: () => true };
    expect(await world.relay.door.enter(instance, transport)).toBeNull();
  });

  it('ends with provisioning it anew: other secrets, an empty buffer', async () => {
    const { secret } = await world.provision();
    await world.send('before');
    await world.relay.revoke('gw-1', 'It was lost.', operator);
    const anew = await world.provision();
    expect([await dial(secret), await dial(anew.secret)]).toEqual(['unauthorized', 'gw-1']);
    await world.send('after');
    const gateway = await world.enter('gw-1');
    gateway.hello();
    await gateway.frame(({ type }) => type === 'inbound');
    expect(gateway.texts()).toEqual(['after']);
  });
});
