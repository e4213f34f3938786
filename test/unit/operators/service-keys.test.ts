import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scopes } from '@/lib/contracts/roles';
import { environmentKeyId } from '@/lib/operators/service-keys';
import { serverActor } from '@/lib/platform/actor';
import { hasValidChecksum, serviceKeyPrefix } from '@/lib/tokens/format';
import { type OperatorWorld, operatorWorld } from './world';

const environmentKey = 'a key of the environment, 32 characters or more';
let world: OperatorWorld;
beforeEach(async () => {
  world = await operatorWorld({ environmentKey });
});
afterEach(() => world.close());

const create = (expiresInSeconds?: number) =>
  world.keys.create(
    { name: 'ci', scopes: ['runs:read', 'runs:write'], ...(expiresInSeconds && { expiresInSeconds }) },
    serverActor,
  );

describe('service keys', () => {
  it('shows a key once and keeps only its hash', async () => {
    const { id, key } = await create();
    expect(hasValidChecksum(key, serviceKeyPrefix)).toBe(true);
    expect(world.keys.authenticate(key)).toEqual({ kind: 'key', id, name: 'ci', scopes: ['runs:read', 'runs:write'] });
    const secret = key.slice(serviceKeyPrefix.length, -6);
    expect(JSON.stringify(await world.keys.list({ limit: 50 }))).not.toContain(secret);
    expect(JSON.stringify(await world.db.serviceKey.findMany({ omit: { hash: false } }))).not.toContain(secret);
    expect(JSON.stringify(await world.db.auditRow.findMany())).not.toContain(secret);
  });

  it('refuses unknown, altered and empty bearers', async () => {
    const { key } = await create();
    for (const bearer of ['', 'nonsense', key.slice(0, -1), `${key}x`, key.toUpperCase()]) {
      expect(world.keys.authenticate(bearer)).toBeNull();
    }
  });

  it('ends at its expiry to the millisecond', async () => {
    const { key } = await create(60);
    world.advance(59_999);
    expect(world.keys.authenticate(key)).not.toBeNull();
    world.advance(1);
    expect(world.keys.authenticate(key)).toBeNull();
    expect((await world.reloadKeys()).authenticate(key)).toBeNull();
  });

  it('ends at its revoke, says so to its sockets, and stays ended after a restart', async () => {
    const { id, key } = await create();
    await world.keys.revoke(id, serverActor);
    expect(world.keys.authenticate(key)).toBeNull();
    expect(world.endedKeys).toEqual([id]);
    expect((await world.reloadKeys()).authenticate(key)).toBeNull();
    await expect(world.keys.revoke(id, serverActor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.actions()).toEqual(['service_key.create', 'service_key.revoke']);
  });

  it('works on after a restart', async () => {
    const { id, key } = await create();
    expect((await world.reloadKeys()).authenticate(key)).toMatchObject({ id });
  });

  it('neither makes nor revokes a key when the record cannot be written', async () => {
    const { id, key } = await create();
    world.failAudit(true);
    await expect(create()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await expect(world.keys.revoke(id, serverActor)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await world.db.serviceKey.count()).toBe(1);
    expect(world.keys.authenticate(key)).not.toBeNull();
  });

  it('gives the key of the environment every scope and keeps it out of the database', async () => {
    expect(world.keys.authenticate(environmentKey)).toEqual({
      kind: 'key',
      id: environmentKeyId,
      name: 'environment',
      scopes: [...scopes],
    });
    expect((await world.keys.list({ limit: 50 })).items).toEqual([]);
    await expect(world.keys.revoke(environmentKeyId, serverActor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells when a key was last used, and remembers it over a restart', async () => {
    const { key } = await create();
    expect((await world.keys.list({ limit: 1 })).items[0]?.lastUsedAt).toBeNull();
    world.keys.authenticate(key);
    const usedAt = (await world.keys.list({ limit: 1 })).items[0]?.lastUsedAt;
    expect(usedAt).toBe('2026-11-22T12:00:00.000Z');
    await world.keys.flush();
    expect((await (await world.reloadKeys()).list({ limit: 1 })).items[0]?.lastUsedAt).toBe(usedAt);
  });
});
