import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSetupService } from '@/lib/operators/setup';
import { serverActor } from '@/lib/platform/actor';
import { limits } from '@/lib/platform/limits';
import { goodPassword, type OperatorWorld, operatorWorld } from './world';

let world: OperatorWorld;
beforeEach(async () => {
  world = await operatorWorld();
});
afterEach(() => world.close());

const person = (email: string, role: 'viewer' | 'operator' | 'auditor' | 'admin' = 'operator') => ({
  email,
  name: 'Somebody',
  role,
  password: goodPassword,
});
const create = (email: string, role?: 'viewer' | 'operator' | 'auditor' | 'admin') =>
  world.operators.create(person(email, role), serverActor);
const signIn = (operatorId: string) =>
  world.sessions.start({ operatorId, address: '127.0.0.1', userAgent: 'test', method: 'password' });

describe('operators', () => {
  it('shows no hash, and verifies a password', async () => {
    const made = await create('ada@example.com');
    expect(Object.keys(made).sort()).toEqual(['createdAt', 'disabled', 'email', 'id', 'lastSignInAt', 'name', 'role']);
    expect(await world.operators.verifyPassword('ada@example.com', goodPassword)).toMatchObject({ id: made.id });
    expect(await world.operators.verifyPassword('ada@example.com', 'wrong')).toBeNull();
    expect(await world.operators.verifyPassword('nobody@example.com', goodPassword)).toBeNull();
  });

  it('refuses a second account of one email, also when both come at once', async () => {
    const results = await Promise.allSettled([create('ada@example.com'), create('ada@example.com')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(create('ada@example.com')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('keeps one admin when all of them step down at once', async () => {
    const admins = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(`${name}@example.com`, 'admin')));
    const results = await Promise.allSettled(
      admins.map(({ id }, index) =>
        world.operators.update(id, index % 2 ? { disabled: true } : { role: 'viewer' }, serverActor),
      ),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused).toEqual(['LAST_ADMIN']);
    expect(await world.db.operator.count({ where: { role: 'admin', disabled: false } })).toBe(1);
  });

  it('changes nothing when the record cannot be written', async () => {
    await create('admin@example.com', 'admin');
    const { id } = await create('ada@example.com');
    world.failAudit(true);
    await expect(create('bob@example.com')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await expect(world.operators.update(id, { role: 'admin' }, serverActor)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    await expect(signIn(id)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await world.operators.count()).toBe(2);
    expect(await world.operators.requireById(id)).toMatchObject({ role: 'operator' });
    expect(await world.db.operatorSession.count()).toBe(0);
    expect(world.ended).toEqual([]);
  });

  it('puts each change on the record under its own name', async () => {
    const { id } = await create('ada@example.com');
    await world.operators.update(id, { role: 'auditor', disabled: true, password: `${goodPassword}!` }, serverActor);
    await world.operators.update(id, { disabled: false }, serverActor);
    expect(await world.actions()).toEqual([
      'operator.create',
      'operator.role',
      'operator.disable',
      'operator.password',
      'operator.enable',
    ]);
    const rows = JSON.stringify(await world.db.auditRow.findMany());
    expect(rows).not.toContain(goodPassword);
  });

  it('leaves an existing account of the environment’s admin as it is', async () => {
    await create('admin@example.com', 'viewer');
    await world.operators.ensureAdmin({ email: 'admin@example.com', password: 'another good password' });
    await world.operators.ensureAdmin({ email: 'root@example.com', password: 'another good password' });
    expect((await world.operators.list({ limit: 50 })).items.map(({ email, role }) => [email, role])).toEqual([
      ['admin@example.com', 'viewer'],
      ['root@example.com', 'admin'],
    ]);
    expect(await world.operators.verifyPassword('admin@example.com', goodPassword)).not.toBeNull();
  });

  it('walks through pages without a gap or a repeat', async () => {
    for (const name of ['d', 'a', 'c', 'b', 'e']) await create(`${name}@example.com`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.operators.list({ limit: 2, cursor });
      seen.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`));
    await expect(world.operators.list({ limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('links a single sign-on subject to the account of its verified email, once and for good', async () => {
    const { id } = await create('ada@example.com');
    const match = (subject: string, verifiedEmail: string | null) =>
      world.operators.matchIdentity({ subject, verifiedEmail });
    expect(await match('subject-1', null)).toBeNull();
    expect(await match('subject-1', 'nobody@example.com')).toBeNull();
    expect(await match('subject-1', 'Ada@Example.com')).toMatchObject({ id });
    expect(await match('subject-1', null)).toMatchObject({ id });
    expect(await match('subject-2', 'ada@example.com')).toBeNull();
    await world.operators.update(id, { disabled: true }, serverActor);
    expect(await match('subject-1', null)).toBeNull();
  });
});

describe('sessions', () => {
  it('takes the role from the database on each request', async () => {
    const { id } = await create('ada@example.com', 'viewer');
    const sessionId = await signIn(id);
    expect(await world.sessions.resolve(sessionId)).toMatchObject({ id, role: 'viewer', sessionId });
    await world.operators.update(id, { role: 'operator' }, serverActor);
    expect(await world.sessions.resolve(sessionId)).toMatchObject({ role: 'operator' });
    expect(world.ended).toEqual([{ operatorId: id }]);
  });

  it('ends at once with a sign-out everywhere, a disable or a new password, and stays ended', async () => {
    await create('admin@example.com', 'admin');
    const { id } = await create('ada@example.com');
    const ends = [
      () => world.sessions.endAll(id, serverActor),
      () => world.operators.update(id, { disabled: true }, serverActor),
      () => world.operators.update(id, { password: `${goodPassword}!` }, serverActor),
    ];
    for (const end of ends) {
      const sessionId = await signIn(id);
      expect(await world.sessions.resolve(sessionId)).not.toBeNull();
      await end();
      expect(await world.sessions.resolve(sessionId)).toBeNull();
      await world.operators.update(id, { disabled: false }, serverActor);
      expect(await world.sessions.resolve(sessionId)).toBeNull();
    }
    expect(world.ended).toHaveLength(3);
  });

  it('is over after seven days however busy it is', async () => {
    const { id } = await create('ada@example.com');
    const sessionId = await signIn(id);
    world.advance(limits.sessionMaxAgeMs);
    expect(await world.sessions.resolve(sessionId)).not.toBeNull();
    world.advance(1);
    expect(await world.sessions.resolve(sessionId)).toBeNull();
    expect((await world.sessions.list(id, { limit: 50 })).items).toEqual([]);
  });

  it('notes when it was last seen at most once a minute', async () => {
    const { id } = await create('ada@example.com');
    const sessionId = await signIn(id);
    const lastSeen = async () => (await world.sessions.list(id, { limit: 1 })).items[0]?.lastSeenAt;
    const first = await lastSeen();
    world.advance(59_999);
    await world.sessions.resolve(sessionId);
    expect(await lastSeen()).toBe(first);
    world.advance(1);
    await world.sessions.resolve(sessionId);
    expect(await lastSeen()).not.toBe(first);
  });

  it('lets nobody end another’s session, nor tells them that it exists', async () => {
    const ada = await create('ada@example.com');
    const bob = await create('bob@example.com', 'admin');
    const adas = await signIn(ada.id);
    const bobs = await world.sessions.resolve(await signIn(bob.id));
    if (!bobs) throw new Error('no session');
    await expect(world.sessions.end(adas, bobs)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such session.',
    });
    await expect(world.sessions.end('ses_none', bobs)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such session.',
    });
    await world.sessions.end(bobs.sessionId, bobs);
    expect(await world.sessions.resolve(bobs.sessionId)).toBeNull();
    expect(await world.sessions.resolve(adas)).not.toBeNull();
    expect(world.ended).toEqual([{ operatorId: bob.id, sessionId: bobs.sessionId }]);
  });
});

describe('first-run set-up', () => {
  const setup = () =>
    createSetupService({
      operators: world.operators,
      audit: world.audit,
      clock: world.clock,
      publicUrl: 'http://localhost:3000',
    });
  const body = (token: string, email = 'first@example.com') => ({
    token,
    email,
    name: 'First',
    password: goodPassword,
  });
  const tokenOf = (link: string | null) => link?.split('#')[1] ?? '';

  it('makes exactly one admin of two who use the link at once', async () => {
    const service = await setup();
    const token = tokenOf(service.link());
    expect(service.link()).toBe(`http://localhost:3000/setup#${token}`);
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => service.complete(body(token, `${name}@example.com`), { address: '127.0.0.1' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.operators.count()).toBe(1);
    expect((await world.operators.list({ limit: 9 })).items[0]?.role).toBe('admin');
    expect(service.link()).toBeNull();
    await expect(service.complete(body(token), { address: '127.0.0.1' })).rejects.toMatchObject({ code: 'SETUP_DONE' });
  });

  it('refuses a wrong token, slows down guessing, and still takes the right one', async () => {
    const service = await setup();
    const codes = new Set<string>();
    for (let count = 0; count < 30; count += 1) {
      await service.complete(body('wrong'), { address: '10.0.0.1' }).catch((error) => codes.add(error.code));
    }
    expect(codes).toEqual(new Set(['SETUP_TOKEN_INVALID', 'RATE_LIMITED']));
    expect((await world.actions()).length).toBeLessThanOrEqual(20);
    await expect(service.complete(body(tokenOf(service.link())), { address: '127.0.0.1' })).resolves.toMatchObject({
      role: 'admin',
    });
  });

  it('offers no link once somebody can sign in', async () => {
    await create('ada@example.com', 'admin');
    const service = await setup();
    expect(service.link()).toBeNull();
    await expect(service.complete(body(''), { address: '127.0.0.1' })).rejects.toMatchObject({ code: 'SETUP_DONE' });
  });
});
