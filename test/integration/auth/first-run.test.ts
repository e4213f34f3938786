/** What a fresh server, one behind https and a page give to whoever comes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { signIn } from '@/test/support/http-client';
import { admin, startServer } from '@/test/support/server';
import { type AuthWorld, authWorld, password } from './auth-world';
import { Browserlike } from './browserlike';

covers('signin.first-admin', 'http.security-headers');

let world: AuthWorld;
beforeAll(async () => {
  world = await authWorld();
});
afterAll(() => world.server.stop());

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
    const policyOf = async () =>
      (await fetch(`${world.server.url}/login`)).headers.get('content-security-policy') ?? '';
    const [one, two] = [await policyOf(), await policyOf()];
    const nonceOf = (policy: string) => /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(nonceOf(one)).toBeTruthy();
    expect(nonceOf(one)).not.toBe(nonceOf(two));
    const scripts = /script-src ([^;]*)/.exec(one)?.[1] ?? '';
    expect(scripts).not.toContain('unsafe');
    for (const directive of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"]) {
      expect(one).toContain(directive);
    }
    const page = await fetch(`${world.server.url}/login`);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('x-powered-by')).toBeNull();

    const stranger = await fetch(`${world.server.url}/runs?status=live`, { redirect: 'manual' });
    expect(stranger.headers.get('location')).toBe(`/login?next=${encodeURIComponent('/runs?status=live')}`);
  });
});
