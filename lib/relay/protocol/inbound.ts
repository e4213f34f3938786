/**
 * What somebody said on a platform. `scope_id` (guild, workspace, server) tells two of them apart that number their chats alike;
 * its old name `guild_id` is not read, or a sender could have two of them.
 */
import { z } from 'zod';
import { externalId, optionalId, platformName } from './fields';

export const chatTypes = ['dm', 'group', 'channel', 'thread', 'forum'] as const;
export type ChatType = (typeof chatTypes)[number];

const text = z.string().nullable();

export const inboundSource = z.object({
  platform: platformName,
  chat_id: externalId,
  chat_type: z.enum(chatTypes),
  user_id: externalId.nullable(),
  user_name: text,
  thread_id: externalId.nullable(),
  chat_name: text,
  chat_topic: text,
  scope_id: optionalId,
  user_id_alt: optionalId,
  chat_id_alt: optionalId,
  parent_chat_id: optionalId,
  message_id: optionalId,
});
export type InboundSource = z.infer<typeof inboundSource>;

export const inboundEvent = z.object({
  text: z.string(),
  /** `text`, `command`, `photo`, `document`, …: as the platform names it. */
  message_type: z.string(),
  message_id: externalId.nullable(),
  source: inboundSource,
  media_urls: z.array(z.string()).default([]),
  media: z.array(z.looseObject({})).default([]),
  reply_to_message_id: externalId.nullable().default(null),
  reply_to: z.looseObject({}).nullable().default(null),
  /** What was said before, where the platform supports it. */
  context: z.array(z.looseObject({})).default([]),
  context_error: text.default(null),
  prompt_response: z.looseObject({ prompt_id: z.string(), option_id: z.string().nullish() }).nullable().default(null),
});
export type InboundEvent = z.infer<typeof inboundEvent>;
