/**
 * Telegram and Discord end to end: a real server with the real libraries, stand-ins on loopback for the platforms, and a gateway
 * that dialled in. What is held to here is that the pieces meet: what each promises alone is in its own tests.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintUpgradeToken } from '@/lib/relay/protocol/upgrade-token';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn } from '@/test/support/http-client';
import * as dc from '@/test/support/relay/fake-discord';
import * as tg from '@/test/support/relay/fake-telegram';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { openSocket, type TestSocket } from '@/test/support/sockets';

covers('relay.platforms', 'relay.author-first', 'relay.egress', 'relay.link-code', 'relay.follow-up', 'relay.media');

let server: TestServer;
let owner: OperatorClient;
let telegram: Awaited<ReturnType<typeof tg.fakeTelegram>>;
let discord: Awaited<ReturnType<typeof dc.fakeDiscord>>;
let gateway: TestSocket;
let gatewaySecret: string;
let requests = 0;

const gatewayId = 'gw-bots';
const interactionToken = dc.command().token;

async function dial(secret: string): Promise<TestSocket> {
  const bearer = mintUpgradeToken({ gatewayId, secret, exp: 0 });
  const socket = await openSocket(server.url, '/relay', { headers: { authorization: `Bearer ${bearer}` } });
  for (const platform of ['tg', 'dc']) socket.send(`${JSON.stringify({ type: 'hello', platform, botId: 'b' })}\n`);
  return socket;
}
const descriptorOf = (platform: string) =>
  gateway.message(({ type, descriptor }) => type === 'descriptor' && nameOf(descriptor) === platform);
const frames = () => gateway.messages as Array<Record<string, unknown>>;
const nameOf = (value: unknown) => (value as { platform?: string } | undefined)?.platform;
const textOf = (value: unknown) => (value as { text?: string } | undefined)?.text;
const hears = async (text: string) =>
  (await gateway.message(({ type, event }) => type === 'inbound' && textOf(event) === text)).event;

async function act(platform: string, action: object) {
  requests += 1;
  const requestId = `r${requests}`;
  gateway.send(`${JSON.stringify({ type: 'outbound', requestId, action, platform })}\n`);
  return (await gateway.message((frame) => frame.requestId === requestId)).result as Record<string, unknown>;
}
const linkCode = async () => (await owner.call('relay.linkCode', { params: { id: gatewayId } })).code;
/** As its gateway fetches a file. */
const fetched = async (url: unknown) => {
  const bearer = mintUpgradeToken({ gatewayId, secret: gatewaySecret, exp: 0 });
  const answer = await fetch(String(url), { headers: { authorization: `Bearer ${bearer}` } });
  return [answer.status, await answer.text()];
};
const shown = async (id: string) => (await owner.call('relayPlatforms.list')).items.find((one) => one.id === id);
const isReady = (id: string) => eventually(async () => expect((await shown(id))?.status).toBe('ready'));

beforeAll(async () => {
  [server, telegram, discord] = await Promise.all([startServer(), tg.fakeTelegram(), dc.fakeDiscord()]);
  owner = await signIn(server.url, admin.email, admin.password);
  await owner.call('relayPlatforms.create', {
    body: { id: 'tg', settings: { kind: 'telegram', botToken: tg.botToken, apiRoot: telegram.apiRoot } },
  });
  const settings = { kind: 'discord' as const, botToken: dc.discordToken, publicKey: dc.discordKey };
  await owner.call('relayPlatforms.create', {
    body: { id: 'dc', settings: { ...settings, apiRoot: discord.apiRoot } },
  });
  await Promise.all([isReady('tg'), isReady('dc')]);
  const { secret } = await service(server.url, server.serviceKey).call('relay.provision', {
    body: { gatewayId, platform: 'tg', botId: 'b', routeKeys: [dc.guild] },
  });
  gatewaySecret = secret;
  gateway = await dial(secret);
});
afterAll(async () => {
  await gateway?.close();
  await server.stop();
  await Promise.all([telegram.close(), discord.close()]);
});

describe('a bot of Telegram', () => {
  it('is shown with its name, and its descriptor is what a gateway is told', async () => {
    expect(await shown('tg')).toMatchObject({ kind: 'telegram', account: '@crew_bot', inboundUrl: null });
    expect((await descriptorOf('tg')).descriptor).toMatchObject({ max_message_length: 4_096, len_unit: 'utf16' });
  });

  it('lets an author link their chat; then what they say reaches the instance, and its answer them', async () => {
    telegram.said('nobody hears this');
    telegram.said(`/link ${await linkCode()}`);
    expect((await telegram.called('sendMessage')).body).toMatchObject({ chat_id: 7, text: 'This chat is linked.' });
    telegram.said('hello');
    expect(await hears('hello')).toMatchObject({ source: { platform: 'tg', chat_id: '7', user_id: '7' } });
    const from = telegram.calls.length;
    expect(await act('tg', { op: 'send', chat_id: '7', content: 'hi Ada' })).toMatchObject({ success: true });
    expect((await telegram.called('sendMessage', from)).body).toMatchObject({ chat_id: 7, text: 'hi Ada' });
    const texts = frames().map(({ event }) => textOf(event));
    expect(texts).not.toContain('nobody hears this');
  });

  it('hands a file on, which its gateway fetches and sends back, and nobody else has', async () => {
    telegram.files.set('plan', (response) => void response.end('the plan.'));
    const document = { file_id: 'plan', file_name: 'plan.pdf', mime_type: 'application/pdf' };
    telegram.said('', { text: undefined, caption: 'of a stranger', from: { ...tg.ada, id: 8 }, document });
    telegram.said('', { text: undefined, caption: 'a file', document });
    const { media, media_urls: urls } = (await hears('a file')) as Record<'media' | 'media_urls', unknown[]>;
    expect(media).toMatchObject([{ name: 'plan.pdf', size_bytes: 9, available: true, url: urls[0] }]);
    expect(await fetched(urls[0])).toEqual([200, 'the plan.']);
    expect((await fetch(String(urls[0]))).status).toBe(401);
    expect(telegram.fetched).toEqual(['plan']);
    expect(await act('tg', { op: 'send_media', chat_id: '7', media_url: urls[0] })).toMatchObject({ success: true });
    expect((await telegram.called('sendDocument')).files).toEqual([{ name: 'plan.pdf', text: 'the plan.' }]);
    const unknown = { op: 'send_media', chat_id: '7', media_url: `${urls[0]}x` };
    expect(await act('tg', unknown)).toMatchObject({ success: false, code: 'media_unknown' });
  });

  it('sends nowhere but where the instance was spoken to', async () => {
    const from = telegram.calls.length;
    expect(await act('tg', { op: 'send', chat_id: '-1007', content: 'x' })).toMatchObject({ code: 'egress_declined' });
    expect(telegram.calls.slice(from).map(({ method }) => method)).not.toContain('sendMessage');
  });

  it('brings the answer to a prompt to the instance that asked', async () => {
    const options = [{ id: 'y', label: 'Yes' }];
    const prompt = { op: 'prompt', chat_id: '7', prompt_kind: 'choice', prompt_id: 'p1', content: 'Sure?', options };
    const from = telegram.calls.length;
    expect(await act('tg', prompt)).toMatchObject({ success: true });
    const { reply_markup: markup } = (await telegram.called('sendMessage', from)).body;
    const [[button] = []] = (markup as { inline_keyboard: Array<Array<{ callback_data: string }>> }).inline_keyboard;
    const message = { message_id: 9, chat: tg.direct };
    telegram.push({
      callback_query: { id: 'q', from: tg.ada, chat_instance: 'x', data: button?.callback_data, message },
    });
    expect(await hears('Yes')).toMatchObject({ prompt_response: { prompt_id: 'p1', option_id: 'y' } });
  });
});

describe('a bot of Discord', () => {
  it('lets an author link, hears them in their server, and answers there', async () => {
    discord.said(`/link ${await linkCode()}`);
    await discord.called('POST', /messages$/);
    discord.said('in the server', { guild_id: dc.guild, channel_id: dc.channel.id });
    expect(await hears('in the server')).toMatchObject({
      source: { platform: 'dc', chat_id: dc.channel.id, chat_type: 'channel', scope_id: dc.guild, user_id: dc.ada.id },
    });
    const from = discord.calls.length;
    const answer = { op: 'send', chat_id: dc.channel.id, content: 'hi', metadata: { scope_id: dc.guild } };
    expect(await act('dc', answer)).toMatchObject({ success: true });
    expect((await discord.called('POST', /messages$/, from)).path).toBe(`/channels/${dc.channel.id}/messages`);
  });

  it('hands a file on, which its gateway fetches and sends back', async () => {
    discord.files.set('plan.pdf', (response) => void response.end('the plan.'));
    const url = discord.attachmentUrl('plan.pdf');
    const attachments = [{ filename: 'plan.pdf', content_type: 'application/pdf', size: 9, url }];
    discord.said('a plan', { attachments });
    const { media_urls: urls } = (await hears('a plan')) as { media_urls: string[] };
    expect(await fetched(urls[0])).toEqual([200, 'the plan.']);
    const from = discord.calls.length;
    const sends = { op: 'send_media', chat_id: dc.directChannel.id, media_url: urls[0], caption: 'back' };
    expect(await act('dc', sends)).toMatchObject({ success: true });
    const { body, files } = await discord.called('POST', /messages$/, from);
    expect([body.content, files]).toEqual(['back', [{ name: 'plan.pdf', text: 'the plan.' }]]);
  });

  it('hands an interaction on without its credential, with which a follow-up is sent all the same', async () => {
    const { headers, body } = dc.signedInteraction(JSON.stringify(dc.command()));
    const post = (more: object = {}) =>
      fetch(`${server.url}/relay/platforms/dc`, {
        ...{ method: 'POST', body, headers: { 'content-type': 'application/json', ...headers, ...more } },
      });
    const forged = await post({ 'x-signature-ed25519': '00'.repeat(64) });
    expect([forged.status, frames().some(({ type }) => type === 'passthrough_forward')]).toEqual([401, false]);
    const answered = await post();
    expect([answered.status, await answered.json()]).toEqual([200, { type: 5 }]);
    const { forward } = await gateway.message(({ type }) => type === 'passthrough_forward');
    const { bodyB64 } = forward as { bodyB64: string };
    expect(Buffer.from(bodyB64, 'base64').toString()).toBe(body.toString().replace(interactionToken, ''));
    const key = `agent:main:dc:channel:${dc.channel.id}:${dc.ada.id}`;
    const followUp = { op: 'follow_up', session_key: key, kind: 'interaction', content: 'deployed' };
    expect(await act('dc', followUp)).toMatchObject({ success: true });
    const { path } = await discord.called('POST', /^\/webhooks/);
    expect(path).toBe(`/webhooks/${dc.applicationId}/${interactionToken}`);
  });
});

describe('a server with bots', () => {
  it('connects them at its next start, and what was said meanwhile is heard', async () => {
    await server.kill9();
    telegram.said('while it was away');
    await server.restart();
    owner = await signIn(server.url, admin.email, admin.password);
    await Promise.all([isReady('tg'), isReady('dc')]);
    await eventually(async () => {
      const { buffer } = await owner.call('relay.get', { params: { id: gatewayId } });
      expect(buffer.events).toBeGreaterThan(0);
    });
  });

  it('keeps their tokens and credentials out of its log, its answers and its record', async () => {
    const record = await owner.call('audit.list', { query: { limit: 200 } });
    const texts = [server.logs(), record, await owner.call('relayPlatforms.list'), frames()];
    const seen = texts.map((text) => JSON.stringify(text)).join('');
    for (const secret of [tg.botToken, dc.discordToken, interactionToken]) expect(seen).not.toContain(secret);
  });

  it('turns one off: its socket is closed, and nothing of it is heard', async () => {
    const off = (id: string) => owner.call('relayPlatforms.update', { params: { id }, body: { enabled: false } });
    expect(await off('dc')).toMatchObject({ status: 'disabled' });
    await eventually(() => expect(discord.sockets()).toBe(0));
    await off('tg');
    await eventually(async () => expect(await telegram.connections()).toBe(0));
  });
});
