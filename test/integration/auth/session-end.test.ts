/** Every way a session or a right ends, and that it is over at the very next request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { service } from '@/test/support/http-client';
import { openSocket } from '@/test/support/sockets';
import { type AuthWorld, authWorld, password } from './auth-world';

covers('signin.bites-at-once', 'keys.shown-once');

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.server.stop());

describe('the end of a session', () => {
  it('is a sign-out: the old cookie opens nothing, and it is on the record', async () => {
    const { id, email } = await world.newOperator();
    const browser = world.browserAt('10.0.1.1');
    await browser.signIn(email, password);
    const stolen = browser.cookies();
    expect((await browser.signOut()).status).toBe(200);
    expect(await browser.me()).toBeNull();
    expect((await fetch(`${world.server.url}/api/me`, { headers: { cookie: stolen } })).status).toBe(401);
    const session = await fetch(`${world.server.url}/api/auth/session`, { headers: { cookie: stolen } });
    expect(await session.json()).toEqual({});
    expect(await world.auditOf({ action: 'sign_out', target: id })).toHaveLength(1);
  });

  it('cannot be brought about by another site', async () => {
    const { email } = await world.newOperator();
    const browser = world.browserAt('10.0.1.2');
    await browser.signIn(email, password);
    const csrfToken = await browser.csrfToken();
    expect((await browser.post('/api/auth/signout', { csrfToken }, { origin: 'https://evil.example' })).status).toBe(
      403,
    );
    await browser.post('/api/auth/signout', { csrfToken: 'wrong' });
    expect(await browser.me()).not.toBeNull();
  });

  it.each([
    ['sign-out everywhere', (id: string) => world.root.call('operators.signOut', { params: { id } }), 401],
    ['disable', (id: string) => world.root.call('operators.update', { params: { id }, body: { disabled: true } }), 401],
    [
      'new password',
      (id: string) => world.root.call('operators.update', { params: { id }, body: { password: `${password}!` } }),
      401,
    ],
    [
      'new role',
      (id: string) => world.root.call('operators.update', { params: { id }, body: { role: 'viewer' } }),
      403,
    ],
  ] as const)('%s bites at the very next request and closes the sockets with 4401', async (_name, act, status) => {
    const { id, email } = await world.newOperator();
    const browser = world.browserAt('10.0.1.3');
    await browser.signIn(email, password);
    const start = () => browser.call('POST', '/api/runs/revoke', { reason: 'test', ids: ['run_none'] });
    expect((await start()).status).toBe(200);
    const ticket = (await (await browser.call('POST', '/api/auth/ws-ticket', { endpoint: 'events' })).json()).ticket;
    const socket = await openSocket(world.server.url, '/api/events', {
      origin: world.server.url,
      protocols: ['gatehouse-v1', `gatehouse-ticket.${ticket}`],
    });
    await act(id);
    expect((await start()).status).toBe(status);
    expect((await socket.closed).code).toBe(4401);
  });

  it('is a new password of one’s own, which needs the current one and cannot be guessed at an open session', async () => {
    const { id, email } = await world.newOperator();
    const [browser, elsewhere] = [world.browserAt('10.0.1.4'), world.browserAt('10.0.1.5')];
    for (const each of [browser, elsewhere]) await each.signIn(email, password);
    const change = (of: typeof browser, currentPassword: string, next = `${password} anew`) =>
      of.call('PUT', '/api/me/password', { currentPassword, password: next });
    const wrong = await change(browser, 'not the one it is');
    expect(wrong.status).toBe(400);
    expect((await wrong.json()).error.details.issues[0].path).toBe('currentPassword');
    expect((await change(browser, password, 'short')).status).toBe(400);
    for (let guess = 0; guess < 4; guess += 1) await change(browser, `guess ${guess}`);
    expect((await change(browser, password)).status).toBe(429);
    const refused = await world.auditOf({ action: 'operator.password', target: id });
    expect(refused.map(({ data }) => data.email)).toEqual(Array.from({ length: 5 }, () => email));

    expect((await change(elsewhere, password)).status).toBe(200);
    expect([await browser.me(), await elsewhere.me()]).toEqual([null, null]);
    await elsewhere.signIn(email, password);
    expect(await elsewhere.me()).toBeNull();
    await elsewhere.signIn(email, `${password} anew`);
    expect((await elsewhere.me())?.operator.id).toBe(id);
  });

  it('takes the tickets minted before it along', async () => {
    const { id, email } = await world.newOperator();
    const browser = world.browserAt('10.0.1.9');
    await browser.signIn(email, password);
    const ticket = (await (await browser.call('POST', '/api/auth/ws-ticket', { endpoint: 'events' })).json()).ticket;
    await world.root.call('operators.signOut', { params: { id } });
    const made = await world.root.call('serviceKeys.create', { body: { name: 'brief', scopes: ['runs:read'] } });
    const ofKey = await service(world.server.url, made.key).call('tickets.mint', { body: { endpoint: 'events' } });
    await world.root.call('serviceKeys.revoke', { params: { id: made.id } });
    for (const [late, origin] of [
      [ticket, world.server.url],
      [ofKey.ticket, undefined],
    ]) {
      const protocols = ['gatehouse-v1', `gatehouse-ticket.${late}`];
      const socket = await openSocket(world.server.url, '/api/events', { ...(origin && { origin }), protocols });
      expect((await socket.closed).code).toBe(4401);
      expect(socket.messages).toEqual([]);
    }
  });

  it('takes one of several, or all of one’s own', async () => {
    const { email } = await world.newOperator();
    const [here, there, elsewhere] = [
      world.browserAt('10.0.1.4'),
      world.browserAt('10.0.1.5'),
      world.browserAt('10.0.1.6'),
    ];
    for (const browser of [here, there, elsewhere]) await browser.signIn(email, password);
    const sessions = (await (await here.call('GET', '/api/sessions')).json()).items as Array<{
      id: string;
      current: boolean;
      address: string;
    }>;
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, false, true]);
    const other = sessions.find(({ address }) => address === '10.0.1.5');
    expect((await here.call('DELETE', `/api/sessions/${other?.id}`)).status).toBe(200);
    expect(await there.me()).toBeNull();
    expect(await elsewhere.me()).not.toBeNull();
    const rootSessions = await world.root.call('sessions.list');
    expect((await here.call('DELETE', `/api/sessions/${rootSessions.items[0]?.id}`)).status).toBe(404);
    expect((await here.call('DELETE', '/api/sessions')).status).toBe(200);
    expect(await here.me()).toBeNull();
    expect(await elsewhere.me()).toBeNull();
  });

  it('outlives a restart of the server', async () => {
    const { email } = await world.newOperator();
    const [stays, goes] = [world.browserAt('10.0.1.7'), world.browserAt('10.0.1.8')];
    await stays.signIn(email, password);
    await goes.signIn(email, password);
    await goes.signOut();
    await world.server.kill9();
    await world.server.restart();
    expect(await stays.me()).not.toBeNull();
    expect(await goes.me()).toBeNull();
  });
});

describe('service keys over HTTP', () => {
  it('are shown once, work within their scopes, and end at the revoke', async () => {
    const made = await world.root.call('serviceKeys.create', {
      body: { name: 'ci', scopes: ['runs:read'], expiresInSeconds: 3600 },
    });
    expect(JSON.stringify(await world.root.call('serviceKeys.list'))).not.toContain(made.key.slice(8, 30));
    const client = service(world.server.url, made.key);
    expect((await client.attempt('runs.list')).status).toBe(200);
    expect((await client.attempt('serviceKeys.list')).status).toBe(403);
    await world.root.call('serviceKeys.revoke', { params: { id: made.id } });
    expect((await client.attempt('runs.list')).status).toBe(401);
    expect(world.server.logs()).not.toContain(made.key.slice(8, 30));
  });
});
