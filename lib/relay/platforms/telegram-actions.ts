/** What a gateway asks to be done on Telegram: one action, one call of the Bot API. */
import type { InlineKeyboardButton, Message, ReactionTypeEmoji } from 'grammy/types';
import type { RelayMedia } from '@/lib/contracts/relay';
import { limits } from '@/lib/platform/limits';
import { egressDeclined, type OutboundResult } from '../protocol/actions';
import { failure, malformed, tooLong } from './chat-platform';
import { mediaToSend } from './media-to-send';
import type { OpenPrompts } from './open-prompts';
import type { DirectAction, PlatformEdge } from './platform';
import { type TelegramClient, TelegramFailure } from './telegram-client';
import { chatNameOf, chatTypeOf } from './telegram-inbound';
import { telegramChat } from './telegram-updates';

/** In one form alone, so that a chat is not asked for under a second name that the egress guard does not know. */
const chatNumber = /^-?[1-9]\d{0,15}$/;
const imageName = /\.(?:jpe?g|png|webp)$/i;

export interface TelegramActionsDeps {
  platform: string;
  client: TelegramClient;
  prompts: OpenPrompts;
  mediaOf: PlatformEdge['mediaOf'];
}

export async function performOnTelegram(
  instanceId: string,
  action: DirectAction,
  deps: TelegramActionsDeps,
): Promise<OutboundResult> {
  if (!chatNumber.test(action.chat_id)) return malformed('chat_id');
  // A group is its own scope: one that was opened by the scope of another is not the one that is meant.
  const scope = action.metadata?.scope_id ?? null;
  if (scope !== null && scope !== action.chat_id) return egressDeclined(deps.platform);
  const thread = optionalNumber(action.metadata?.thread_id);
  if (thread === null) return malformed('metadata.thread_id');
  try {
    return await done(instanceId, action, { ...deps, chat_id: Number(action.chat_id), thread });
  } catch (error) {
    if (!(error instanceof TelegramFailure)) throw error;
    return refusal(error);
  }
}

interface Target extends TelegramActionsDeps {
  chat_id: number;
  /** A topic of that very chat: Telegram looks for it nowhere else. */
  thread: number | undefined;
}

async function done(instanceId: string, action: DirectAction, target: Target): Promise<OutboundResult> {
  const { client, chat_id, thread } = target;
  const inThread = thread === undefined ? {} : { message_thread_id: thread };
  switch (action.op) {
    case 'send':
      return say(action.content, target, replyTo(action.reply_to));
    case 'edit':
      return edit(action, target);
    case 'typing':
      await client.ask((raw, signal) => raw.sendChatAction({ chat_id, action: 'typing', ...inThread }, signal));
      return { success: true };
    case 'prompt':
      return prompt(instanceId, action, target);
    case 'send_media':
      return sendMedia(instanceId, action, target);
    case 'react': {
      const message_id = messageNumber(action.message_id);
      if (message_id === null) return malformed('message_id');
      // Telegram has a list of them, and refuses what is not on it.
      const reaction = [{ type: 'emoji', emoji: action.emoji as ReactionTypeEmoji['emoji'] } as const];
      await client.ask((raw, signal) => raw.setMessageReaction({ chat_id, message_id, reaction }, signal));
      return { success: true };
    }
    case 'thread_create': {
      if (action.name.length > limits.telegramTopicChars) return tooLong(action.name.length, limits.telegramTopicChars);
      const topic = await client.ask((raw, signal) => raw.createForumTopic({ chat_id, name: action.name }, signal));
      return { success: true, thread_id: String(topic.message_thread_id) };
    }
    case 'thread_rename': {
      if (thread === undefined) return malformed('metadata.thread_id');
      if (action.name.length > limits.telegramTopicChars) return tooLong(action.name.length, limits.telegramTopicChars);
      const { name } = action;
      await client.ask((raw, signal) => raw.editForumTopic({ chat_id, message_thread_id: thread, name }, signal));
      return { success: true, thread_id: String(thread) };
    }
    case 'get_chat_info': {
      const chat = telegramChat.parse(await client.ask((raw, signal) => raw.getChat({ chat_id }, signal)));
      const { description: topic = null } = chat;
      return { success: true, chat: { id: action.chat_id, type: chatTypeOf(chat), name: chatNameOf(chat), topic } };
    }
    default:
      return action satisfies never;
  }
}

type MoreOfMessage = {
  reply_parameters?: { message_id: number; allow_sending_without_reply: true };
  reply_markup?: { inline_keyboard: InlineKeyboardButton[][] };
};

async function say(text: string, target: Target, more: MoreOfMessage | null): Promise<OutboundResult> {
  if (more === null) return malformed('reply_to');
  if (text === '') return malformed('content');
  if (text.length > limits.telegramTextUnits) return tooLong(text.length, limits.telegramTextUnits);
  const { client, chat_id, thread } = target;
  const body = { chat_id, text, ...(thread !== undefined && { message_thread_id: thread }), ...more };
  return sent(await marked((mark) => client.ask((raw, signal) => raw.sendMessage({ ...body, ...mark }, signal))));
}

type Edit = Extract<DirectAction, { op: 'edit' }>;

async function edit({ message_id: id, content: text }: Edit, { client, chat_id }: Target): Promise<OutboundResult> {
  const message_id = messageNumber(id);
  if (message_id === null) return malformed('message_id');
  if (text === '') return malformed('content');
  if (text.length > limits.telegramTextUnits) return tooLong(text.length, limits.telegramTextUnits);
  try {
    await marked((mark) =>
      client.ask((raw, signal) => raw.editMessageText({ chat_id, message_id, text, ...mark }, signal)),
    );
  } catch (error) {
    // It says what it should say already.
    if (!isRefusal(error, /not modified/i)) throw error;
  }
  return { success: true, message_id: id };
}

type Prompt = Extract<DirectAction, { op: 'prompt' }>;

async function prompt(instanceId: string, action: Prompt, target: Target): Promise<OutboundResult> {
  const { buttons, drop } = target.prompts.open(instanceId, action);
  const keyboard = action.options.map(({ label }, index) => [{ text: label, callback_data: buttons[index] ?? '' }]);
  const result = await say(action.content, target, { reply_markup: { inline_keyboard: keyboard } }).catch(
    (error: unknown) => {
      drop();
      throw error;
    },
  );
  if (!result.success) drop();
  return result;
}

type SendMedia = Extract<DirectAction, { op: 'send_media' }>;

/** What is on the web Telegram fetches by itself. A server of one's own would read files of its disk for `file:`: that is none. */
async function sendMedia(instanceId: string, action: SendMedia, target: Target): Promise<OutboundResult> {
  const { client, chat_id, thread, mediaOf } = target;
  const more = replyTo(action.reply_to);
  if (more === null) return malformed('reply_to');
  const caption = action.caption ?? '';
  if (caption.length > limits.telegramCaptionUnits) return tooLong(caption.length, limits.telegramCaptionUnits);
  const inThread = thread === undefined ? {} : { message_thread_id: thread };
  const body = { chat_id, ...inThread, ...more, ...(caption && { caption }) };
  const found = await mediaToSend(instanceId, action.media_url, mediaOf);
  if ('refusal' in found) return found.refusal;
  const what = () => ('url' in found ? found.url.href : client.upload(found.file));
  const isPhoto = 'url' in found ? imageName.test(found.url.pathname) : isShown(found.file.media);
  const send = isPhoto
    ? (mark: Mark) => client.ask((raw, signal) => raw.sendPhoto({ ...body, ...mark, photo: what() }, signal))
    : (mark: Mark) => client.ask((raw, signal) => raw.sendDocument({ ...body, ...mark, document: what() }, signal));
  return sent(caption ? await marked<Message>(send) : await send({}));
}

type Mark = { parse_mode?: 'MarkdownV2' };

/** Text that is not well-formed MarkdownV2 is refused whole: it is said as it stands rather than lost. */
async function marked<T>(send: (mark: Mark) => Promise<T>): Promise<T> {
  try {
    return await send({ parse_mode: 'MarkdownV2' });
  } catch (error) {
    if (!isRefusal(error, /can't parse entities/i)) throw error;
    return send({});
  }
}

function isRefusal(error: unknown, text: RegExp): boolean {
  return error instanceof TelegramFailure && error.problem.kind === 'refused' && text.test(error.problem.description);
}

const sent = ({ message_id }: { message_id: number }): OutboundResult => ({
  success: true,
  message_id: String(message_id),
});

function messageNumber(id: string): number | null {
  return /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
}

function optionalNumber(id: string | null | undefined): number | null | undefined {
  return id === null || id === undefined ? undefined : messageNumber(id);
}

function replyTo(id: string | null | undefined): MoreOfMessage | null {
  const message_id = optionalNumber(id);
  if (message_id === undefined) return {};
  return message_id === null ? null : { reply_parameters: { message_id, allow_sending_without_reply: true } };
}

function isShown({ mime, bytes }: RelayMedia): boolean {
  return /^image\/(?:jpeg|png|webp)$/.test(mime) && bytes <= limits.telegramPhotoBytes;
}

function refusal({ problem }: TelegramFailure): OutboundResult {
  switch (problem.kind) {
    case 'unauthorized':
      return failure('unauthorized', 'Telegram does not take the token of this bot any more');
    case 'flood':
      return {
        ...failure('rate_limited', `Telegram asks to wait ${problem.seconds} s`),
        retry_after: problem.seconds,
      };
    case 'conflict':
    case 'refused': {
      const code = /not found/i.test(problem.description) ? 'not_found' : 'refused';
      return failure(code, `Telegram refused: ${problem.description}`);
    }
    case 'unreachable':
      return failure('unreachable', 'Telegram cannot be reached');
    default:
      return problem satisfies never;
  }
}
