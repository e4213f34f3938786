/** What Telegram tells a bot: as much of its updates as is read here. Anything else of them is left out. */
import { z } from 'zod';

const id = z.number().int();

const user = z.object({
  id,
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
  username: z.string().optional(),
});

export const telegramChat = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: z.string().optional(),
  username: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  is_forum: z.boolean().optional(),
  description: z.string().optional(),
});
export type TelegramChat = z.infer<typeof telegramChat>;

const file = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
});

/** By the name of the field that carries it, which is also how the kind of a message is named. */
const files = {
  document: file.optional(),
  video: file.optional(),
  audio: file.optional(),
  voice: file.optional(),
  animation: file.optional(),
  video_note: file.optional(),
  sticker: file.extend({ emoji: z.string().optional() }).optional(),
};
/** An animation is a document as well, so that comes last. */
export const telegramFileKinds = ['animation', 'video', 'audio', 'voice', 'video_note', 'sticker', 'document'] as const;

const topicCreated = z.object({ name: z.string() });
const quoted = z.object({
  message_id: id,
  text: z.string().optional(),
  caption: z.string().optional(),
  forum_topic_created: topicCreated.optional(),
});

const message = z.object({
  message_id: id,
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  from: user.optional(),
  /** Who is shown as the author instead: an anonymous admin's group, a channel. */
  sender_chat: z.object({ id }).optional(),
  chat: telegramChat,
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(z.object({ type: z.string(), offset: z.number() })).optional(),
  photo: z.array(z.object({ file_id: z.string(), file_size: z.number().optional() })).optional(),
  reply_to_message: quoted.optional(),
  ...files,
});
export type TelegramMessage = z.infer<typeof message>;

const press = z.object({
  id: z.string(),
  from: user,
  /** Not there where it is too old. */
  message: message.omit({ from: true }).optional(),
  data: z.string().optional(),
});
export type TelegramPress = z.infer<typeof press>;

/** What is asked for: edits, posts of channels and everything else is not even sent here. */
export const telegramUpdateKinds = ['message', 'callback_query'] as const;

const numbered = z.object({ update_id: id });
const update = numbered.extend({ message: message.optional(), callback_query: press.optional() });
export type TelegramUpdate = z.infer<typeof update>;

/** One that cannot be read still has its number, or it would come again and again. Null for what has none. */
export function parseTelegramUpdate(value: unknown): TelegramUpdate | null {
  return update.safeParse(value).data ?? numbered.safeParse(value).data ?? null;
}
