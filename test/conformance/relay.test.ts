/** The relay as gateways in the field meet it: a real server, a Python client of its own, and sockets that bring the wrong bearer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayMedia, relayMediaEntry } from '@/lib/contracts/relay';
import { limits } from '@/lib/platform/limits';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { anonymous, type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { type PythonGateway, startPythonGateway } from '@/test/support/relay/python-gateway';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { openSocket, refusedUpgrade } from '@/test/support/sockets';

covers(
  'relay.upgrade',
  'relay.buffer',
  'relay.order',
  'relay.revoked',
  'relay.enrolment',
  'relay.egress',
  'relay.media',
);

let server: TestServer;
let owner: OperatorClient;
let key: TestClient;
let gateway: PythonGateway;
let secret: string;

const one = { params: { id: 'gw-py' } };
const send = (text: string, id = 'gw-py') =>
  owner.call('relay.send', { params: { id }, body: { chatId: 'talk', text } });
const provision = (gatewayId: string) =>
  key.call('relay.provision', { body: { gatewayId, platform: 'console', botId: 'bot-1' } });
const bearer = (gatewayId: string, of: string, exp = 0) => ({
  headers: { authorization: `Bearer ${mintUpgradeToken({ gatewayId, secret: of, exp })}` },
});
const sessionKey = 'agent:main:console:dm:talk';
async function act(action: object): Promise<Record<string, unknown>> {
  const from = gateway.told.length;
  gateway.order({ do: 'act', action });
  return (await gateway.tells('acted', () => true, from)).result as Record<string, unknown>;
}
const status = async () => (await owner.call('relay.get', one)).status;

beforeAll(async () => {
  server = await startServer();
  owner = await signIn(server.url, admin.email, admin.password);
  key = service(server.url, server.serviceKey);
  ({ secret } = await provision('gw-py'));
  gateway = startPythonGateway(server.url, 'gw-py', secret);
});
afterAll(async () => {
  gateway.stop();
  await server.stop();
});

describe('a Python client', () => {
  it('shakes hands, and talks with an operator', async () => {
    const { descriptor } = await gateway.tells('descriptor');
    expect(descriptor).toMatchObject({ contract_version: 1, platform: 'console', len_unit: 'chars' });
    await eventually(async () => expect(await status()).toBe('live'));
    expect((await send('hello')).bufferId).toBeNull();
    expect(await gateway.tells('inbound')).toMatchObject({ text: 'hello', bufferId: null });
    expect(await gateway.tells('replied')).toMatchObject({ result: { success: true } });
    await eventually(async () => {
      const { items } = await owner.call('relay.messages', one);
      expect(items.map(({ author, text }) => [author, text]).sort()).toEqual([
        ['gateway', 'echo: hello'],
        ['operator', 'hello'],
      ]);
    });
  });

  it('is declined where nothing leads, and the page shows it', async () => {
    const answer = await act({ op: 'send', chat_id: 'of-somebody-else', content: 'x' });
    expect(answer).toMatchObject({ success: false, code: 'egress_declined' });
    const { denials } = await owner.call('relay.get', one);
    expect(denials).toMatchObject([{ op: 'send', chatId: 'of-somebody-else' }]);
  });

  it('sleeps, is sent three messages, and finds them in order when it wakes', async () => {
    gateway.order({ do: 'idle' });
    await gateway.tells('asleep');
    const from = gateway.told.length;
    const sent = [await send('1'), await send('2'), await send('3')];
    expect(await owner.call('relay.get', one)).toMatchObject({ status: 'idle', buffer: { events: 3 } });
    gateway.order({ do: 'wake' });
    await gateway.tells('inbound', ({ text }) => text === '3', from);
    const inbound = gateway.told.slice(from).filter(({ what }) => what === 'inbound');
    expect(inbound.map(({ text, bufferId }) => [text, bufferId])).toEqual(
      sent.map(({ bufferId }, index) => [String(index + 1), bufferId]),
    );
    await eventually(async () => {
      expect(await owner.call('relay.get', one)).toMatchObject({ status: 'live', buffer: { events: 0 } });
    });
  });

  it('loses nothing when the server is killed, and dials again by itself', async () => {
    gateway.order({ do: 'idle' });
    const asleep = gateway.told.length;
    await gateway.tells('asleep', () => true, asleep);
    await send('before');
    await server.kill9();
    await server.restart();
    owner = await signIn(server.url, admin.email, admin.password);
    await send('after');
    gateway.order({ do: 'wake' });
    await gateway.tells('inbound', ({ text }) => text === 'after', asleep);
    const texts = gateway.told.slice(asleep).flatMap(({ what, text }) => (what === 'inbound' ? [text] : []));
    expect(texts).toEqual(['before', 'after']);
  });

  it('works for its operator under a run of theirs, which outlived that kill and ends at one press', async () => {
    const {
      items: [run],
    } = await owner.call('runs.list', { query: { kind: 'relay', status: 'live' } });
    const tags = { 'relay.session': sessionKey, 'relay.chat': 'talk' };
    expect(run).toMatchObject({ principal: { platform: 'console', channelId: 'talk' }, startedBy: admin.email, tags });
    const { token, mcp_url: mcpUrl } = await act({
      op: 'follow_up',
      session_key: sessionKey,
      kind: 'tool_token',
      content: '',
    });
    expect(mcpUrl).toBe(`${server.url}/mcp`);
    const listed = () =>
      fetch(`${server.url}/api/tools/connectors/list`, { headers: { authorization: `Bearer ${token}` } });
    expect((await listed()).status).toBe(200);
    const from = gateway.told.length;
    const { revoked } = await owner.call('runs.revoke', { params: { id: run?.id ?? '' }, body: { reason: 'Enough.' } });
    expect(revoked.tokens).toBe(1);
    expect((await listed()).status).toBe(401);
    expect(await gateway.tells('interrupted', () => true, from)).toMatchObject({ sessionKey, chatId: 'talk' });
    expect(await act({ op: 'send', chat_id: 'talk', content: 'still here' })).toMatchObject({
      code: 'egress_declined',
    });
    await send('again');
    expect(await gateway.tells('replied', () => true, from)).toMatchObject({ result: { success: true } });
  });

  it('stays through a rotation, and is cut off for good by a revoke', async () => {
    const { status: answered, body } = await anonymous(server.url, bearer('gw-py', secret).headers).attempt(
      'relayManage.rotate',
    );
    expect([answered, (body as { gatewayId: string }).gatewayId]).toEqual([200, 'gw-py']);
    const from = gateway.told.length;
    await send('still there');
    await gateway.tells('inbound', ({ text }) => text === 'still there', from);
    const revoked = await owner.call('relay.revoke', { ...one, body: { reason: 'It was lost.' } });
    expect(revoked).toMatchObject({ status: 'disabled', revokeReason: 'It was lost.' });
    expect(await gateway.tells('closed', () => true, from)).toMatchObject({ code: 4401, reason: 'revoked' });
    await gateway.tells('disabled');
    for (const of of [secret, (body as { secret: string }).secret]) {
      const socket = await openSocket(server.url, '/relay', bearer('gw-py', of));
      expect(await socket.closed).toEqual({ code: 4401, reason: 'revoked' });
    }
    const rows = await owner.call('audit.list', { query: { target: revoked.id, limit: 200 } });
    const story = new Set(rows.items.map(({ action }) => action));
    for (const action of ['provision', 'awake', 'message', 'outbound', 'decline', 'idle', 'ack', 'rotate', 'revoke'])
      expect(story).toContain(`relay.${action}`);
    expect(server.logs()).not.toContain(secret);
  });
});

describe('an upgrade', () => {
  it('with the wrong bearer is accepted and closed with what is wrong with it', async () => {
    const { secret: good } = await provision('gw-raw');
    const cases = [
      [{}, 'unauthorized'],
      [bearer('gw-raw', 'wrong'), 'unauthorized'],
      [bearer('gw-none', good), 'unauthorized'],
      [bearer('gw-raw', good, 1_700_000_000), 'expired'],
    ] as const;
    for (const [options, reason] of cases) {
      const socket = await openSocket(server.url, '/relay', options);
      expect(await socket.closed).toEqual({ code: 4401, reason });
    }
    expect(await refusedUpgrade(server.url, '/relay/other', bearer('gw-raw', good))).toBe(400);
  });

  it('of an instance that is connected supersedes it, and one frame over 1 MiB ends only its own', async () => {
    const { secret: good } = await key.call('relayManage.rotate', { body: { gatewayId: 'gw-raw' } });
    const older = await openSocket(server.url, '/relay', bearer('gw-raw', good));
    const newer = await openSocket(server.url, '/relay', bearer('gw-raw', good));
    expect((await older.closed).code).toBe(4409);
    newer.send('{"type":"hello","platform":"console",');
    newer.send('"botId":"b"}\n{"type":"none"}\nnonsense\n');
    await newer.message(({ type }) => type === 'descriptor');
    newer.send('x'.repeat(1024 * 1024));
    expect((await newer.closed).code).toBe(1009);
    await eventually(async () => {
      expect((await owner.call('relay.get', { params: { id: 'gw-raw' } })).status).toBe('offline');
    });
  });

  it('floods of hellos end that gateway with 4429', async () => {
    const { secret: good } = await key.call('relayManage.rotate', { body: { gatewayId: 'gw-raw' } });
    const socket = await openSocket(server.url, '/relay', bearer('gw-raw', good));
    for (let said = 0; said < 2_000; said += 1) socket.send('{"type":"hello","platform":"console","botId":"b"}\n');
    expect((await socket.closed).code).toBe(4429);
  });
});

describe('over HTTP', () => {
  it('an enrolment token enrols one gateway, and a wrong one nobody', async () => {
    const { enrollmentToken } = await owner.call('relay.mintEnrolment', { body: {} });
    const enroll = (body: object) => anonymous(server.url).attempt('relay.enroll', { body: { ...body } });
    const first = await enroll({ enrollmentToken, gatewayId: 'gw-enrolled' });
    expect(first).toMatchObject({ status: 200, body: { gatewayId: 'gw-enrolled', tenant: 'default' } });
    expect((await enroll({ enrollmentToken, gatewayId: 'gw-second' })).status).toBe(403);
    expect((await enroll({ enrollmentToken: 'wrong', gatewayId: 'gw-second' })).status).toBe(401);
  });

  it('an instance takes no id whose page would be a path that gateways call', async () => {
    const body = { gatewayId: 'gw-media', platform: 'console', botId: 'b', instanceId: 'media' };
    expect((await key.attempt('relay.provision', { body })).status).toBe(400);
  });

  it('a gateway manages itself and no other, and nobody without a bearer', async () => {
    const { secret: mine } = await provision('gw-mine');
    const self = anonymous(server.url, bearer('gw-mine', mine).headers);
    const other = { body: { gatewayId: 'gw-raw' } };
    for (const route of ['relayManage.link', 'relayManage.rotate', 'relayManage.deprovision'] as const) {
      expect((await anonymous(server.url).attempt(route, other)).status).toBe(401);
      expect((await self.attempt(route, other)).status).toBe(403);
      expect((await key.attempt(route)).status).toBe(400);
    }
    expect((await self.call('relayManage.link')).code).toMatch(/^[2-9A-Z]{10}$/);
    expect(await self.call('relayManage.deprovision')).toMatchObject({ gatewayId: 'gw-mine' });
    expect((await self.attempt('relayManage.link')).status).toBe(401);
  });

  it('files go between a gateway and its operators, and no further', async () => {
    const { secret: mine } = await provision('gw-files');
    const { secret: theirs } = await provision('gw-others');
    const { headers } = bearer('gw-files', mine);
    const put = (body: BodyInit, more: object = headers) =>
      fetch(`${server.url}/relay/media?name=page.html`, {
        ...{ method: 'POST', body, headers: { 'content-type': 'text/html', ...more } },
      });
    const stored = await put('<script>alert(1)</script>');
    expect(stored.status).toBe(201);
    const { id, url } = relayMediaEntry.parse(await stored.json());
    expect(url).toBe(`${server.url}/relay/media/${id}`);
    expect(await (await fetch(url, { headers })).text()).toBe('<script>alert(1)</script>');
    expect((await fetch(url, bearer('gw-others', theirs))).status).toBe(404);
    expect((await fetch(url)).status).toBe(401);
    expect((await put('x', {})).status).toBe(401);
    expect((await put(Buffer.alloc(limits.relayMediaBytes + 1))).status).toBe(413);
    const shown = await owner.fetch(`/api/relay/media/${id}`);
    expect(shown.headers.get('content-type')).toBe('application/octet-stream');
    expect(shown.headers.get('content-disposition')).toMatch(/^attachment/);
    expect((await anonymous(server.url).attempt('relay.media', { params: { id } })).status).toBe(401);
    const attached = await owner.fetch('/api/relay/instances/gw-files/media?name=notes.txt', {
      ...{ method: 'POST', body: Buffer.alloc(2 * 1024 * 1024, 'x'), headers: { 'content-type': 'text/plain' } },
    });
    const mediaIds = [relayMedia.parse(await attached.json()).id];
    const socket = await openSocket(server.url, '/relay', bearer('gw-files', mine));
    socket.send('{"type":"hello","platform":"console","botId":"b"}\n');
    await owner.call('relay.send', { params: { id: 'gw-files' }, body: { chatId: 'talk', text: '', mediaIds } });
    const { event } = await socket.message(({ type }) => type === 'inbound');
    const [fetched] = (event as { media_urls: string[] }).media_urls;
    expect((await (await fetch(fetched ?? '', { headers })).arrayBuffer()).byteLength).toBe(2 * 1024 * 1024);
  });
});
