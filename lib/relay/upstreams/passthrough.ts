/**
 * A request of a platform that the connector passed on, as a message. Discord's interactions are known: a command by its name,
 * a component by its custom id, anything else without text. The credential in it was taken out on the way here.
 */
import { z } from 'zod';
import { parseJson } from '@/lib/platform/json';
import { externalId } from '../protocol/fields';
import type { PassthroughForward } from '../protocol/frames';
import type { InboundEvent } from '../protocol/inbound';

const user = z.object({ id: externalId, username: z.string().nullish(), global_name: z.string().nullish() });

/** https://discord.com/developers/docs/interactions/receiving-and-responding */
const interaction = z.object({
  id: externalId,
  type: z.number().int(),
  guild_id: externalId.nullish(),
  channel_id: externalId,
  channel: z.object({ name: z.string().nullish(), topic: z.string().nullish() }).nullish(),
  member: z.object({ user: user.nullish() }).nullish(),
  user: user.nullish(),
  data: z.object({ name: z.string().nullish(), custom_id: z.string().nullish() }).nullish(),
});
type Interaction = z.infer<typeof interaction>;

const command = 2;
const component = 3;

/** Null for what cannot be decoded, or is of no platform whose requests are known here. */
export function messageOf({ platform, bodyB64 }: PassthroughForward): InboundEvent | null {
  const found = platform === 'discord' ? parseInteraction(bodyB64) : null;
  if (!found) return null;
  const author = found.member?.user ?? found.user;
  const { id, guild_id: guild = null, channel_id: chat, channel } = found;
  return {
    ...{ text: textOf(found), message_type: found.type === command ? 'command' : 'text', message_id: id },
    source: {
      ...{ platform, chat_id: chat, chat_type: guild === null ? 'dm' : 'channel' },
      ...{ user_id: author?.id ?? null, user_name: author?.global_name ?? author?.username ?? null },
      ...{ thread_id: null, chat_name: channel?.name ?? null, chat_topic: channel?.topic ?? null },
      ...{ scope_id: guild, message_id: id },
    },
    ...{ media_urls: [], media: [], reply_to_message_id: null, reply_to: null, context: [], context_error: null },
    prompt_response: null,
  };
}

function textOf({ type, data }: Interaction): string {
  if (type === command) return data?.name ?? '';
  return type === component ? (data?.custom_id ?? '') : '';
}

function parseInteraction(bodyB64: string): Interaction | null {
  return interaction.safeParse(parseJson(Buffer.from(bodyB64, 'base64').toString('utf8'))).data ?? null;
}
