/** What somebody said on Telegram, as the relay has it. */
import type { InboundEvent, InboundSource } from '../protocol/inbound';
import type { OfferedFile } from './chat-files';
import { answerText, type PromptChoice } from './open-prompts';
import type { ObservedAuthor } from './platform';
import { type TelegramChat, type TelegramMessage, type TelegramPress, telegramFileKinds } from './telegram-updates';

export interface Observed {
  author: ObservedAuthor;
  event: InboundEvent;
}

type User = TelegramPress['from'];
type Place = Pick<
  TelegramMessage,
  'chat' | 'message_thread_id' | 'is_topic_message' | 'message_id' | 'reply_to_message'
>;

/**
 * Null for what has no author or says nothing. An anonymous admin and a channel are shown instead of a user, and the user that
 * Telegram puts beside them stands for all of those: a message of theirs is nobody's. Bots are no authors, or two would talk
 * without end.
 */
export function telegramInbound(
  message: TelegramMessage,
  platform: string,
): (Observed & { files: OfferedFile[] }) | null {
  const { from, sender_chat: shownInstead } = message;
  if (!from || from.is_bot || shownInstead) return null;
  const files = filesOf(message);
  const text = message.text ?? message.caption ?? '';
  if (text === '' && files.length === 0) return null;
  const quoted = quotedBy(message);
  return {
    author: authorOf(from),
    event: {
      text,
      message_type: files[0]?.type ?? (isCommand(message) ? 'command' : 'text'),
      message_id: String(message.message_id),
      source: sourceOf(message, from, platform),
      ...{ media_urls: [], media: [] },
      reply_to_message_id: quoted ? String(quoted.message_id) : null,
      reply_to: quoted ? { message_id: String(quoted.message_id), text: quoted.text ?? quoted.caption ?? null } : null,
      ...{ context: [], context_error: null, prompt_response: null },
    },
    files,
  };
}

/** The answer to a prompt; whoever pressed is its author, not who was asked. */
export function telegramAnswer(
  { id, from, message }: TelegramPress & { message: NonNullable<TelegramPress['message']> },
  { prompt, option }: PromptChoice,
  platform: string,
): Observed {
  return {
    author: authorOf(from),
    event: {
      text: answerText(option),
      message_type: 'prompt_response',
      // Of its own, since a message may be answered by several.
      message_id: `callback-${id}`,
      source: sourceOf(message, from, platform),
      ...{ media_urls: [], media: [], reply_to_message_id: String(message.message_id), reply_to: null },
      ...{ context: [], context_error: null },
      prompt_response: { prompt_id: prompt.promptId, option_id: option.id },
    },
  };
}

/**
 * A group is a scope of its own: no wider space joins several of them, so what is known of one (its members, who may send to
 * it) says nothing of another. A direct chat belongs to its user alone and has none.
 */
function sourceOf(place: Place, user: User, platform: string): InboundSource {
  const { chat } = place;
  const topic = place.is_topic_message ? place.message_thread_id : undefined;
  return {
    platform,
    chat_id: String(chat.id),
    chat_type: chatTypeOf(chat),
    user_id: String(user.id),
    user_name: nameOf(user),
    thread_id: topic === undefined ? null : String(topic),
    chat_name: chat.title ?? null,
    chat_topic: place.reply_to_message?.forum_topic_created?.name ?? null,
    scope_id: chat.type === 'private' ? null : String(chat.id),
    user_id_alt: null,
    chat_id_alt: null,
    parent_chat_id: null,
    message_id: String(place.message_id),
  };
}

export function chatTypeOf({ type, is_forum: isForum }: TelegramChat): InboundSource['chat_type'] {
  if (type === 'private') return 'dm';
  if (type === 'channel') return 'channel';
  return isForum ? 'forum' : 'group';
}

export function chatNameOf(chat: TelegramChat): string | null {
  return chat.title ?? ([chat.first_name, chat.last_name].filter(Boolean).join(' ') || null);
}

const authorOf = (user: User): ObservedAuthor => ({ userId: String(user.id), userName: nameOf(user) });

function nameOf({ username, first_name: first, last_name: last }: User): string {
  return username ?? [first, last].filter(Boolean).join(' ');
}

/** In a topic every message answers the one that made the topic, which nobody meant as an answer. */
function quotedBy({ reply_to_message: quoted }: TelegramMessage) {
  return quoted && !quoted.forum_topic_created ? quoted : undefined;
}

function isCommand({ entities = [] }: TelegramMessage): boolean {
  return entities.some(({ type, offset }) => type === 'bot_command' && offset === 0);
}

function filesOf(message: TelegramMessage): OfferedFile[] {
  const largest = message.photo?.at(-1);
  if (largest) {
    const { file_id: ref, file_size: bytes = null } = largest;
    return [{ type: 'photo', name: 'photo.jpg', mime: 'image/jpeg', bytes, ref }];
  }
  for (const type of telegramFileKinds) {
    const file = message[type];
    if (!file) continue;
    const usual = usualFiles[type];
    const { file_id: ref, file_name: name = usual.name, mime_type: mime = usual.mime, file_size: bytes = null } = file;
    return [{ type, name, mime, bytes, ref }];
  }
  return [];
}

/** What Telegram does not say of a file. */
const usualFiles: Readonly<Record<(typeof telegramFileKinds)[number], { name: string; mime: string | null }>> = {
  animation: { name: 'animation.mp4', mime: 'video/mp4' },
  video: { name: 'video.mp4', mime: 'video/mp4' },
  audio: { name: 'audio.mp3', mime: 'audio/mpeg' },
  voice: { name: 'voice.ogg', mime: 'audio/ogg' },
  video_note: { name: 'video-note.mp4', mime: 'video/mp4' },
  // A picture, an animation or a video.
  sticker: { name: 'sticker', mime: null },
  document: { name: 'document', mime: null },
};
