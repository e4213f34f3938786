/** Single sign-on against a real OpenID Connect provider on loopback. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { freePort } from '@/test/support/free-port';
import { type OperatorClient, signIn } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { Browserlike } from './browserlike';

covers('signin.oidc');

interface Account {
  email?: string;
  email_verified?: boolean;
}

/** Whom the provider says is there, by subject. */
const accounts: Record<string, Account> = {
  'subject-ada': { email: 'Ada@example.com', email_verified: true },
  'subject-bob': { email: 'bob@example.com', email_verified: false },
  'subject-eve': { email: 'eve@elsewhere.example', email_verified: true },
  'subject-two': { email: 'ada@example.com', email_verified: true },
};
let signedInAs = '';

let provider: Server;
let server: TestServer;
let root: OperatorClient;

beforeAll(async () => {
  const [providerPort, port] = [await freePort(), await freePort()];
  const issuer = `http://127.0.0.1:${providerPort}`;
  provider = await startProvider(issuer, `http://127.0.0.1:${port}/api/auth/callback/oidc`);
  server = await startServer({
    port,
    env: {
      GATEHOUSE_OIDC_ISSUER: issuer,
      GATEHOUSE_OIDC_CLIENT_ID: 'gatehouse',
      GATEHOUSE_OIDC_CLIENT_SECRET: 'a secret of the client',
    },
  });
  root = await signIn(server.url, admin.email, admin.password);
  for (const email of ['ada@example.com', 'bob@example.com']) {
    await root.call('operators.create', { body: { email, name: email, role: 'operator', password: admin.password } });
  }
});
afterAll(async () => {
  await server.stop();
  provider.close();
});

async function startProvider(issuer: string, redirectUri: string): Promise<Server> {
  const oidc = new Provider(issuer, {
    clients: [{ client_id: 'gatehouse', client_secret: 'a secret of the client', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId, ...accounts[accountId] }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = oidc.callback();
  const http = createServer((request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    void oidc.interactionFinished(request, response, { login: { accountId: signedInAs } });
  });
  http.listen(Number(new URL(issuer).port), '127.0.0.1');
  await once(http, 'listening');
  return http;
}

/** Follows the whole journey from the button to wherever it ends. Each server keeps its own cookies. */
async function signInThroughProvider(subject: string, tamper: (url: string) => string = (url) => url) {
  signedInAs = subject;
  const ours = new Browserlike(server.url);
  const csrfToken = await ours.csrfToken();
  const start = await ours.post('/api/auth/signin/oidc', { csrfToken, json: 'true', callbackUrl: '/runs' });
  let next: string = (await start.json()).url;
  const authorization = new URL(next);
  const theirs = new Browserlike(new URL(next).origin);
  while (!next.startsWith(server.url)) {
    const response = await theirs.fetch(next);
    next = new URL(response.headers.get('location') ?? '', next).href;
  }
  const back = await ours.fetch(tamper(next));
  return { ours, authorization, callback: next, location: back.headers.get('location') ?? '' };
}

describe('single sign-on', () => {
  it('is offered beside the password', async () => {
    const providers = await (await fetch(`${server.url}/api/auth/providers`)).json();
    expect(Object.keys(providers)).toEqual(['credentials', 'oidc']);
  });

  it('asks with PKCE, a state and a nonce', async () => {
    const { authorization } = await signInThroughProvider('subject-ada');
    expect(Object.fromEntries(authorization.searchParams)).toMatchObject({
      client_id: 'gatehouse',
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{20,}$/),
      nonce: expect.stringMatching(/^.{20,}$/),
    });
  });

  it('lets in whose verified email an admin gave an account, and knows the subject from then on', async () => {
    const first = await signInThroughProvider('subject-ada');
    expect(first.location).toBe(`${server.url}/runs`);
    expect((await first.ours.me())?.operator).toMatchObject({ email: 'ada@example.com', role: 'operator' });
    const account = accounts['subject-ada'];
    if (account) account.email = 'renamed@example.com';
    const again = await signInThroughProvider('subject-ada');
    expect((await again.ours.me())?.operator.email).toBe('ada@example.com');
  });

  it.each([
    ['an email that the provider did not verify', 'subject-bob'],
    ['nobody’s account here', 'subject-eve'],
    ['an account that another subject has', 'subject-two'],
  ])('refuses %s, says so, and makes no account', async (_name, subject) => {
    const { ours, location } = await signInThroughProvider(subject);
    expect(location).toContain('/login?error=NoAccount');
    expect(await ours.me()).toBeNull();
    expect((await root.call('operators.list')).items).toHaveLength(3);
    const [row] = (await root.call('audit.list', { query: { action: 'sign_in', outcome: 'refused' } })).items;
    expect(row?.data).toMatchObject({ reason: 'single_sign_on' });
  });

  it('refuses a disabled operator', async () => {
    const ada = (await root.call('operators.list')).items.find(({ email }) => email === 'ada@example.com');
    const change = (disabled: boolean) =>
      root.call('operators.update', { params: { id: ada?.id ?? '' }, body: { disabled } });
    await change(true);
    expect(await (await signInThroughProvider('subject-ada')).ours.me()).toBeNull();
    await change(false);
    expect(await (await signInThroughProvider('subject-ada')).ours.me()).not.toBeNull();
  });

  it('refuses a callback whose state is not this browser’s', async () => {
    const { ours, location } = await signInThroughProvider('subject-ada', (url) =>
      url.replace(/state=[^&]+/, 'state=forged'),
    );
    expect(location).toContain('error=');
    expect(await ours.me()).toBeNull();
  });

  it('refuses a callback replayed, and one brought to another browser', async () => {
    const { ours, callback } = await signInThroughProvider('subject-ada');
    expect(await ours.me()).not.toBeNull();
    const stranger = new Browserlike(server.url);
    await stranger.fetch(callback);
    expect(await stranger.me()).toBeNull();
  });

  it('is on the record with its method', async () => {
    const rows = (await root.call('audit.list', { query: { action: 'sign_in', outcome: 'ok' } })).items;
    expect(rows.some(({ data }) => data.method === 'oidc')).toBe(true);
  });
});
