/** The webhook platform end to end: a real server, a system that signs, a gateway that dialled in, and a receiver. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { newWebhookSecret } from '@/lib/webhooks/signing';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { type Received, receiver } from '@/test/support/receiver';
import { sign } from '@/test/support/relay/sign';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { openSocket, type TestSocket } from '@/test/support/sockets';

covers('relay.webhook', 'relay.platforms', 'relay.author-first', 'relay.egress', 'relay.link-code');

let server: TestServer;
let owner: OperatorClient;
let viewer: OperatorClient;
let key: TestClient;
let desk: Awaited<ReturnType<typeof receiver>>;
let secret: string;
let gateway: TestSocket;
let ids = 0;

const nowSeconds = () => Math.floor(Date.now() / 1_000);

async function dial(gatewayId: string, of: string): Promise<TestSocket> {
  const bearer = mintUpgradeToken({ gatewayId, secret: of, exp: 0 });
  const socket = await openSocket(server.url, '/relay', { headers: { authorization: `Bearer ${bearer}` } });
  socket.send('{"type":"hello","platform":"support","botId":"b"}\n');
  await socket.message(({ type }) => type === 'descriptor');
  return socket;
}

interface Said {
  text?: string;
  user?: string;
  chat?: { id: string; type: string };
  [field: string]: unknown;
}
function bodyOf({ text = 'hi', user = 'ada', chat = { id: 'c-ada', type: 'dm' }, ...more }: Said = {}): string {
  ids += 1;
  return JSON.stringify({ message_id: `m${ids}`, text, chat, user: { id: user, name: user }, ...more });
}
async function post(body: string, headers: object = signed(body), to = 'support') {
  const response = await fetch(`${server.url}/relay/platforms/${to}`, {
    ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
function signed(body: string, over: { id?: string; seconds?: number } = {}) {
  ids += 1;
  return sign(secret, { id: over.id ?? `msg_${ids}`, seconds: over.seconds ?? nowSeconds(), body });
}
const textsOf = (socket: TestSocket) =>
  socket.messages.flatMap((frame) => {
    const { type, event } = frame as { type: string; event?: { text: string } };
    return type === 'inbound' ? [event?.text] : [];
  });
async function act(action: object, by = gateway) {
  ids += 1;
  const requestId = `r${ids}`;
  by.send(`${JSON.stringify({ type: 'outbound', requestId, action, platform: 'support' })}\n`);
  const { result } = await by.message((frame) => frame.requestId === requestId);
  return result as Record<string, unknown>;
}
async function link(user: string, gatewayId: string): Promise<void> {
  const { code } = await owner.call('relay.linkCode', { params: { id: gatewayId } });
  const body = bodyOf({ text: `/link ${code}`, user, chat: { id: `c-${user}`, type: 'dm' } });
  expect(await post(body)).toEqual({ status: 202, body: { outcome: 'accepted' } });
}
const bound = async (gatewayId: string) =>
  (await owner.call('relay.get', { params: { id: gatewayId } })).boundUsers.map(({ userId }) => userId);

beforeAll(async () => {
  server = await startServer();
  owner = await signIn(server.url, admin.email, admin.password);
  key = service(server.url, server.serviceKey);
  await owner.call('operators.create', {
    body: { email: 'viewer@example.com', name: 'Vi', role: 'viewer', password: admin.password },
  });
  viewer = await signIn(server.url, 'viewer@example.com', admin.password);
  desk = await receiver();
  const created = await owner.call('relayPlatforms.create', {
    body: {
      ...{ id: 'support', label: 'Support desk' },
      settings: { kind: 'webhook', outboundUrl: `${desk.url}/gatehouse`, allowPrivateHost: true },
    },
  });
  secret = created.signingSecret ?? '';
  expect(created.platform).toMatchObject({
    ...{ kind: 'webhook', inboundUrl: `${server.url}/relay/platforms/support`, settings: { outboundUrl: desk.url } },
  });
  const provisioned = await key.call('relay.provision', {
    body: { gatewayId: 'gw-desk', platform: 'support', botId: 'b', routeKeys: ['team-1'] },
  });
  gateway = await dial('gw-desk', provisioned.secret);
  await link('ada', 'gw-desk');
});
afterAll(async () => {
  await gateway?.close();
  await server.stop();
  await desk.close();
});
beforeEach(() => {
  desk.received.length = 0;
  desk.answer(() => ({ status: 204 }));
});

describe('a message', () => {
  it('of a linked author reaches the instance, and its code did not', async () => {
    expect(await bound('gw-desk')).toEqual(['ada']);
    expect(await post(bodyOf({ text: 'Where is my order?' }))).toEqual({ status: 202, body: { outcome: 'accepted' } });
    const { event } = await gateway.message((frame) => frame.type === 'inbound');
    expect(event).toMatchObject({
      text: 'Where is my order?',
      source: { platform: 'support', chat_id: 'c-ada', chat_type: 'dm', user_id: 'ada', user_name: 'ada' },
    });
    expect(textsOf(gateway).some((text) => text?.startsWith('/link'))).toBe(false);
  });

  it('of somebody unlinked reaches nobody, and a wrong code binds nobody: the answers are the same', async () => {
    const answers = [
      await post(bodyOf({ text: 'let me in', user: 'eve' })),
      await post(bodyOf({ text: '/link WRONGCODE1', user: 'eve' })),
      await post(bodyOf({ text: 'I am ada', user: 'eve', chat: { id: 'c-ada', type: 'dm' } })),
    ];
    for (const answer of answers) expect(answer).toEqual({ status: 202, body: { outcome: 'accepted' } });
    await post(bodyOf({ text: 'after' }));
    await eventually(() => textsOf(gateway).includes('after'));
    expect(textsOf(gateway)).not.toContain('let me in');
    expect(textsOf(gateway)).not.toContain('I am ada');
    expect(await bound('gw-desk')).toEqual(['ada']);
  });

  it('that comes again is answered as before and delivered once', async () => {
    const body = bodyOf({ text: 'once' });
    const headers = signed(body);
    const answers = await Promise.all([post(body, headers), post(body, headers), post(body, headers)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await post(bodyOf({ text: 'then' }));
    await eventually(() => textsOf(gateway).includes('then'));
    expect(textsOf(gateway).filter((text) => text === 'once')).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('reads the same for a wrong, stale, changed or missing signature, and for no such platform', async () => {
    await owner.call('relayPlatforms.create', {
      body: { id: 'off', settings: { kind: 'webhook', outboundUrl: `${desk.url}/off`, allowPrivateHost: true } },
    });
    await owner.call('relayPlatforms.update', { params: { id: 'off' }, body: { enabled: false } });
    const body = bodyOf({ text: 'forged' });
    const other = sign(newWebhookSecret(), { id: 'x', seconds: nowSeconds(), body });
    const refusals = [
      await post(body, {}),
      await post(body, other),
      await post(body, signed(body, { seconds: nowSeconds() - 301 })),
      await post(`${body} `, signed(body)),
      await post(body, { ...signed(body), 'webhook-id': 'another' }),
      await post(body, other, 'off'),
      await post(body, signed(body), 'nobody'),
      await post(body, signed(body), 'console'),
      await post(body, signed(body), 'No%20Name'),
    ];
    const shown = refusals.map(({ status, body: answer }) => {
      const { requestId: _, ...error } = answer.error as Record<string, unknown>;
      return { status, error };
    });
    for (const each of shown) expect(each).toEqual(shown[0]);
    expect(shown[0]).toMatchObject({ status: 401, error: { code: 'UNAUTHENTICATED' } });
    await post(bodyOf({ text: 'next' }));
    await eventually(() => textsOf(gateway).includes('next'));
    expect(textsOf(gateway)).not.toContain('forged');
    const { items } = await owner.call('audit.list', { query: { action: 'relay.receive', limit: 50 } });
    expect(items.length).toBeGreaterThan(0);
  });

  it('of a body over 1 MiB is a 413, and of a wrong shape a 400 that names the field', async () => {
    const large = bodyOf({ text: 'x'.repeat(1024 * 1024) });
    expect((await post(large)).status).toBe(413);
    expect(await postChunked(large)).toBe(413);
    const wrong = bodyOf({ guild_id: 'team-2' });
    const refused = await post(wrong);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    expect(JSON.stringify(refused.body)).toContain('guild_id');
    const other = await fetch(`${server.url}/relay/platforms/support`);
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('an action of the gateway', () => {
  const last = (): Received => desk.received.at(-1) as Received;

  it('reaches the receiver signed, and its name for the message goes back', async () => {
    const result = await act({ op: 'send', chat_id: 'c-ada', content: 'It is on its way.' });
    expect(result).toEqual({ success: true });
    const { headers, body } = last();
    expect(JSON.parse(body)).toEqual({ op: 'send', chat_id: 'c-ada', content: 'It is on its way.' });
    const seconds = Number(headers['webhook-timestamp']);
    expect(headers).toMatchObject({ ...sign(secret, { id: String(headers['webhook-id']), seconds, body }) });
  });

  it('that asks comes back as the answer of its author', async () => {
    const options = [{ id: 'yes', label: 'Yes' }];
    await act({ op: 'prompt', chat_id: 'c-ada', prompt_kind: 'confirm', prompt_id: 'p1', content: 'Send?', options });
    expect(JSON.parse(last().body)).toMatchObject({ op: 'prompt', prompt_id: 'p1' });
    await post(bodyOf({ text: '', prompt_response: { prompt_id: 'p1', option_id: 'yes' } }));
    const { event } = await gateway.message(
      (frame) => (frame.event as { prompt_response?: object } | undefined)?.prompt_response != null,
    );
    expect(event).toMatchObject({ prompt_response: { prompt_id: 'p1', option_id: 'yes' } });
  });

  it('to where nothing leads is declined, whatever scope an author forged', async () => {
    const forged = bodyOf({ text: 'mine', scope_id: 'team-of-others', chat: { id: 'room', type: 'group' } });
    expect((await post(forged)).status).toBe(202);
    await eventually(() => textsOf(gateway).includes('mine'));
    const elsewhere = { chat_id: 'their-room', metadata: { scope_id: 'team-of-others' } };
    expect(await act({ op: 'send', content: 'x', ...elsewhere })).toMatchObject({ code: 'egress_declined' });
    const otherScope = { chat_id: 'room', metadata: { scope_id: 'team-1' } };
    expect(await act({ op: 'send', content: 'x', ...otherScope })).toMatchObject({ code: 'egress_declined' });
    expect(desk.received).toEqual([]);
    expect(await act({ op: 'send', content: 'x', chat_id: 'room' })).toMatchObject({ success: true });
  });

  it('of a gateway of another tenant finds no platform here', async () => {
    const { enrollmentToken } = await owner.call('relay.mintEnrolment', { body: { tenant: 'other' } });
    const enrolled = await key.call('relay.enroll', { body: { enrollmentToken, gatewayId: 'gw-other' } });
    const socket = await dial('gw-other', enrolled.secret);
    const results = [
      await act({ op: 'send', content: 'x', chat_id: 'c-ada' }, socket),
      await act({ op: 'send', content: 'x', chat_id: 'new', metadata: { scope_id: 'team-1' } }, socket),
      await act({ op: 'send', content: 'x', chat_id: 'new', metadata: { user_id: 'ada' } }, socket),
    ];
    for (const result of results) expect(result).toMatchObject({ success: false, code: 'egress_declined' });
    expect(desk.received).toEqual([]);
    await socket.close();
  });

  it('to a private host that no admin allowed is not called', async () => {
    const refused = await owner.attempt('relayPlatforms.create', {
      body: { id: 'inside', settings: { kind: 'webhook', outboundUrl: desk.url } },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'ADDRESS_REFUSED' } } });
  });
});

describe('over REST', () => {
  it('a viewer sees the platforms and changes none, and no answer holds a secret', async () => {
    const { items } = await viewer.call('relayPlatforms.list');
    expect(items[0]).toMatchObject({ id: 'console', status: 'ready' });
    expect(items.find(({ id }) => id === 'support')).toMatchObject({ status: 'ready', error: null });
    expect(JSON.stringify(items)).not.toContain(secret);
    const params = { id: 'support' };
    for (const attempt of [
      await viewer.attempt('relayPlatforms.create', { body: {} }),
      await viewer.attempt('relayPlatforms.update', { params, body: { enabled: false } }),
      await viewer.attempt('relayPlatforms.remove', { params }),
      await key.attempt('relayPlatforms.remove', { params }),
    ])
      expect(attempt.status).toBe(403);
    expect(server.logs()).not.toContain(secret);
  });

  it('the console stays, a name in use is a 409, and an unknown one a 404', async () => {
    const settings = { kind: 'webhook', outboundUrl: 'https://desk.example.com/' };
    const cases = [
      [await owner.attempt('relayPlatforms.remove', { params: { id: 'console' } }), 409, 'RELAY_PLATFORM_BUILT_IN'],
      [
        await owner.attempt('relayPlatforms.create', { body: { id: 'support', settings } }),
        409,
        'RELAY_PLATFORM_EXISTS',
      ],
      [await owner.attempt('relayPlatforms.create', { body: { id: 'Über', settings } }), 400, 'BAD_REQUEST'],
      [await owner.attempt('relayPlatforms.remove', { params: { id: 'none' } }), 404, 'RELAY_PLATFORM_NOT_FOUND'],
    ] as const;
    for (const [{ status, body }, expected, code] of cases)
      expect({ status, body }).toMatchObject({ status: expected, body: { error: { code } } });
  });
});

it('after kill -9 it listens again with the same secret, and what was delivered before is not delivered twice', async () => {
  const body = bodyOf({ text: 'before the kill' });
  const headers = signed(body);
  expect((await post(body, headers)).status).toBe(202);
  await eventually(() => textsOf(gateway).includes('before the kill'));
  const killedAt = nowSeconds();
  await eventually(() => nowSeconds() > killedAt);
  await server.kill9();
  await server.restart();
  owner = await signIn(server.url, admin.email, admin.password);
  expect((await post(body, headers)).status).toBe(503);
  expect((await post(bodyOf({ text: 'after the kill' }))).status).toBe(202);
  const { buffer } = await owner.call('relay.get', { params: { id: 'gw-desk' } });
  expect(buffer.events).toBe(1);
});

it('a platform that is removed hears nothing more, and forgets who was linked', async () => {
  await owner.call('relayPlatforms.remove', { params: { id: 'support' } });
  expect((await post(bodyOf())).status).toBe(401);
  expect(await bound('gw-desk')).toEqual([]);
});

/** Without a length that announces it. */
function postChunked(body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}/relay/platforms/support`, { method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += 65_536) request.write(body.slice(at, at + 65_536));
    request.end();
  });
}
