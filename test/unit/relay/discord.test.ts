import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { createDiscordPlatform } from '@/lib/relay/platforms/discord';
import { discordFileAddress } from '@/lib/relay/platforms/discord-files';
import { discordIntents } from '@/lib/relay/platforms/discord-gateway';
import type { ConnectedPlatform } from '@/lib/relay/platforms/platform';
import { eventually } from '@/test/support/eventually';
import { type ManualClock, manualClock } from '@/test/support/manual-clock';
import {
  ada,
  applicationId,
  channel,
  command,
  directChannel,
  discordKey,
  discordToken,
  fakeDiscord,
  guild,
  otherThread,
  signedInteraction,
  thread,
} from '@/test/support/relay/fake-discord';
import { chatEdge, instance, mediaUrl, runningTimers, storedFile, to } from './chat-edge';

type Action = Parameters<ConnectedPlatform['perform']>[1];

const credential = 'interaction-secret-token';
let discord: Awaited<ReturnType<typeof fakeDiscord>>;
let world: ReturnType<typeof chatEdge>;
let clock: ManualClock;
let platform: ConnectedPlatform;
let waits: number[];
/** Waits of this length are over at once. */
let isOver: (ms: number) => boolean;
let answers: unknown[];

function connect(settings: { publicKey?: string } = {}): ConnectedPlatform {
  return createDiscordPlatform({
    settings: { kind: 'discord', botToken: discordToken, apiRoot: discord.apiRoot, ...settings },
    ...{ name: 'dc', label: 'Discord', edge: world.edge, clock, log: world.log, onChanged: () => undefined },
    wait: (ms, signal) => {
      waits.push(ms);
      if (isOver(ms)) return Promise.resolve();
      return new Promise((_, reject) => {
        const end = () => reject(new Error('ended'));
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      });
    },
  });
}
const ready = () => eventually(() => expect(platform.state).toEqual({ status: 'ready' }));
const failed = (text: RegExp) =>
  eventually(() => expect(platform.state).toMatchObject({ status: 'failed', error: expect.stringMatching(text) }));
const heard = (count = 1) =>
  eventually(() => {
    expect(world.heard.length).toBeGreaterThanOrEqual(count);
    return world.heard;
  });
const reconnect = async (settings: { publicKey?: string }) => {
  await platform.close();
  platform = connect(settings);
  await ready();
};
/** Posts it as Discord does. */
async function post(interaction: object | string, nowMs = clock.now()) {
  const body = typeof interaction === 'string' ? interaction : JSON.stringify(interaction);
  const answer = await platform.receive?.(signedInteraction(body, nowMs));
  answers.push(answer);
  return answer;
}

beforeEach(async () => {
  waits = [];
  answers = [];
  isOver = () => false;
  clock = manualClock();
  discord = await fakeDiscord();
  world = chatEdge();
  platform = connect();
  await ready();
});
afterEach(async () => {
  await platform.close();
  const seen = JSON.stringify([world.heard, world.passed.map(({ forward }) => forward), answers, platform.state]);
  for (const secret of [discordToken, credential]) {
    expect(world.logged()).not.toContain(secret);
    expect(seen).not.toContain(secret);
    for (const { forward } of world.passed) expect(atob(forward.bodyB64)).not.toContain(secret);
  }
  await discord.close();
});

const attached = (name: string) => ({
  ...{ filename: name, content_type: 'application/pdf', size: 9, url: discord.attachmentUrl(name) },
});

describe('what people say', () => {
  it('reaches the relay with its author, its channel and its server', async () => {
    const id = discord.said('hello', { guild_id: guild, channel_id: channel.id, member: { nick: 'Ada L.' } });
    const [first] = await heard();
    expect(first?.author).toEqual({ userId: ada.id, userName: 'Ada L.' });
    expect(first?.event).toMatchObject({ text: 'hello', message_type: 'text', message_id: id });
    expect(first?.event.source).toMatchObject({
      ...{ platform: 'dc', chat_id: channel.id, chat_type: 'channel', scope_id: guild, thread_id: null },
      ...{ chat_name: 'ops', chat_topic: 'Keep it up', parent_chat_id: null },
    });
    expect(platform.account).toBe('crew-bot');
    expect(discord.identified).toMatchObject([{ token: discordToken, intents: discordIntents, shard: [0, 1] }]);
  });

  it('is of its thread, or of nobody but the two in a direct chat', async () => {
    discord.said('in a thread', { guild_id: guild, channel_id: thread.id });
    discord.said('alone');
    await heard(2);
    const sources = new Map(world.heard.map(({ event }) => [event.text, event.source]));
    expect(sources.get('in a thread')).toMatchObject({
      ...{ chat_id: thread.id, chat_type: 'thread', thread_id: thread.id, parent_chat_id: channel.id, scope_id: guild },
    });
    expect(sources.get('alone')).toMatchObject({ chat_id: directChannel.id, chat_type: 'dm', scope_id: null });
  });

  it('brings its files and what it answers', async () => {
    discord.files.set('plan.pdf', (response) => void response.end('the plan.'));
    const referenced_message = { id: '3', content: 'before' };
    discord.said('', { attachments: [attached('plan.pdf')], type: 19, referenced_message });
    const [first] = await heard();
    expect(first?.event).toMatchObject({
      ...{ message_type: 'document', media_urls: [mediaUrl('med_1')], reply_to_message_id: '3' },
      media: [{ id: 'med_1', name: 'plan.pdf', size_bytes: 9, mime_type: 'application/pdf', available: true }],
    });
    expect(discord.fetched).toEqual([{ name: 'plan.pdf', authorization: undefined }]);
  });

  it('names a file that is too large, gone, one too many or not at Discord, and asks no other host for it', async () => {
    const away = { ...attached('a'), url: 'http://localhost:1/a', size: limits.relayMediaBytes };
    const large = { ...attached('b'), size: limits.relayMediaBytes + 1 };
    discord.said('', { attachments: [large, away, ...Array.from({ length: 9 }, () => attached('gone'))] });
    const [first] = await heard();
    const reasons = first?.event.media.map(({ reason }) => reason);
    expect(reasons?.[0]).toBe('It is larger than 25 MB.');
    expect(new Set(reasons?.slice(1, 10))).toEqual(new Set(['It could not be fetched.']));
    expect(reasons?.[10]).toBe('Of one message 10 files are fetched.');
    expect([first?.event.media_urls, discord.fetched.length]).toEqual([[], 8]);
  });

  it('is fetched over https from Discord alone, or from the root that was set up', () => {
    const root = 'http://127.0.0.1:8080/api';
    const isTaken = (address: string, apiRoot?: string) => discordFileAddress(address, apiRoot) !== null;
    expect(isTaken('https://cdn.discordapp.com/attachments/1/2/a.png?ex=1')).toBe(true);
    expect(isTaken('https://media.discordapp.net/a.png')).toBe(true);
    expect(isTaken('http://127.0.0.1:8080/a.png', root)).toBe(true);
    for (const address of [
      ...['http://cdn.discordapp.com/a.png', 'https://cdn.discordapp.com.example/a.png', 'https://evil.example/a.png'],
      ...['https://cdn.discordapp.com:8443/a.png', 'https://x@cdn.discordapp.com/a.png', 'http://127.0.0.1:8081/a.png'],
      ...['http://169.254.169.254/latest', 'file:///etc/passwd', 'a.png'],
    ])
      expect(isTaken(address, root)).toBe(false);
  });

  it('is not fetched where its author is a stranger', async () => {
    world.result({ outcome: 'unlinked' });
    discord.said('', { attachments: [attached('plan.pdf')] });
    await heard();
    expect(discord.fetched).toEqual([]);
  });

  it('waits for its files in its own channel, and other channels do not wait for it', async () => {
    let end: () => void = () => undefined;
    discord.files.set('slow', (response) => {
      response.writeHead(200).write('slow');
      end = () => void response.end('ly');
    });
    discord.said('slow', { attachments: [attached('slow')] });
    discord.said('behind it');
    discord.said('elsewhere', { guild_id: guild, channel_id: channel.id });
    await heard();
    await eventually(() => expect(discord.fetched).toHaveLength(1));
    expect(world.heard.map(({ event }) => event.text)).toEqual(['elsewhere']);
    end();
    await heard(3);
    expect(world.heard.map(({ event }) => event.text)).toEqual(['elsewhere', 'slow', 'behind it']);
    expect(world.kept).toMatchObject([{ text: 'slowly' }]);
  });

  it('goes nowhere when nobody wrote it: bots, webhooks, notices, and what says nothing', async () => {
    discord.said('of a bot', { author: { ...ada, bot: true } });
    discord.said('of a webhook', { webhook_id: '1', author: { ...ada } });
    discord.said('pinned', { type: 6 });
    discord.said('');
    discord.said('garbage', { author: { id: '../x', username: 'x' } });
    discord.said('after them');
    await heard();
    expect(world.heard.map(({ event }) => event.text)).toEqual(['after them']);
  });

  it('keeps its order within a channel, also while the channel is asked for and the record is away', async () => {
    isOver = (ms) => ms <= 1_000;
    world.fails(new AppError('AUDIT_UNAVAILABLE'));
    for (const text of ['1', '2', '3']) discord.said(text, { guild_id: guild, channel_id: channel.id });
    await heard(3);
    expect(world.heard.map(({ event }) => event.text)).toEqual(['1', '2', '3']);
    expect(discord.calls.filter(({ path }) => path === `/channels/${channel.id}`)).toHaveLength(1);
  });

  it('has the new name of a channel once Discord says that it changed', async () => {
    const said = () => discord.said('x', { guild_id: guild, channel_id: channel.id });
    said();
    await heard();
    discord.dispatch('CHANNEL_UPDATE', { ...channel, name: 'renamed' });
    said();
    await heard(2);
    expect(discord.calls.filter(({ path }) => path === `/channels/${channel.id}`)).toHaveLength(2);
  });

  it('links a chat and says so', async () => {
    world.result({ outcome: 'linked', instanceId: 'rly_1' });
    discord.said('/link ABC');
    const { path, body } = await discord.called('POST', /messages$/);
    expect([path, body.content]).toEqual([`/channels/${directChannel.id}/messages`, 'This chat is linked.']);
  });
});

describe('what a gateway asks for', () => {
  const call = async (action: Action, method: string, path: RegExp) => {
    const from = discord.calls.length;
    const result = await platform.perform(instance, action);
    const made = discord.calls.slice(from).find((one) => one.method === method && path.test(one.path));
    return { result, path: made?.path, body: made?.body };
  };
  const refused = async (action: Action, code: string) =>
    expect(await platform.perform(instance, action)).toMatchObject({ success: false, code });

  it('is sent, as an answer, and wakes no whole server', async () => {
    const action = { op: 'send' as const, ...to(channel.id), content: '@everyone hi', reply_to: '33' };
    const { result, path, body } = await call(action, 'POST', /messages$/);
    expect(result).toEqual({ success: true, message_id: expect.stringMatching(/^\d+$/) });
    expect([path, body]).toMatchObject([
      `/channels/${channel.id}/messages`,
      { content: '@everyone hi', allowed_mentions: { parse: ['users'] }, message_reference: { message_id: '33' } },
    ]);
  });

  it('edits, types, reacts, sends media, opens and renames threads, and describes a chat', async () => {
    const edited = await call(
      { op: 'edit', ...to(channel.id), message_id: '9', content: 'new' },
      'PATCH',
      /messages\/9$/,
    );
    expect([edited.result, edited.body]).toMatchObject([{ success: true, message_id: '9' }, { content: 'new' }]);
    const typing = await call({ op: 'typing', ...to(channel.id) }, 'POST', /typing$/);
    expect(typing).toMatchObject({ result: { success: true }, path: `/channels/${channel.id}/typing` });
    const react = await call({ op: 'react', ...to(channel.id), message_id: '9', emoji: '👍/..' }, 'PUT', /reactions/);
    expect(react.path).toBe(`/channels/${channel.id}/messages/9/reactions/${encodeURIComponent('👍/..')}/@me`);
    const media = { op: 'send_media' as const, ...to(channel.id), caption: 'look' };
    const photo = await call({ ...media, media_url: 'https://example.com/a.png' }, 'POST', /messages$/);
    expect(photo.body).toMatchObject({ content: 'look', embeds: [{ image: { url: 'https://example.com/a.png' } }] });
    const file = await call({ ...media, media_url: 'https://example.com/a.pdf' }, 'POST', /messages$/);
    expect(file.body).toMatchObject({ content: 'look\nhttps://example.com/a.pdf' });
    const open = { op: 'thread_create' as const, ...to(channel.id), name: 'Outage' };
    expect(await call(open, 'POST', /threads$/)).toMatchObject({
      ...{ result: { success: true, thread_id: expect.any(String) }, path: `/channels/${channel.id}/threads` },
      body: { name: 'Outage', type: 11 },
    });
    const onMessage = await call({ ...open, message_id: '9' }, 'POST', /threads$/);
    expect(onMessage.path).toBe(`/channels/${channel.id}/messages/9/threads`);
    const renamed = await call({ op: 'thread_rename', ...to(thread.id), name: 'Solved' }, 'PATCH', /channels/);
    expect(renamed).toMatchObject({ path: `/channels/${thread.id}`, body: { name: 'Solved' } });
    const { result } = await call({ op: 'get_chat_info', ...to(channel.id) }, 'GET', /channels/);
    expect(result).toMatchObject({ chat: { id: channel.id, type: 'channel', name: 'ops', topic: 'Keep it up' } });
  });

  it('uploads a file of its instance, and knows no other', async () => {
    world.stored.set(mediaUrl('med_1'), storedFile('the plan.', 'a "b" plan.pdf', 'application/pdf'));
    const send = (media_url: string) =>
      platform.perform(instance, { op: 'send_media', ...to(channel.id), media_url, caption: 'look', reply_to: '33' });
    expect(await send(mediaUrl('med_1'))).toMatchObject({ success: true, message_id: expect.any(String) });
    const { path, body, files } = await discord.called('POST', /messages$/);
    expect([path, body, files]).toMatchObject([
      `/channels/${channel.id}/messages`,
      { content: 'look', message_reference: { message_id: '33' }, allowed_mentions: { parse: ['users'] } },
      [{ name: 'a %22b%22 plan.pdf', text: 'the plan.' }],
    ]);
    world.stored.set('med_3', { ...storedFile('', 'a.pdf', 'application/pdf'), path: '/nowhere/file' });
    expect(await send('med_3')).toMatchObject({ success: false, code: 'unreachable' });
    const from = discord.calls.length;
    for (const unknown of [mediaUrl('med_9'), 'med_9'])
      expect(await send(unknown)).toMatchObject({ success: false, code: 'media_unknown' });
    expect(discord.calls.slice(from)).toEqual([]);
  });

  it('reaches a thread of its own chat, and no channel that is merely called a thread', async () => {
    const send = (thread_id: string) => ({ op: 'send' as const, ...to(channel.id, { thread_id }), content: 'x' });
    expect(await call(send(thread.id), 'POST', /messages$/)).toMatchObject({ path: `/channels/${thread.id}/messages` });
    const from = discord.calls.length;
    for (const foreign of [otherThread.id, directChannel.id, '500000000000000077', 'x'])
      await refused(send(foreign), 'not_found');
    await refused({ op: 'thread_rename', ...to(channel.id), name: 'Mine now' }, 'refused');
    expect(discord.calls.slice(from).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('is declined where the channel is not in the server whose scope it claims, or is none', async () => {
    const from = discord.calls.length;
    const say = (chat: string, scope_id: string) =>
      platform.perform(instance, { op: 'send', ...to(chat, { scope_id }), content: 'x' });
    const declined = { success: false, code: 'egress_declined' };
    expect(await say(channel.id, '600000000000000099')).toMatchObject(declined);
    expect(await say('500000000000000099', guild)).toMatchObject(declined);
    expect(await say(directChannel.id, guild)).toMatchObject(declined);
    expect(discord.calls.slice(from).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await say(channel.id, guild)).toMatchObject({ success: true });
  });

  it('is refused before anything is sent where it is too long or names no channel, no message, no web address', async () => {
    const from = discord.calls.length;
    await refused({ op: 'send', ...to(channel.id), content: '😀'.repeat(1_001) }, 'too_long');
    await refused({ op: 'edit', ...to(channel.id), message_id: '9', content: 'x'.repeat(2_001) }, 'too_long');
    for (const chat of ['@me', `0${channel.id}`, '-1', '1/../2', '1?x', ' 1'])
      await refused({ op: 'send', ...to(chat), content: 'x' }, 'malformed');
    await refused({ op: 'edit', ...to(channel.id), message_id: '9/crosspost', content: 'x' }, 'malformed');
    await refused({ op: 'react', ...to(channel.id), message_id: '9/..', emoji: 'x' }, 'malformed');
    await refused({ op: 'thread_create', ...to(channel.id), message_id: '../..', name: 'x' }, 'malformed');
    await refused({ op: 'send_media', ...to(channel.id), media_url: 'file:///etc/passwd' }, 'malformed');
    const options = Array.from({ length: 26 }, (_, id) => ({ id: String(id), label: 'x' }));
    const prompt = { op: 'prompt' as const, ...to(channel.id), prompt_kind: 'choice', prompt_id: 'p', content: '?' };
    await refused({ ...prompt, options }, 'too_long');
    expect(discord.calls.slice(from)).toEqual([]);
  });

  it('waits for a flood that is over in time, and says so where it is not', async () => {
    const flood = (seconds: number) => ({
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: seconds, global: false },
      headers: { 'retry-after': String(seconds), 'x-ratelimit-scope': 'user' },
    });
    const send = { op: 'send' as const, ...to(channel.id), content: 'x' };
    discord.refuse('POST', /messages$/, flood(0.01));
    expect(await platform.perform(instance, send)).toMatchObject({ success: true });
    discord.refuse('POST', /messages$/, flood(60));
    expect(await platform.perform(instance, send)).toMatchObject({ success: false, code: 'rate_limited' });
  });

  it('is asked for once, and answered with what Discord says when it refuses', async () => {
    const send = { op: 'send' as const, ...to(channel.id), content: 'x' };
    const from = discord.calls.length;
    discord.refuse('POST', /messages$/, { status: 502, body: {} });
    await refused(send, 'unreachable');
    expect(discord.calls.slice(from)).toHaveLength(1);
    const body = { message: `Missing Permissions ${discordToken}`, code: 50_013 };
    discord.refuse('POST', /messages$/, { status: 403, body });
    const answer = await platform.perform(instance, send);
    expect(answer).toMatchObject({
      success: false,
      code: 'refused',
      error: expect.stringMatching(/Missing Permissions …/),
    });
    expect(JSON.stringify(answer)).not.toContain(discordToken);
  });
});

describe('an interaction', () => {
  const over = async () => {
    discord.dispatch('INTERACTION_CREATE', command());
    return discord.called('POST', /^\/interactions\//);
  };
  const held = () => {
    const [{ source, capability } = { source: undefined, capability: undefined }] = world.passed;
    return capability && source ? { ...capability, source } : undefined;
  };

  it('is answered in time and handed on without its credential, which is held for a follow-up', async () => {
    await reconnect({ publicKey: discordKey });
    const text = JSON.stringify(command(), null, 2);
    expect(await post(text)).toEqual({ status: 200, body: { type: 5 } });
    const [passed] = world.passed;
    expect(passed?.author).toEqual({ userId: ada.id, userName: 'Ada L.' });
    expect(passed?.source).toMatchObject({
      platform: 'dc',
      chat_id: channel.id,
      chat_type: 'channel',
      scope_id: guild,
    });
    const body = Buffer.from(passed?.forward.bodyB64 ?? '', 'base64').toString();
    expect(body).toBe(text.replace(credential, ''));
    expect(passed?.capability).toEqual({ kind: 'interaction', credential, untilMs: clock.now() + 15 * 60_000 });
  });

  it('is refused unless Discord signed these very bytes, just now', async () => {
    await reconnect({ publicKey: discordKey });
    const { headers, body } = signedInteraction(JSON.stringify(command()), clock.now());
    const refusals = [
      { headers: {}, body },
      { headers: { ...headers, 'x-signature-ed25519': '00'.repeat(64) }, body },
      { headers: { ...headers, 'x-signature-ed25519': 'zz' }, body },
      { headers: { ...headers, 'x-signature-timestamp': String(Number(headers['x-signature-timestamp']) + 1) }, body },
      { headers, body: Buffer.from(`${body.toString()} `) },
      signedInteraction(body.toString(), clock.now() - 6 * 60_000),
      signedInteraction(body.toString(), clock.now() + 6 * 60_000),
      // It was signed before this server knew what it had seen.
      signedInteraction(body.toString(), clock.now() - 60_000),
    ];
    for (const request of refusals)
      await expect(platform.receive?.(request)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(post('[]')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(post('{"token":5}')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(world.passed).toEqual([]);
  });

  it('has its effect once when it is posted again, and can be tried again where it had none', async () => {
    await reconnect({ publicKey: discordKey });
    world.fails(new AppError('AUDIT_UNAVAILABLE'));
    await expect(post(command())).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await post(command())).toEqual(await post(command()));
    expect(world.passed).toHaveLength(1);
  });

  it('answers a ping, and an autocompletion with no choices, and tells nobody', async () => {
    await reconnect({ publicKey: discordKey });
    expect(await post(command({ type: 1 }))).toEqual({ status: 200, body: { type: 1 } });
    expect(await post(command({ type: 4 }))).toEqual({ status: 200, body: { type: 8, data: { choices: [] } } });
    expect(world.passed).toEqual([]);
  });

  it('is answered before Discord gives up, however long the relay takes', async () => {
    await reconnect({ publicKey: discordKey });
    isOver = (ms) => ms === 2_000;
    world.hangs();
    expect(await post(command())).toEqual({ status: 200, body: { type: 5 } });
  });

  it('comes over the socket where there is no key, and alike', async () => {
    const { path, body, authorization } = await over();
    expect([path, body, authorization]).toEqual([
      `/interactions/${command().id}/${credential}/callback`,
      { type: 5 },
      undefined,
    ]);
    const [passed] = world.passed;
    const [sent] = [JSON.stringify(command())];
    expect(Buffer.from(passed?.forward.bodyB64 ?? '', 'base64').toString()).toBe(sent?.replace(credential, ''));
    expect(platform.receive).toBeUndefined();
  });

  it('is followed up with its credential and without the token of the bot, also a moment too early', async () => {
    isOver = (ms) => ms < 2_000;
    await over();
    const unknown = { status: 404, body: { message: 'Unknown Webhook', code: 10_015 } };
    discord.refuse('POST', /^\/webhooks/, unknown);
    const capability = held();
    if (!capability) throw new Error('Nothing was held.');
    expect(await platform.followUp?.(capability, 'done')).toMatchObject({ success: true });
    const { path, body, authorization } = await discord.called('POST', /^\/webhooks/);
    expect([path, body.content, authorization]).toEqual([
      `/webhooks/${applicationId}/${credential}`,
      'done',
      undefined,
    ]);
    for (let times = 0; times < 4; times += 1) discord.refuse('POST', /^\/webhooks/, unknown);
    const late = await platform.followUp?.(capability, 'late');
    expect(late).toMatchObject({ success: false, code: 'expired' });
    expect(JSON.stringify(late)).not.toContain(credential);
    expect(await platform.followUp?.(capability, 'x'.repeat(2_001))).toMatchObject({ code: 'too_long' });
  });
});

describe('a prompt', () => {
  const ask = async (chat = channel.id) => {
    const from = discord.calls.length;
    const options = Array.from({ length: 6 }, (_, id) => ({ id: `o${id}`, label: `Option ${id}`, style: 'danger' }));
    const action = {
      op: 'prompt' as const,
      ...to(chat),
      prompt_kind: 'choice',
      prompt_id: 'p1',
      content: 'Sure?',
      options,
    };
    expect(await platform.perform(instance, action)).toMatchObject({ success: true });
    const { body } = await discord.called('POST', /messages$/, from);
    const rows = body.components as Array<{ components: Array<{ custom_id: string; style: number }> }>;
    expect(rows.map(({ components }) => components.length)).toEqual([5, 1]);
    return rows.flatMap(({ components }) => components);
  };
  const pressed = (custom_id: string, more: object = {}) =>
    command({ id: discord.newId(), type: 3, data: { custom_id, component_type: 2 }, message: { id: '44' }, ...more });
  const press = async (custom_id: string, more: object = {}) => (await post(pressed(custom_id, more)))?.body;

  beforeEach(() => reconnect({ publicKey: discordKey }));

  it('shows its options as buttons, and the one that is pressed comes back once', async () => {
    const [, second] = await ask();
    expect(second?.style).toBe(4);
    const [body, again] = [await press(second?.custom_id ?? ''), await press(second?.custom_id ?? '')];
    expect([body, again]).toEqual([{ type: 7, data: { components: [] } }, { type: 6 }]);
    expect(world.heard).toMatchObject([
      {
        author: { userId: ada.id },
        event: { text: 'Option 1', prompt_response: { prompt_id: 'p1', option_id: 'o1' } },
      },
    ]);
    expect(world.passed).toEqual([]);
  });

  it('takes no forged answer: another channel, an option that was not offered, somebody else’s button', async () => {
    const [first] = await ask();
    const data = first?.custom_id ?? '';
    expect(await press(data, { channel_id: thread.id, channel: thread })).toEqual({ type: 6 });
    expect(await press(data.replace(/0$/, '7'))).toEqual({ type: 6 });
    expect(world.heard).toEqual([]);
    world.result({ outcome: 'delivered', instanceId: 'rly_other', bufferId: null });
    expect(await press(data)).toEqual({ type: 6 });
    world.result({ outcome: 'delivered', instanceId: 'rly_1', bufferId: null });
    expect(await press(data)).toMatchObject({ type: 7 });
  });

  it('leaves the buttons of others to the gateway', async () => {
    expect(await press('their-own')).toEqual({ type: 5 });
    expect(world.passed).toHaveLength(1);
  });
});

describe('the connection', () => {
  it('beats, is resumed when its socket dies, and misses nothing', async () => {
    await eventually(() => expect(discord.heartbeats()).toBeGreaterThan(0));
    discord.cut();
    discord.said('meanwhile');
    await heard();
    await ready();
    expect(world.heard.map(({ event }) => event.text)).toEqual(['meanwhile']);
    expect([discord.identified.length, discord.resumed]).toMatchObject([1, [{ session_id: 'session-1' }]]);
  });

  it('says what to do where the bot may not read messages or its token was reset', async () => {
    for (const [code, sentence] of [
      [4014, /Message Content Intent/],
      [4004, /Developer Portal/],
      [4011, /more servers/],
    ] as const) {
      await platform.close();
      discord.closeWith(code);
      platform = connect();
      await failed(sentence);
    }
    // Before a session is spent on finding out.
    discord.closeWith(null);
    discord.mayNotRead();
    const sessions = discord.identified.length;
    await platform.close();
    platform = connect();
    await failed(/Message Content Intent/);
    expect(discord.identified).toHaveLength(sessions);
    await platform.close();
    discord.resetToken();
    platform = connect();
    await failed(/token/);
    const answer = await platform.perform(instance, { op: 'send', ...to(channel.id), content: 'x' });
    expect(answer).toMatchObject({ success: false, code: 'unauthorized' });
  });

  it('has failed when Discord stays away, gives no sessions, or is not Discord', async () => {
    isOver = (ms) => ms === 60_000;
    await discord.close();
    await failed(/cannot be reached/);
    await platform.close();
    platform = connect();
    await failed(/cannot be reached/);
    discord = await fakeDiscord();
    discord.noSessionsLeft();
    await platform.close();
    platform = connect();
    await failed(/no further connection of this bot for 60 minutes/);
    discord.refuse('GET', /gateway/, {
      status: 200,
      body: { url: 'ws://gateway.example.com', session_start_limit: { remaining: 1, reset_after: 1 } },
    });
    await platform.close();
    platform = connect();
    await failed(/without TLS/);
    discord.refuse('GET', /gateway/, { status: 200, body: { hello: 'world' } });
    await platform.close();
    platform = connect();
    await failed(/not Discord/);
  });

  it('leaves no socket and no timer when it is closed, at whatever moment', async () => {
    await platform.close();
    await eventually(async () => expect([discord.sockets(), await discord.connections()]).toEqual([0, 0]));
    const timers = runningTimers();
    for (let turns = 0; turns < 12; turns += 1) {
      const one = connect();
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      await one.close();
    }
    const between = connect();
    await eventually(() => expect(between.state.status).toBe('ready'));
    discord.cut();
    await eventually(() => expect(between.state.status).toBe('starting'));
    await between.close();
    await eventually(async () => expect([discord.sockets(), await discord.connections()]).toEqual([0, 0]));
    await eventually(() => expect(runningTimers()).toBeLessThanOrEqual(timers));
    expect(await platform.perform(instance, { op: 'typing', ...to(channel.id) })).toMatchObject({ success: false });
  });

  it('keeps two bots apart, each with its own session', async () => {
    const other = connect();
    await eventually(() => expect(other.state.status).toBe('ready'));
    expect(discord.identified).toHaveLength(2);
    await other.close();
  });
});
