/** Signing in as browsers and attackers meet it: over HTTP, against the real server. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { admin } from '@/test/support/server';
import { type AuthWorld, authWorld, password } from './auth-world';

covers('signin.credentials', 'audit.unavailable');

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.server.stop());

describe('signing in', () => {
  it('gives a cookie that scripts cannot read and other sites do not send', async () => {
    const browser = world.browserAt('10.0.0.1');
    const response = await browser.signIn(admin.email, password);
    expect(response.status).toBe(200);
    for (const name of ['next-auth.session-token', 'next-auth.csrf-token', 'gatehouse-device']) {
      expect(browser.attributesOf(name), name).toMatch(/HttpOnly/);
      expect(browser.attributesOf(name), name).toMatch(/SameSite=Lax/i);
      expect(browser.attributesOf(name), name).toMatch(/Path=\//);
      expect(browser.attributesOf(name), name).not.toMatch(/Domain/i);
    }
  });

  it('takes the email in any case and with spaces around it', async () => {
    expect((await world.browserAt('10.0.0.1').signIn(`  ${admin.email.toUpperCase()} `, password)).status).toBe(200);
  });

  it('answers a wrong password, an unknown account and a disabled one alike, with 401', async () => {
    const { id, email } = await world.newOperator();
    await world.root.call('operators.update', { params: { id }, body: { disabled: true } });
    const answers = [];
    for (const [who, secret] of [
      [admin.email, 'wrong password!'],
      ['nobody@example.com', password],
      [email, password],
      ['', ''],
    ]) {
      const response = await world.browserAt('10.0.0.2').signIn(who ?? '', secret ?? '');
      answers.push([
        response.status,
        await response.text(),
        response.headers.get('set-cookie')?.includes('session-token') ?? false,
      ]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
    expect(answers[0]?.[2]).toBe(false);
  });

  it('begins a new session each time, and ends the one the browser had', async () => {
    const { email } = await world.newOperator();
    const browser = world.browserAt('10.0.0.3');
    await browser.signIn(email, password);
    const before = browser.cookies();
    const first = await browser.me();
    await browser.signIn(email, password);
    const second = await browser.me();
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect((await fetch(`${world.server.url}/api/me`, { headers: { cookie: before } })).status).toBe(401);
  });

  it('does not take a session cookie planted before it', async () => {
    const { email } = await world.newOperator();
    const attacker = world.browserAt('10.0.0.4');
    await attacker.signIn(email, password);
    const planted = attacker.cookies();
    const victim = world.browserAt('10.0.0.5');
    victim.plant(planted);
    const mine = await world.newOperator();
    await victim.signIn(mine.email, password);
    expect((await victim.me())?.operator.email).toBe(mine.email);
    expect(victim.cookies()).not.toBe(planted);
  });

  it('is on the record with address and email, refused ones too, and never with a password', async () => {
    const { id, email } = await world.newOperator();
    const browser = world.browserAt('10.0.0.6');
    await browser.signIn(email, 'a wrong password');
    await browser.signIn(email, password);
    const [refused] = await world.auditOf({ action: 'sign_in', outcome: 'refused', target: email });
    expect(refused).toMatchObject({ actor: 'anonymous', data: { email, address: '10.0.0.6', reason: 'credentials' } });
    const [accepted] = await world.auditOf({ action: 'sign_in', outcome: 'ok', target: id });
    expect(accepted).toMatchObject({
      actor: `operator:${id}`,
      data: { email, address: '10.0.0.6', method: 'password' },
    });
    const everything = JSON.stringify(await world.auditOf({ limit: '200' }));
    expect(everything).not.toContain(password);
    expect(everything).not.toContain('a wrong password');
  });

  it('refuses another site, with and without its CSRF token', async () => {
    const browser = world.browserAt('10.0.0.7');
    const csrfToken = await browser.csrfToken();
    const form = { csrfToken, email: admin.email, password, json: 'true' };
    for (const origin of ['https://evil.example', 'null']) {
      const response = await browser.post('/api/auth/callback/credentials', form, { origin });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: 'ORIGIN_REFUSED' } });
    }
    for (const wrong of ['', 'x'.repeat(64)]) {
      const response = await browser.post('/api/auth/callback/credentials', { ...form, csrfToken: wrong });
      expect(response.status).toBe(403);
    }
    expect(await browser.me()).toBeNull();
    expect((await browser.post('/api/auth/callback/credentials', form)).status).toBe(200);
    expect(await browser.me()).not.toBeNull();
  });

  it('never sends the browser to another site afterwards', async () => {
    const browser = world.browserAt('10.0.0.8');
    const response = await browser.signIn(admin.email, password, { callbackUrl: 'https://evil.example/' });
    expect(await response.json()).toEqual({ url: world.server.url });
  });

  it('takes a malformed or oversized form without harm', async () => {
    const browser = world.browserAt('10.0.0.9');
    const send = (headers: Record<string, string>, body: string) =>
      browser.fetch('/api/auth/callback/credentials', {
        method: 'POST',
        headers: { origin: world.server.url, ...headers },
        body,
      });
    expect((await send({ 'content-type': 'application/json' }, '{')).status).toBe(400);
    expect(
      (await send({ 'content-type': 'application/x-www-form-urlencoded' }, 'x'.repeat(1024 * 1024 + 1))).status,
    ).toBe(413);
    expect(
      (await send({ 'content-type': 'application/json' }, '{"email":{"$ne":""},"password":["x"]}')).status,
    ).not.toBe(500);
  });
});

describe('while the record cannot be written', () => {
  it('nobody signs in or out, nothing changes, and each is told so with 503; afterwards all goes on', async () => {
    const { id, email } = await world.newOperator();
    const browser = world.browserAt('10.0.2.1');
    await browser.signIn(email, password);
    const file = new Database(path.join(world.server.dataDir, 'gatehouse.db'));
    file.exec(`CREATE TRIGGER "full" BEFORE INSERT ON "AuditRow" BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    try {
      const stranger = world.browserAt('10.0.2.2');
      for (const guess of [password, 'wrong']) {
        const response = await stranger.signIn(email, guess);
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ error: { code: 'AUDIT_UNAVAILABLE' } });
        expect(await stranger.me()).toBeNull();
      }
      expect((await browser.signOut()).status).toBe(503);
      expect((await browser.me())?.operator.id).toBe(id);
      const refused = [
        await world.root.attempt('operators.update', { params: { id }, body: { role: 'admin' } }),
        await world.root.attempt('operators.signOut', { params: { id } }),
        await world.root.attempt('serviceKeys.create', { body: { name: 'x', scopes: ['runs:read'] } }),
        await world.root.attempt('tickets.mint', { body: { endpoint: 'events' } }),
      ];
      expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      expect((await browser.me())?.operator.role).toBe('operator');
    } finally {
      file.exec('DROP TRIGGER "full"');
      file.close();
    }
    expect((await browser.signOut()).status).toBe(200);
    expect((await world.browserAt('10.0.2.2').signIn(email, password)).status).toBe(200);
    expect((await world.root.call('audit.verify')).ok).toBe(true);
  });
});
