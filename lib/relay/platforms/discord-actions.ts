/** What a gateway asks to be done on Discord: one action, one request. */
import { z } from 'zod';
import { limits } from '@/lib/platform/limits';
import type { StoredMedia } from '../media';
import { egressDeclined, type OutboundResult } from '../protocol/actions';
import { failure, malformed, tooLong, type Wait } from './chat-platform';
import { chatTypeOf, type DiscordChannels, isThread } from './discord-channels';
import { discordChannel, snowflake } from './discord-events';
import { DiscordFailure, type DiscordRest } from './discord-rest';
import { mediaToSend } from './media-to-send';
import type { OpenPrompts } from './open-prompts';
import type { DirectAction, PlatformEdge } from './platform';

export interface DiscordActionsDeps {
  platform: string;
  rest: DiscordRest;
  channels: DiscordChannels;
  prompts: OpenPrompts;
  mediaOf: PlatformEdge['mediaOf'];
}

/** An agent's text must not wake a whole server: of what it mentions, people alone are told. */
const mentions = { parse: ['users'], replied_user: false };
const imageName = /\.(?:jpe?g|png|gif|webp)$/i;
const withId = z.object({ id: snowflake });

/** In one form alone, which is also all that may stand in a path. */
const isId = (text: string | null | undefined): text is string => snowflake.safeParse(text).success;

export async function performOnDiscord(
  instanceId: string,
  action: DirectAction,
  deps: DiscordActionsDeps,
): Promise<OutboundResult> {
  if (!isId(action.chat_id)) return malformed('chat_id');
  try {
    if (!(await isInScope(action, deps.channels))) return egressDeclined(deps.platform);
    const place = await placeOf(action, deps.channels);
    if (place === null) return failure('not_found', 'no such thread in this chat');
    return await done(instanceId, action, { ...deps, place });
  } catch (error) {
    if (!(error instanceof DiscordFailure)) throw error;
    return refusal(error);
  }
}

/**
 * That the chat is in the scope which the egress guard opened it for: the guard knows whose the scope is, and a channel nobody
 * spoke in yet only Discord knows the server of. Asked for a channel that does not exist, it says the same.
 */
async function isInScope({ chat_id: chat, metadata }: DirectAction, channels: DiscordChannels): Promise<boolean> {
  const scope = metadata?.scope_id ?? null;
  if (scope === null) return true;
  try {
    const { guild_id: guild } = await channels.get(chat);
    return guild === scope;
  } catch (error) {
    if (error instanceof DiscordFailure && error.problem.kind === 'refused') return false;
    throw error;
  }
}

/**
 * The channel that is meant. A thread has an id of its own, and the egress guard has judged the chat's: only a thread of that
 * very chat is taken, or the name of a thread would lead to any channel.
 */
async function placeOf({ chat_id: chat, metadata }: DirectAction, channels: DiscordChannels): Promise<string | null> {
  const thread = metadata?.thread_id ?? chat;
  if (thread === chat) return chat;
  if (!isId(thread)) return null;
  const { type, parent_id: parent } = await channels.get(thread);
  return isThread({ type }) && parent === chat ? thread : null;
}

type Target = DiscordActionsDeps & { place: string };

async function done(instanceId: string, action: DirectAction, target: Target): Promise<OutboundResult> {
  const { rest, channels, place } = target;
  switch (action.op) {
    case 'send':
      return say(action.content, target, action.reply_to);
    case 'edit': {
      if (!isId(action.message_id)) return malformed('message_id');
      const refused = unfit(action.content);
      if (refused) return refused;
      const body = { content: action.content, allowed_mentions: mentions };
      await rest.ask('PATCH', `/channels/${place}/messages/${action.message_id}`, { body });
      return { success: true, message_id: action.message_id };
    }
    case 'typing':
      await rest.ask('POST', `/channels/${place}/typing`);
      return { success: true };
    case 'prompt':
      return prompt(instanceId, action, target);
    case 'send_media':
      return sendMedia(instanceId, action, target);
    case 'react': {
      if (!isId(action.message_id)) return malformed('message_id');
      const emoji = encodeURIComponent(action.emoji);
      await rest.ask('PUT', `/channels/${place}/messages/${action.message_id}/reactions/${emoji}/@me`);
      return { success: true };
    }
    case 'thread_create':
      return createThread(action, target);
    case 'thread_rename': {
      if (action.name.length > limits.discordThreadChars) return tooLong(action.name.length, limits.discordThreadChars);
      if (!isThread(await channels.get(place))) return failure('refused', 'not a thread');
      await rest.ask('PATCH', `/channels/${place}`, { body: { name: action.name } });
      channels.forget(place);
      return { success: true, thread_id: place };
    }
    case 'get_chat_info': {
      const channel = discordChannel.parse(await rest.ask('GET', `/channels/${place}`));
      const { id, name = null, topic = null } = channel;
      return { success: true, chat: { id, type: chatTypeOf(channel), name, topic } };
    }
    default:
      return action satisfies never;
  }
}

async function say(
  content: string,
  { rest, place }: Pick<Target, 'rest' | 'place'>,
  reply?: string | null,
  more: object = {},
  file?: StoredMedia,
): Promise<OutboundResult> {
  if (reply !== null && reply !== undefined && !isId(reply)) return malformed('reply_to');
  const refused = unfit(content);
  if (refused) return refused;
  const reference = reply ? { message_reference: { message_id: reply, fail_if_not_exists: false } } : {};
  const body = { content, allowed_mentions: mentions, ...reference, ...more };
  const { id } = withId.parse(await rest.ask('POST', `/channels/${place}/messages`, { body, ...(file && { file }) }));
  return { success: true, message_id: id };
}

type Prompt = Extract<DirectAction, { op: 'prompt' }>;
const styles: Readonly<Record<string, number>> = { primary: 1, secondary: 2, success: 3, danger: 4 };

async function prompt(instanceId: string, action: Prompt, target: Target): Promise<OutboundResult> {
  const { options, content } = action;
  if (options.length > limits.discordButtons)
    return failure('too_long', `too many options: ${options.length}, of at most ${limits.discordButtons}`);
  const { buttons, drop } = target.prompts.open(instanceId, { ...action, chat_id: target.place });
  const shown = options.map(({ label, style }, index) => ({
    ...{ type: 2, style: styles[style ?? ''] ?? 2, custom_id: buttons[index] },
    label: label.slice(0, limits.discordButtonChars),
  }));
  const rows = Array.from({ length: Math.ceil(shown.length / 5) }, (_, row) => ({
    ...{ type: 1, components: shown.slice(row * 5, row * 5 + 5) },
  }));
  const result = await say(content, target, null, { components: rows }).catch((error: unknown) => {
    drop();
    throw error;
  });
  if (!result.success) drop();
  return result;
}

type SendMedia = Extract<DirectAction, { op: 'send_media' }>;

/** What is on the web goes by its address, which Discord fetches for whoever reads: this server fetches nothing that a gateway names. */
async function sendMedia(instanceId: string, action: SendMedia, target: Target): Promise<OutboundResult> {
  const caption = action.caption ?? '';
  const found = await mediaToSend(instanceId, action.media_url, target.mediaOf);
  if ('refusal' in found) return found.refusal;
  if ('file' in found) return say(caption, target, action.reply_to, {}, found.file);
  const { url } = found;
  if (imageName.test(url.pathname) && caption.length <= limits.discordTextUnits)
    return say(caption, target, action.reply_to, { embeds: [{ image: { url: url.href } }] });
  return say([caption, url.href].filter(Boolean).join('\n'), target, action.reply_to);
}

type CreateThread = Extract<DirectAction, { op: 'thread_create' }>;

async function createThread({ name, message_id: id }: CreateThread, { rest, place }: Target): Promise<OutboundResult> {
  if (name.length > limits.discordThreadChars) return tooLong(name.length, limits.discordThreadChars);
  if (id !== null && id !== undefined && !isId(id)) return malformed('message_id');
  const [path, kind] = id
    ? ([`/channels/${place}/messages/${id}/threads`, {}] as const)
    : ([`/channels/${place}/threads`, { type: 11 }] as const);
  const thread = withId.parse(await rest.ask('POST', path, { body: { name, ...kind } }));
  return { success: true, thread_id: thread.id };
}

/** An interaction may be followed up before Discord has heard that it was taken: then it is unknown for a moment. */
const followUpPausesMs = [300, 700, 1_500];
const unknownWebhook = 10_015;

export async function followUpOnDiscord(
  { applicationId, credential, content }: { applicationId: string; credential: string; content: string },
  { rest, wait }: { rest: DiscordRest; wait: Wait },
): Promise<OutboundResult> {
  const refused = unfit(content);
  if (refused) return refused;
  const body = { content, allowed_mentions: mentions };
  for (const pauseMs of [...followUpPausesMs, null]) {
    try {
      const path = `/webhooks/${applicationId}/${encodeURIComponent(credential)}` as const;
      const { id } = withId.parse(await rest.ask('POST', path, { body, credential }));
      return { success: true, message_id: id };
    } catch (error) {
      if (!(error instanceof DiscordFailure)) throw error;
      const isUnknown = error.problem.kind === 'refused' && error.problem.code === unknownWebhook;
      if (!isUnknown || pauseMs === null) return isOver(error) ? over : refusal(error);
      await wait(pauseMs, new AbortController().signal);
    }
  }
  return over;
}

const over = failure('expired', 'the interaction can no longer be followed up');

function isOver({ problem }: DiscordFailure): boolean {
  return problem.kind === 'unauthorized' || (problem.kind === 'refused' && [401, 404].includes(problem.status));
}

function unfit(content: string): OutboundResult | null {
  return content.length > limits.discordTextUnits ? tooLong(content.length, limits.discordTextUnits) : null;
}

function refusal({ problem }: DiscordFailure): OutboundResult {
  switch (problem.kind) {
    case 'unauthorized':
      return failure('unauthorized', 'Discord does not take the token of this bot any more');
    case 'flood':
      return { ...failure('rate_limited', `Discord asks to wait ${problem.seconds} s`), retry_after: problem.seconds };
    case 'refused': {
      const code = problem.status === 404 ? 'not_found' : 'refused';
      return failure(code, `Discord refused: ${problem.description}`);
    }
    case 'unreachable':
      return failure('unreachable', 'Discord cannot be reached');
    default:
      return problem satisfies never;
  }
}
