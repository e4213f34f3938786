/** What a system posts to its webhook platform: one message of one of its users. */
import { z } from 'zod';
import { externalId } from '../protocol/fields';
import { chatTypes, type InboundEvent } from '../protocol/inbound';

const name = z.string().max(512).optional();

export const webhookMessage = z
  .strictObject({
    message_id: externalId,
    text: z.string().default(''),
    chat: z.strictObject({ id: externalId, type: z.enum(chatTypes), name }),
    user: z.strictObject({ id: externalId, name }),
    thread_id: externalId.optional(),
    /** The guild, workspace or server, where chats of two of them may bear the same id. */
    scope_id: externalId.optional(),
    reply_to_message_id: externalId.optional(),
    /** The answer to a prompt. */
    prompt_response: z
      .strictObject({ prompt_id: z.string().min(1).max(256), option_id: z.string().min(1).max(256) })
      .optional(),
  })
  .refine(({ text, prompt_response: answer }) => text !== '' || answer !== undefined, {
    path: ['text'],
    message: 'must not be empty, save with a prompt_response',
  });
export type WebhookMessage = z.infer<typeof webhookMessage>;

export function eventOfWebhook(platform: string, message: WebhookMessage): InboundEvent {
  const { message_id, text, chat, user, thread_id, scope_id, reply_to_message_id, prompt_response } = message;
  return {
    ...{ text, message_type: 'text', message_id },
    source: {
      ...{ platform, chat_id: chat.id, chat_type: chat.type, user_id: user.id, user_name: user.name ?? null },
      ...{ thread_id: thread_id ?? null, chat_name: chat.name ?? null, chat_topic: null },
      ...{ scope_id: scope_id ?? null, message_id },
    },
    ...{ media_urls: [], media: [], reply_to_message_id: reply_to_message_id ?? null, reply_to: null },
    ...{ context: [], context_error: null, prompt_response: prompt_response ?? null },
  };
}
