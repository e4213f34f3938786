import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { ConnectedPlatform } from '@/lib/relay/platforms/platform';
import { createTelegramPlatform } from '@/lib/relay/platforms/telegram';
import { eventually } from '@/test/support/eventually';
import { ada, botToken, direct, fakeTelegram, forum, group } from '@/test/support/relay/fake-telegram';
import { chatEdge, instance, mediaUrl, runningTimers, storedFile, to } from './chat-edge';

let telegram: Awaited<ReturnType<typeof fakeTelegram>>;
let world: ReturnType<typeof chatEdge>;
let platform: ConnectedPlatform;
let waits: number[];
/** Resolves what waits, once. */
let goOn: Promise<void> | null;

function connect(onChanged: () => void = () => undefined): ConnectedPlatform {
  const settings = { kind: 'telegram' as const, botToken, apiRoot: telegram.apiRoot };
  return createTelegramPlatform({
    ...{ name: 'tg', label: 'Telegram', settings, edge: world.edge, clock: systemClock, log: world.log },
    onChanged,
    wait: async (ms, signal) => {
      waits.push(ms);
      await (goOn ?? new Promise(setImmediate));
      signal.throwIfAborted();
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
const sendHi = () => platform.perform(instance, { op: 'send', ...to('7'), content: 'hi' });

beforeEach(async () => {
  waits = [];
  goOn = null;
  telegram = await fakeTelegram();
  world = chatEdge();
  platform = connect();
  await ready();
});
afterEach(async () => {
  await platform.close();
  expect(world.logged()).not.toContain(botToken);
  expect(JSON.stringify([world.heard, platform.state, platform.account, platform.descriptor])).not.toContain(botToken);
  await telegram.close();
});

const plan = { file_id: 'f', file_name: 'plan.pdf', mime_type: 'application/pdf', file_size: 9 };

describe('what people say', () => {
  it('reaches the relay with its author and its chat', async () => {
    const id = telegram.said('hello');
    const [first] = await heard();
    expect(first?.author).toEqual({ userId: '7', userName: 'ada' });
    expect(first?.event).toMatchObject({ text: 'hello', message_type: 'text', message_id: String(id) });
    expect(first?.event.source).toMatchObject({
      ...{ platform: 'tg', chat_id: '7', chat_type: 'dm', user_id: '7', user_name: 'ada' },
      ...{ thread_id: null, scope_id: null },
    });
    expect(platform.account).toBe('@crew_bot');
  });

  it('is of the scope of its group, and of its topic in a forum', async () => {
    telegram.said('in a group', { chat: group, reply_to_message: { message_id: 3, text: 'before' } });
    const made = { message_id: 55, forum_topic_created: { name: 'Outages' } };
    const topic = { is_topic_message: true, message_thread_id: 55, reply_to_message: made };
    telegram.said('in a topic', { chat: forum, ...topic });
    const [grouped, topical] = await heard(2);
    expect(grouped?.event).toMatchObject({
      reply_to_message_id: '3',
      source: { chat_id: '-1007', chat_type: 'group', scope_id: '-1007', chat_name: 'Crew', thread_id: null },
    });
    expect(topical?.event).toMatchObject({
      reply_to_message_id: null,
      source: { chat_id: '-1008', chat_type: 'forum', scope_id: '-1008', thread_id: '55', chat_topic: 'Outages' },
    });
  });

  it('brings its files, and no address of Telegram: that would hold the token', async () => {
    telegram.files.set('f', (response) => void response.end('the plan.'));
    telegram.said('', { text: undefined, caption: 'read this', document: plan });
    telegram.files.set('large', (response) => void response.end('a picture'));
    telegram.said('', { text: undefined, photo: [{ file_id: 'small' }, { file_id: 'large', file_size: 8 }] });
    const [first, second] = await heard(2);
    expect(first?.event).toMatchObject({
      ...{ text: 'read this', message_type: 'document', media_urls: [mediaUrl('med_1')] },
      media: [{ id: 'med_1', type: 'document', name: 'plan.pdf', size_bytes: 9, available: true }],
    });
    expect(second?.event.media).toMatchObject([{ type: 'photo', url: mediaUrl('med_2'), mime_type: 'image/jpeg' }]);
    expect(world.kept.map(({ text }) => text)).toEqual(['the plan.', 'a picture']);
    expect(telegram.fetched).toEqual(['f', 'large']);
  });

  it('names a file that is too large or cannot be fetched, with the reason, in its order', async () => {
    telegram.said('', { text: undefined, document: { ...plan, file_size: limits.telegramFileBytes + 1 } });
    telegram.said('', { text: undefined, document: { ...plan, file_id: 'gone' } });
    telegram.refuse('getFile', { error_code: 400, description: `Bad Request: ${botToken}` });
    telegram.files.set('cut', (response) => {
      response.writeHead(200, { 'content-length': 9 }).write('half');
      setImmediate(() => response.destroy());
    });
    telegram.said('', { text: undefined, document: { ...plan, file_id: 'cut' } });
    telegram.files.set('moved', (response) => void response.writeHead(302, { location: '/' }).end());
    telegram.said('', { text: undefined, document: { ...plan, file_id: 'moved' } });
    telegram.said('', { text: undefined, document: { ...plan, file_id: '..' } });
    telegram.said('after them');
    const events = (await heard(6)).map(({ event }) => event);
    expect(events.map(({ text }) => text)).toEqual(['', '', '', '', '', 'after them']);
    const lost = { name: 'plan.pdf', mime_type: 'application/pdf', available: false };
    expect(events[0]).toMatchObject({ media_urls: [], media: [{ ...lost, reason: 'It is larger than 20 MB.' }] });
    for (const event of events.slice(1, 5))
      expect(event).toMatchObject({ media_urls: [], media: [{ ...lost, reason: 'It could not be fetched.' }] });
    expect(telegram.fetched).toEqual(['cut', 'moved']);
  });

  it('is not fetched where its author is a stranger', async () => {
    world.result({ outcome: 'unlinked' });
    telegram.files.set('f', (response) => void response.end('the plan.'));
    telegram.said('', { text: undefined, caption: 'read this', document: plan });
    await heard();
    expect(telegram.fetched).toEqual([]);
    expect(telegram.calls.map(({ method }) => method)).not.toContain('getFile');
  });

  it('is fetched once, also where the record is away when its message comes', async () => {
    telegram.files.set('f', (response) => void response.end('the plan.'));
    world.fails(new AppError('AUDIT_UNAVAILABLE'));
    telegram.said('', { text: undefined, document: plan });
    const [first] = await heard();
    expect(first?.event.media).toMatchObject([{ available: true }]);
    expect(telegram.fetched).toEqual(['f']);
  });

  it('comes again when the bot is closed while its file is on the way', async () => {
    telegram.files.set('f', (response) => void response.writeHead(200).write('half'));
    telegram.said('', { text: undefined, document: plan });
    await eventually(() => expect(telegram.fetched).toEqual(['f']));
    await platform.close();
    expect([world.heard, telegram.waiting()]).toEqual([[], 1]);
    telegram.files.set('f', (response) => void response.end('the plan.'));
    platform = connect();
    const [first] = await heard();
    expect(first?.event.media).toMatchObject([{ available: true }]);
  });

  it('goes nowhere without an author: anonymous admins, channels, bots, and what says nothing', async () => {
    telegram.said('as the group', { chat: group, from: { ...ada, id: 1087968824, is_bot: true }, sender_chat: group });
    telegram.said('as a channel', { chat: group, from: ada, sender_chat: { id: -1009 } });
    telegram.said('of a bot', { from: { ...ada, is_bot: true } });
    telegram.said('of nobody', { from: undefined });
    telegram.push({ channel_post: { message_id: 1, chat: { id: -1009, type: 'channel' }, text: 'posted' } });
    telegram.push({ message: 'garbage' });
    telegram.said('', { text: undefined, new_chat_title: 'Renamed' });
    telegram.said('after them');
    await heard();
    expect(world.heard.map(({ event }) => event.text)).toEqual(['after them']);
  });

  it('is confirmed once it is on the record, and comes again until then, in order', async () => {
    world.fails(new AppError('AUDIT_UNAVAILABLE'));
    world.fails(new AppError('AUDIT_UNAVAILABLE'));
    telegram.said('first');
    telegram.said('second');
    await heard(2);
    expect(world.heard.map(({ event }) => event.text)).toEqual(['first', 'second']);
    expect(waits).toHaveLength(2);
    await eventually(() => expect(telegram.waiting()).toBe(0));
  });

  it('is dropped where the relay will not have it, and the next one is heard', async () => {
    world.fails(new AppError('RELAY_BUFFER_FULL'));
    telegram.said('too much');
    telegram.said('next');
    await heard();
    expect(world.heard.map(({ event }) => event.text)).toEqual(['next']);
    expect(world.logged()).toContain('RELAY_BUFFER_FULL');
  });

  it('links a chat and says so; an unlinked author hears nothing', async () => {
    world.result({ outcome: 'unlinked' });
    telegram.said('hello?');
    await heard();
    world.result({ outcome: 'linked', instanceId: 'rly_1' });
    telegram.said('/link ABC');
    const { body } = await telegram.called('sendMessage');
    expect(body).toMatchObject({ chat_id: 7, text: 'This chat is linked.' });
    world.result({ outcome: 'refused' });
    telegram.said('locked out');
    telegram.said('/link DEF', { chat: group });
    await heard(4);
    expect(telegram.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  });
});

describe('what a gateway asks for', () => {
  const call = async (action: Parameters<ConnectedPlatform['perform']>[1], method: string) => {
    const from = telegram.calls.length;
    const result = await platform.perform(instance, action);
    return { result, body: telegram.calls.slice(from).find((one) => one.method === method)?.body };
  };

  it('is sent as MarkdownV2, to its topic, as an answer', async () => {
    const action = { op: 'send' as const, ...to('-1008', { thread_id: '55' }), content: '*hi*', reply_to: '3' };
    const { result, body } = await call(action, 'sendMessage');
    expect(result).toEqual({ success: true, message_id: expect.stringMatching(/^\d+$/) });
    expect(body).toMatchObject({ chat_id: -1008, text: '*hi*', parse_mode: 'MarkdownV2', message_thread_id: 55 });
    expect(body?.reply_parameters).toEqual({ message_id: 3, allow_sending_without_reply: true });
  });

  it('is said as it stands where it is no well-formed markup', async () => {
    telegram.refuse('sendMessage', { error_code: 400, description: "Bad Request: can't parse entities: …" });
    const from = telegram.calls.length;
    expect(await platform.perform(instance, { op: 'send', ...to('7'), content: '1.' })).toMatchObject({
      success: true,
    });
    const sent = telegram.calls.slice(from).filter(({ method }) => method === 'sendMessage');
    expect(sent.map(({ body }) => body.parse_mode)).toEqual(['MarkdownV2', undefined]);
  });

  it('edits, types, reacts, sends media, opens and renames topics, and describes a chat', async () => {
    const edited = await call({ op: 'edit', ...to('7'), message_id: '9', content: 'new' }, 'editMessageText');
    expect([edited.result, edited.body]).toMatchObject([{ success: true }, { message_id: 9, text: 'new' }]);
    const typing = await call({ op: 'typing', ...to('7') }, 'sendChatAction');
    expect([typing.result, typing.body]).toMatchObject([{ success: true }, { chat_id: 7, action: 'typing' }]);
    const react = await call({ op: 'react', ...to('7'), message_id: '9', emoji: '👍' }, 'setMessageReaction');
    expect(react.body).toMatchObject({ message_id: 9, reaction: [{ type: 'emoji', emoji: '👍' }] });
    const media = { op: 'send_media' as const, ...to('7'), caption: 'look' };
    const photo = await call({ ...media, media_url: 'https://example.com/a.png?x=1' }, 'sendPhoto');
    expect(photo.body).toMatchObject({ photo: 'https://example.com/a.png?x=1', caption: 'look' });
    const file = await call({ ...media, media_url: 'https://example.com/a.pdf' }, 'sendDocument');
    expect(file.body).toMatchObject({ document: 'https://example.com/a.pdf' });
    const created = await call({ op: 'thread_create', ...to('-1008'), name: 'Outages' }, 'createForumTopic');
    expect(created.result).toEqual({ success: true, thread_id: '55' });
    const rename = { op: 'thread_rename' as const, ...to('-1008', { thread_id: '55' }), name: 'Solved' };
    const renamed = await call(rename, 'editForumTopic');
    expect(renamed.body).toMatchObject({ message_thread_id: 55, name: 'Solved' });
    const { result } = await call({ op: 'get_chat_info', ...to('-1008') }, 'getChat');
    expect(result).toMatchObject({ chat: { id: '-1008', type: 'forum', name: 'Desk', topic: 'What we do' } });
  });

  it('is refused before anything is sent where it is too long or names no chat, no message, no web address', async () => {
    const from = telegram.calls.length;
    const refused = async (action: Parameters<ConnectedPlatform['perform']>[1], code: string) =>
      expect(await platform.perform(instance, action)).toMatchObject({ success: false, code });
    await refused({ op: 'send', ...to('7'), content: '😀'.repeat(2_049) }, 'too_long');
    await refused({ op: 'edit', ...to('7'), message_id: '9', content: 'x'.repeat(4_097) }, 'too_long');
    for (const chat of ['@everyone', '007', '+7', ' 7', '7.0', '7/../8']) {
      await refused({ op: 'send', ...to(chat), content: 'x' }, 'malformed');
    }
    await refused({ op: 'send', ...to('7', { thread_id: 'x' }), content: 'x' }, 'malformed');
    await refused({ op: 'edit', ...to('7'), message_id: 'x', content: 'x' }, 'malformed');
    for (const media_url of ['file:///etc/passwd', 'AgACAgIAAxkBAAIB', 'attach://x'])
      await refused({ op: 'send_media', ...to('7'), media_url }, 'malformed');
    expect(telegram.calls.slice(from).filter(({ method }) => method !== 'getUpdates')).toEqual([]);
  });

  it('uploads a file of its instance, a picture as one, and knows no other', async () => {
    const odd = { ...storedFile('the plan.', 'a; "b" plan.pdf', 'application/pdf') };
    world.stored.set(mediaUrl('med_1'), odd);
    world.stored.set('med_2', storedFile('pixels', 'a.png', 'image/png'));
    // The markup is refused: the file is sent a second time.
    telegram.refuse('sendDocument', { error_code: 400, description: "Bad Request: can't parse entities: …" });
    const send = (media_url: string) =>
      platform.perform(instance, { op: 'send_media', ...to('7'), media_url, caption: '1.', reply_to: '3' });
    expect(await send(mediaUrl('med_1'))).toMatchObject({ success: true });
    expect(await send('med_2')).toMatchObject({ success: true });
    const uploads = telegram.calls.filter(({ files }) => files);
    expect(uploads.map(({ method, files }) => [method, files])).toEqual([
      ['sendDocument', [{ name: 'a; _b_ plan.pdf', text: 'the plan.' }]],
      ['sendDocument', [{ name: 'a; _b_ plan.pdf', text: 'the plan.' }]],
      ['sendPhoto', [{ name: 'a.png', text: 'pixels' }]],
    ]);
    expect(uploads.at(-1)?.body).toMatchObject({ chat_id: '7', caption: '1.' });
    world.stored.set('med_3', { ...storedFile('', 'a.pdf', 'application/pdf'), path: '/nowhere/file' });
    expect(await send('med_3')).toMatchObject({ success: false, code: 'unreachable' });
    const from = telegram.calls.length;
    for (const unknown of [mediaUrl('med_9'), 'med_9', 'https://gatehouse.test/relay/media/x'])
      expect(await send(unknown)).toMatchObject({ success: false, code: 'media_unknown' });
    expect(telegram.calls.slice(from).filter(({ method }) => method !== 'getUpdates')).toEqual([]);
  });

  it('is declined where the scope it claims is another group’s', async () => {
    const from = telegram.calls.length;
    const say = (chat: string, scope_id: string) =>
      platform.perform(instance, { op: 'send', ...to(chat, { scope_id }), content: 'x' });
    expect(await say('-1007', '-1008')).toMatchObject({ success: false, code: 'egress_declined' });
    expect(await say('7', '-1008')).toMatchObject({ success: false, code: 'egress_declined' });
    expect(telegram.calls.slice(from).map(({ method }) => method)).not.toContain('sendMessage');
    expect(await say('-1007', '-1007')).toMatchObject({ success: true });
  });

  it('waits as long as Telegram asks, and says so where that is too long', async () => {
    const flood = (retry_after: number) => ({
      ...{ error_code: 429, description: 'Too Many Requests: retry later', parameters: { retry_after } },
    });
    telegram.refuse('sendMessage', flood(3));
    expect(await sendHi()).toMatchObject({ success: true });
    expect(waits).toEqual([3_000]);
    telegram.refuse('sendMessage', flood(60));
    expect(await sendHi()).toMatchObject({ success: false, code: 'rate_limited', retry_after: 60 });
    expect(waits).toEqual([3_000]);
  });

  it('is answered with what Telegram says when it refuses', async () => {
    telegram.refuse('sendMessage', { error_code: 403, description: 'Forbidden: bot was blocked by the user' });
    expect(await sendHi()).toEqual({
      ...{ success: false, code: 'refused', error: 'Telegram refused: Forbidden: bot was blocked by the user' },
    });
    telegram.refuse('sendMessage', { error_code: 400, description: `Bad Request: chat not found ${botToken}` });
    expect(await sendHi()).toEqual({
      ...{ success: false, code: 'not_found', error: 'Telegram refused: Bad Request: chat not found …' },
    });
  });
});

describe('a prompt', () => {
  const options = [
    { id: 'yes', label: 'Yes' },
    { id: 'no', label: '/link HOSTILE' },
  ];
  const ask = async () => {
    const from = telegram.calls.length;
    const action = { op: 'prompt' as const, ...to('7'), prompt_kind: 'choice', prompt_id: 'p1', content: 'Sure?' };
    expect(await platform.perform(instance, { ...action, options })).toMatchObject({ success: true });
    const { body } = await telegram.called('sendMessage', from);
    const markup = body.reply_markup as { inline_keyboard: Array<Array<{ text: string; callback_data: string }>> };
    return markup.inline_keyboard.flat();
  };
  const press = async (data: string | undefined, chat: object = direct) => {
    const from = telegram.calls.length;
    telegram.push({
      callback_query: { id: 'q1', from: ada, chat_instance: 'x', data, message: { message_id: 9, chat } },
    });
    return (await telegram.called('answerCallbackQuery', from)).body;
  };

  it('shows its options as buttons, and the one that is pressed comes back once', async () => {
    const [yes] = await ask();
    expect([yes?.text, Buffer.byteLength(yes?.callback_data ?? '') <= 64]).toEqual(['Yes', true]);
    expect(await press(yes?.callback_data)).toMatchObject({ callback_query_id: 'q1', text: 'Yes' });
    expect(world.heard).toMatchObject([
      { author: { userId: '7' }, event: { text: 'Yes', prompt_response: { prompt_id: 'p1', option_id: 'yes' } } },
    ]);
    await telegram.called('editMessageReplyMarkup');
    expect(await press(yes?.callback_data)).not.toHaveProperty('text');
    expect(world.heard).toHaveLength(1);
  });

  it('takes no forged answer: another chat, an option that was not offered, another key', async () => {
    const [yes] = await ask();
    const data = yes?.callback_data ?? '';
    await press(data, group);
    await press(data.replace(/0$/, '7'));
    await press(data.replace(/^gth:./, 'gth:-'));
    await press(undefined);
    expect(world.heard).toEqual([]);
    expect(await press(data)).toMatchObject({ text: 'Yes' });
  });

  it('stays open for its own instance when somebody else presses', async () => {
    const [yes] = await ask();
    world.result({ outcome: 'unlinked' });
    expect(await press(yes?.callback_data)).not.toHaveProperty('text');
    world.result({ outcome: 'delivered', instanceId: 'rly_1', bufferId: null });
    expect(await press(yes?.callback_data)).toMatchObject({ text: 'Yes' });
  });

  it('never has a label read as a command of whoever presses', async () => {
    const [, no] = await ask();
    await press(no?.callback_data);
    expect(world.heard).toMatchObject([{ event: { text: '', prompt_response: { option_id: 'no' } } }]);
  });
});

describe('the connection', () => {
  it('says what to do about another poller, and leaves the webhook of somebody else alone', async () => {
    for (const [description, sentence] of [
      ['Conflict: terminated by other getUpdates request', /Another program asks/],
      ["Conflict: can't use getUpdates method while webhook is active", /has a webhook/],
    ] as const) {
      await platform.close();
      telegram.refuse('getUpdates', { error_code: 409, description });
      const states: unknown[] = [];
      platform = connect(() => states.push(platform.state));
      await failed(sentence);
      // It was never called ready.
      expect(states).toHaveLength(1);
    }
    expect(telegram.calls.map(({ method }) => method)).not.toContain('deleteWebhook');
  });

  it('is over when the token is revoked: it asks no more', async () => {
    telegram.revokeToken();
    await failed(/@BotFather/);
    expect(await sendHi()).toMatchObject({ success: false, code: 'unauthorized' });
  });

  it('is made again by itself when Telegram was away for a moment, and goes on where it was', async () => {
    telegram.said('before');
    await heard();
    let release: () => void = () => undefined;
    goOn = new Promise((resolve) => {
      release = resolve;
    });
    const port = Number(new URL(telegram.apiRoot).port);
    await telegram.close();
    await eventually(() => expect(waits.length).toBe(1));
    expect(platform.state).toEqual({ status: 'starting' });
    expect(await sendHi()).toMatchObject({ success: false, code: 'unreachable' });
    telegram = await fakeTelegram({ port, firstId: 200 });
    release();
    await ready();
    expect(telegram.calls.find(({ method }) => method === 'getUpdates')?.body.offset).toBeGreaterThan(0);
    telegram.said('after');
    await heard(2);
  });

  it('has failed when Telegram stays away', async () => {
    await telegram.close();
    await failed(/cannot be reached/);
    expect(waits).toHaveLength(5);
  });

  it('is not made anew while it is being closed', async () => {
    await platform.close();
    const from = telegram.calls.length;
    platform = connect();
    await platform.close();
    expect(telegram.calls.slice(from).map(({ method }) => method)).not.toContain('sendMessage');
    expect(platform.state).toEqual({ status: 'starting' });
  });

  it('leaves no socket and no timer when it is closed, and confirms what it handled', async () => {
    telegram.said('last');
    await heard();
    const timers = runningTimers();
    await platform.close();
    await eventually(() => expect(runningTimers()).toBeLessThanOrEqual(timers));
    expect(telegram.waiting()).toBe(0);
    await eventually(async () => expect(await telegram.connections()).toBe(0));
    expect(await sendHi()).toMatchObject({ success: false });
  });
});
