/** What somebody said or did on Discord, as the relay has it. */
import type { InboundEvent, InboundSource } from '../protocol/inbound';
import type { OfferedFile } from './chat-files';
import { chatTypeOf, isThread } from './discord-channels';
import {
  type DiscordChannel,
  type DiscordInteraction,
  type DiscordMessage,
  type DiscordUser,
  writtenKinds,
} from './discord-events';
import { answerText, type PromptChoice } from './open-prompts';
import type { ObservedAuthor } from './platform';

export interface Observed {
  author: ObservedAuthor;
  event: InboundEvent;
  files: OfferedFile[];
}

/** Of a bot, of a webhook (whose author is a text somebody typed) or of Discord itself: nobody's. */
export function isWritten({ type, author, webhook_id: webhook, content, attachments }: DiscordMessage): boolean {
  const says = content !== '' || attachments.length > 0;
  return writtenKinds.has(type) && !author.bot && webhook === undefined && says;
}

export function discordInbound(message: DiscordMessage, channel: DiscordChannel, platform: string): Observed {
  const { id, author, member, content: text, attachments, referenced_message: quoted } = message;
  const userName = nameOf(author, member?.nick);
  const files = attachments.map(({ filename: name, content_type: mime = null, size: bytes, url: ref }) => ({
    ...{ type: mediaType(mime), name, mime, bytes, ref },
  }));
  return {
    author: { userId: author.id, userName },
    event: {
      text,
      message_type: files[0]?.type ?? 'text',
      message_id: id,
      source: sourceOf({ user: author, userName, channel, guildId: message.guild_id, messageId: id }, platform),
      ...{ media_urls: [], media: [] },
      reply_to_message_id: quoted?.id ?? null,
      reply_to: quoted ? { message_id: quoted.id, text: quoted.content } : null,
      ...{ context: [], context_error: null, prompt_response: null },
    },
    files,
  };
}

/** Null where nobody is behind it, or it came from no channel. */
export function discordActor(
  interaction: DiscordInteraction,
  platform: string,
): { author: ObservedAuthor; source: InboundSource } | null {
  const { member, channel: given, channel_id: channelId = given?.id, guild_id: guildId, message } = interaction;
  const user = member?.user ?? interaction.user;
  if (!user || user.bot || !channelId) return null;
  const userName = nameOf(user, member?.nick);
  const channel = given ?? { id: channelId, type: guildId ? 0 : 1 };
  return {
    author: { userId: user.id, userName },
    source: sourceOf({ user, userName, channel, guildId, messageId: message?.id }, platform),
  };
}

/** The answer to a prompt; whoever pressed is its author, not who was asked. */
export function discordAnswer(
  { id, message }: DiscordInteraction,
  source: InboundSource,
  { prompt, option }: PromptChoice,
): InboundEvent {
  return {
    text: answerText(option),
    message_type: 'prompt_response',
    message_id: id,
    source,
    ...{ media_urls: [], media: [], reply_to_message_id: message?.id ?? null, reply_to: null },
    ...{ context: [], context_error: null },
    prompt_response: { prompt_id: prompt.promptId, option_id: option.id },
  };
}

/** A thread is a channel of its own to Discord, and has the ids of both. */
function sourceOf(
  said: {
    user: DiscordUser;
    userName: string;
    channel: DiscordChannel;
    guildId: string | null | undefined;
    messageId: string | undefined;
  },
  platform: string,
): InboundSource {
  const { user, userName, channel, guildId = null, messageId = null } = said;
  return {
    platform,
    chat_id: channel.id,
    chat_type: guildId === null ? 'dm' : chatTypeOf(channel),
    user_id: user.id,
    user_name: userName,
    thread_id: isThread(channel) ? channel.id : null,
    chat_name: channel.name ?? null,
    chat_topic: channel.topic ?? null,
    scope_id: guildId,
    user_id_alt: null,
    chat_id_alt: null,
    parent_chat_id: isThread(channel) ? (channel.parent_id ?? null) : null,
    message_id: messageId,
  };
}

const nameOf = ({ username, global_name: shown }: DiscordUser, nick: string | null | undefined): string =>
  nick ?? shown ?? username;

function mediaType(mime: string | null): string {
  const [kind = ''] = (mime ?? '').split('/');
  return kind === 'image' ? 'photo' : ['audio', 'video'].includes(kind) ? kind : 'document';
}
