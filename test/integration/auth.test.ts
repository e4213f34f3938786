/** Sign-in as browsers and attackers meet it: over HTTP, against the real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { openSocket } from '@/test/support/sockets';
import { Browserlike } from './browserlike';

let server: TestServer;
let root: OperatorClient;
beforeAll(async () => {
  server = await startServer({ env: { GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' } });
  root = await signIn(server.url, admin.email, admin.password);
});
afterAll(() => server.stop());

const password = admin.password;
let people = 0;
async function newOperator(role: 'viewer' | 'operator' | 'auditor' | 'admin' = 'operator') {
  people += 1;
  const email = `person${people}@example.com`;
  return root.call('operators.create', { body: { email, name: `Person ${people}`, role, password } });
}
/** A browser behind the trusted proxy, at an address of its own. */
const browserAt = (address: string) => new Browserlike(server.url, { 'x-forwarded-for': address });
const auditOf = async (query: Record<string, string>) => (await root.call('audit.list', { query })).items;

describe('signing in', () => {
  it('gives a cookie that scripts cannot read and other sites do not send', async () => {
    const browser = browserAt('10.0.0.1');
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
    expect((await browserAt('10.0.0.1').signIn(`  ${admin.email.toUpperCase()} `, password)).status).toBe(200);
  });

  it('answers a wrong password, an unknown account and a disabled one alike, with 401', async () => {
    const { id, email } = await newOperator();
    await root.call('operators.update', { params: { id }, body: { disabled: true } });
    const answers = [];
    for (const [who, secret] of [
      [admin.email, 'wrong password!'],
      ['nobody@example.com', password],
      [email, password],
      ['', ''],
    ]) {
      const response = await browserAt('10.0.0.2').signIn(who ?? '', secret ?? '');
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
    const { email } = await newOperator();
    const browser = browserAt('10.0.0.3');
    await browser.signIn(email, password);
    const before = browser.cookies();
    const first = await browser.me();
    await browser.signIn(email, password);
    const second = await browser.me();
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect((await fetch(`${server.url}/api/me`, { headers: { cookie: before } })).status).toBe(401);
  });

  it('does not take a session cookie planted before it', async () => {
    const { email } = await newOperator();
    const attacker = browserAt('10.0.0.4');
    await attacker.signIn(email, password);
    const planted = attacker.cookies();
    const victim = browserAt('10.0.0.5');
    victim.plant(planted);
    const mine = await newOperator();
    await victim.signIn(mine.email, password);
    expect((await victim.me())?.operator.email).toBe(mine.email);
    expect(victim.cookies()).not.toBe(planted);
  });

  it('is on the record with address and email, refused ones too, and never with a password', async () => {
    const { id, email } = await newOperator();
    const browser = browserAt('10.0.0.6');
    await browser.signIn(email, 'a wrong password');
    await browser.signIn(email, password);
    const [refused] = await auditOf({ action: 'sign_in', outcome: 'refused', target: email });
    expect(refused).toMatchObject({ actor: 'anonymous', data: { email, address: '10.0.0.6', reason: 'credentials' } });
    const [accepted] = await auditOf({ action: 'sign_in', outcome: 'ok', target: id });
    expect(accepted).toMatchObject({
      actor: `operator:${id}`,
      data: { email, address: '10.0.0.6', method: 'password' },
    });
    const everything = JSON.stringify(await auditOf({ limit: '200' }));
    expect(everything).not.toContain(password);
    expect(everything).not.toContain('a wrong password');
  });

  it('refuses another site, with and without its CSRF token', async () => {
    const browser = browserAt('10.0.0.7');
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
    const browser = browserAt('10.0.0.8');
    const response = await browser.signIn(admin.email, password, { callbackUrl: 'https://evil.example/' });
    expect(await response.json()).toEqual({ url: server.url });
  });

  it('takes a malformed or oversized form without harm', async () => {
    const browser = browserAt('10.0.0.9');
    const send = (headers: Record<string, string>, body: string) =>
      browser.fetch('/api/auth/callback/credentials', {
        method: 'POST',
        headers: { origin: server.url, ...headers },
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

describe('throttling', () => {
  it('answers 429 with when to come back after five wrong passwords, and does not even look at the right one', async () => {
    const { email } = await newOperator();
    const attacker = browserAt('10.1.0.1');
    for (let count = 0; count < limits.signInFailuresPerPair; count += 1) {
      expect((await attacker.signIn(email, `wrong ${count}`)).status).toBe(401);
    }
    for (const guess of ['wrong again', password]) {
      const response = await attacker.signIn(email, guess);
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(limits.signInWindowMs / 1000 - 60);
      expect(await response.json()).toMatchObject({
        error: { code: 'RATE_LIMITED', requestId: expect.stringMatching(/./) },
      });
    }
    expect(await auditOf({ action: 'sign_in', outcome: 'refused', target: email })).toHaveLength(6);
  });

  it('cannot be used to lock the owner out of a known device, an address of theirs, or any other address', async () => {
    const { email } = await newOperator();
    const owner = browserAt('10.2.0.1');
    expect((await owner.signIn(email, password)).status).toBe(200);
    const strangers = Array.from({ length: limits.signInFailuresPerAccount + 4 }, (_, at) => browserAt(`10.3.0.${at}`));
    for (let at = 0; at < strangers.length; at += 8) {
      await Promise.all(strangers.slice(at, at + 8).map((stranger) => stranger.signIn(email, 'wrong')));
    }
    expect((await browserAt('10.2.0.1').signIn(email, password)).status).toBe(200);
    expect((await browserAt('10.4.0.1').signIn(email, password)).status).toBe(200);
    owner.move('10.3.0.1');
    for (let count = 0; count < 6; count += 1) await browserAt('10.3.0.1').signIn(email, 'wrong');
    expect((await browserAt('10.3.0.1').signIn(email, password)).status).toBe(429);
    expect((await owner.signIn(email, password)).status).toBe(200);
    // Every guess costs what a password hash costs.
  }, 180_000);

  it('does not believe an address that no trusted proxy vouches for', async () => {
    const open = await startServer();
    try {
      const answers = [];
      for (let count = 0; count <= limits.signInFailuresPerPair; count += 1) {
        const liar = new Browserlike(open.url, {
          'x-forwarded-for': `10.5.0.${count}`,
          'x-gatehouse-address': `10.6.0.${count}`,
        });
        answers.push((await liar.signIn('someone@example.com', 'wrong')).status);
      }
      expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    } finally {
      await open.stop();
    }
  });
});

describe('the end of a session', () => {
  it('is a sign-out: the old cookie opens nothing, and it is on the record', async () => {
    const { id, email } = await newOperator();
    const browser = browserAt('10.0.1.1');
    await browser.signIn(email, password);
    const stolen = browser.cookies();
    expect((await browser.signOut()).status).toBe(200);
    expect(await browser.me()).toBeNull();
    expect((await fetch(`${server.url}/api/me`, { headers: { cookie: stolen } })).status).toBe(401);
    const session = await fetch(`${server.url}/api/auth/session`, { headers: { cookie: stolen } });
    expect(await session.json()).toEqual({});
    expect(await auditOf({ action: 'sign_out', target: id })).toHaveLength(1);
  });

  it('cannot be brought about by another site', async () => {
    const { email } = await newOperator();
    const browser = browserAt('10.0.1.2');
    await browser.signIn(email, password);
    const csrfToken = await browser.csrfToken();
    expect((await browser.post('/api/auth/signout', { csrfToken }, { origin: 'https://evil.example' })).status).toBe(
      403,
    );
    await browser.post('/api/auth/signout', { csrfToken: 'wrong' });
    expect(await browser.me()).not.toBeNull();
  });

  it.each([
    ['sign-out everywhere', (id: string) => root.call('operators.signOut', { params: { id } }), 401],
    ['disable', (id: string) => root.call('operators.update', { params: { id }, body: { disabled: true } }), 401],
    [
      'new password',
      (id: string) => root.call('operators.update', { params: { id }, body: { password: `${password}!` } }),
      401,
    ],
    ['new role', (id: string) => root.call('operators.update', { params: { id }, body: { role: 'viewer' } }), 403],
  ] as const)('%s bites at the very next request and closes the sockets with 4401', async (_name, act, status) => {
    const { id, email } = await newOperator();
    const browser = browserAt('10.0.1.3');
    await browser.signIn(email, password);
    const start = () => browser.call('POST', '/api/runs/revoke', { reason: 'test', ids: ['run_none'] });
    expect((await start()).status).toBe(200);
    const ticket = (await (await browser.call('POST', '/api/auth/ws-ticket', { endpoint: 'events' })).json()).ticket;
    const socket = await openSocket(server.url, '/api/events', {
      origin: server.url,
      protocols: ['gatehouse-v1', `gatehouse-ticket.${ticket}`],
    });
    await act(id);
    expect((await start()).status).toBe(status);
    expect((await socket.closed).code).toBe(4401);
  });

  it('takes the tickets minted before it along', async () => {
    const { id, email } = await newOperator();
    const browser = browserAt('10.0.1.9');
    await browser.signIn(email, password);
    const ticket = (await (await browser.call('POST', '/api/auth/ws-ticket', { endpoint: 'events' })).json()).ticket;
    await root.call('operators.signOut', { params: { id } });
    const made = await root.call('serviceKeys.create', { body: { name: 'brief', scopes: ['runs:read'] } });
    const ofKey = await service(server.url, made.key).call('tickets.mint', { body: { endpoint: 'events' } });
    await root.call('serviceKeys.revoke', { params: { id: made.id } });
    for (const [late, origin] of [
      [ticket, server.url],
      [ofKey.ticket, undefined],
    ]) {
      const protocols = ['gatehouse-v1', `gatehouse-ticket.${late}`];
      const socket = await openSocket(server.url, '/api/events', { ...(origin && { origin }), protocols });
      expect((await socket.closed).code).toBe(4401);
      expect(socket.messages).toEqual([]);
    }
  });

  it('takes one of several, or all of one’s own', async () => {
    const { email } = await newOperator();
    const [here, there, elsewhere] = [browserAt('10.0.1.4'), browserAt('10.0.1.5'), browserAt('10.0.1.6')];
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
    const rootSessions = await root.call('sessions.list');
    expect((await here.call('DELETE', `/api/sessions/${rootSessions.items[0]?.id}`)).status).toBe(404);
    expect((await here.call('DELETE', '/api/sessions')).status).toBe(200);
    expect(await here.me()).toBeNull();
    expect(await elsewhere.me()).toBeNull();
  });

  it('outlives a restart of the server', async () => {
    const { email } = await newOperator();
    const [stays, goes] = [browserAt('10.0.1.7'), browserAt('10.0.1.8')];
    await stays.signIn(email, password);
    await goes.signIn(email, password);
    await goes.signOut();
    await server.kill9();
    await server.restart();
    expect(await stays.me()).not.toBeNull();
    expect(await goes.me()).toBeNull();
  });
});

describe('the last admin', () => {
  it('stays, however many step down at once', async () => {
    const own = await startServer();
    try {
      const first = await signIn(own.url, admin.email, password);
      const others = [];
      for (const name of ['b', 'c']) {
        const body = { email: `${name}@example.com`, name, role: 'admin', password } as const;
        others.push(await first.call('operators.create', { body }));
      }
      const everyone = (await first.call('operators.list')).items;
      const answers = await Promise.all(
        everyone.map(({ id }) => first.attempt('operators.update', { params: { id }, body: { role: 'operator' } })),
      );
      const admins = (await Promise.all(everyone.map(({ email }) => signIn(own.url, email, password)))).map(
        async (client) => (await client.call('me.get')).operator.role,
      );
      expect((await Promise.all(admins)).filter((role) => role === 'admin')).toHaveLength(1);
      expect(answers.map(({ status }) => status).every((status) => [200, 403, 409].includes(status))).toBe(true);
    } finally {
      await own.stop();
    }
  });
});

describe('service keys over HTTP', () => {
  it('are shown once, work within their scopes, and end at the revoke', async () => {
    const made = await root.call('serviceKeys.create', {
      body: { name: 'ci', scopes: ['runs:read'], expiresInSeconds: 3600 },
    });
    expect(JSON.stringify(await root.call('serviceKeys.list'))).not.toContain(made.key.slice(8, 30));
    const client = service(server.url, made.key);
    expect((await client.attempt('runs.list')).status).toBe(200);
    expect((await client.attempt('serviceKeys.list')).status).toBe(403);
    await root.call('serviceKeys.revoke', { params: { id: made.id } });
    expect((await client.attempt('runs.list')).status).toBe(401);
    expect(server.logs()).not.toContain(made.key.slice(8, 30));
  });
});

describe('first-run set-up', () => {
  it('prints a link once, makes one admin with it, and is then over', async () => {
    const fresh = await startServer({ env: { GATEHOUSE_ADMIN_EMAIL: undefined, GATEHOUSE_ADMIN_PASSWORD: undefined } });
    try {
      const token = (await eventually(() => /\/setup#([A-Za-z0-9_-]{43})/.exec(fresh.logs())?.[1])) ?? '';
      const complete = (with_: string, email: string) =>
        fetch(`${fresh.url}/api/setup`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: fresh.url },
          body: JSON.stringify({ token: with_, email, name: 'First', password }),
        });
      expect((await complete('wrong', 'a@example.com')).status).toBe(403);
      const answers = await Promise.all(['a', 'b', 'c'].map((name) => complete(token, `${name}@example.com`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      const made = await Promise.all(answers.map((answer) => answer.json()));
      const { email } = made.find((body) => 'email' in body);
      expect((await (await signIn(fresh.url, email, password)).call('me.get')).operator.role).toBe('admin');
      await fresh.restart();
      expect((await complete(token, 'd@example.com')).status).toBe(409);
      expect(fresh.logs().match(/\/setup#/g)).toHaveLength(1);
    } finally {
      await fresh.stop();
    }
  });
});

describe('behind https', () => {
  it('marks every cookie Secure and names it so', async () => {
    const secure = await startServer({ env: { GATEHOUSE_PUBLIC_URL: 'https://gatehouse.example.com' } });
    try {
      const browser = new Browserlike(secure.url);
      expect((await browser.signIn(admin.email, password)).status).toBe(200);
      for (const name of [
        '__Secure-next-auth.session-token',
        '__Host-next-auth.csrf-token',
        '__Host-gatehouse-device',
      ]) {
        expect(browser.attributesOf(name), name).toMatch(/; Secure/);
      }
      expect(await browser.me()).not.toBeNull();
      const page = await browser.fetch('/login');
      expect(page.headers.get('strict-transport-security')).toMatch(/max-age=/);
    } finally {
      await secure.stop();
    }
  });
});

describe('a page', () => {
  it('carries a fresh nonce and the usual headers, and sends strangers to sign in', async () => {
    const policyOf = async () => (await fetch(`${server.url}/login`)).headers.get('content-security-policy') ?? '';
    const [one, two] = [await policyOf(), await policyOf()];
    const nonceOf = (policy: string) => /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(nonceOf(one)).toBeTruthy();
    expect(nonceOf(one)).not.toBe(nonceOf(two));
    const scripts = /script-src ([^;]*)/.exec(one)?.[1] ?? '';
    expect(scripts).not.toContain('unsafe');
    for (const directive of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"]) {
      expect(one).toContain(directive);
    }
    const page = await fetch(`${server.url}/login`);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('x-powered-by')).toBeNull();

    const stranger = await fetch(`${server.url}/runs?status=live`, { redirect: 'manual' });
    expect(stranger.headers.get('location')).toBe(`/login?next=${encodeURIComponent('/runs?status=live')}`);
  });
});
