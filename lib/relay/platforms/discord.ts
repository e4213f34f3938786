/**
 * A Discord bot of this server. It promises to whoever runs it that the token, and the credentials of interactions, reach
 * Discord and nobody else: no event, no result, no error and no line of the log holds one.
 */

import { backoffMs } from '@/lib/platform/backoff';
import { limits } from '@/lib/platform/limits';
import { createOneAtATimeByKey } from '@/lib/platform/one-at-a-time';
import type { Descriptor } from '../protocol/descriptor';
import type { InboundEvent } from '../protocol/inbound';
import { createChatFiles } from './chat-files';
import {
  type ChatPlatformOptions,
  codeOf,
  createStanding,
  failure,
  isRecordAway,
  linkAnswer,
  realWait,
} from './chat-platform';
import { followUpOnDiscord, performOnDiscord } from './discord-actions';
import { createDiscordChannels, type DiscordChannels } from './discord-channels';
import { type DiscordChannel, type DiscordMessage, discordMessage, snowflake } from './discord-events';
import { openDiscordFiles } from './discord-files';
import { type DiscordGateway, openDiscordGateway } from './discord-gateway';
import { discordInbound, isWritten } from './discord-inbound';
import { createDiscordInteractions, requireSignedByDiscord } from './discord-interactions';
import { type DiscordRest, openDiscordRest } from './discord-rest';
import { createOpenPrompts } from './open-prompts';
import type { ConnectedPlatform } from './platform';

const descriptorOf = (platform: string, label: string): Descriptor => ({
  contract_version: 1,
  platform,
  label,
  max_message_length: limits.discordTextUnits,
  supports_draft_streaming: false,
  supports_edit: true,
  supports_threads: true,
  markdown_dialect: 'discord',
  len_unit: 'utf16',
  platform_hint: 'People read this on Discord.',
  pii_safe: false,
  supported_ops: [
    ...(['send', 'edit', 'typing', 'send_media', 'prompt', 'react', 'follow_up'] as const),
    ...(['thread_create', 'thread_rename', 'get_chat_info'] as const),
  ],
});

/** Events after which a channel is not what it was. */
const channelEvents: ReadonlySet<string> = new Set([
  ...['CHANNEL_UPDATE', 'CHANNEL_DELETE', 'THREAD_UPDATE', 'THREAD_DELETE'],
]);

interface Link {
  rest: DiscordRest;
  channels: DiscordChannels;
  gateway: DiscordGateway | null;
}

export function createDiscordPlatform(options: ChatPlatformOptions<'discord'>): ConnectedPlatform {
  const { name, label, settings, edge, clock, log, onChanged, wait = realWait } = options;
  const { botToken: token, apiRoot, publicKey } = settings;
  const standing = createStanding(onChanged);
  const prompts = createOpenPrompts({ clock });
  const closing = new AbortController();
  const sinceMs = clock.now();
  const inTurn = createOneAtATimeByKey();
  const attachments = openDiscordFiles(apiRoot);
  const files = createChatFiles({ edge, maxBytes: limits.relayMediaBytes, open: attachments.open });
  let link: Link | null = null;
  let applicationId: string | null = null;
  const interactions = createDiscordInteractions({
    ...{ name, edge, clock, prompts },
    // Whoever closes has nothing to wait for either.
    deadline: () => wait(limits.discordDeferMs, closing.signal).catch(() => undefined),
    onApplication: (id) => {
      applicationId = id;
    },
  });

  /** A message without one has no chat type: it is a channel's until Discord says otherwise. */
  async function channelOf({ channel_id: id, guild_id: guildId }: DiscordMessage, channels: DiscordChannels) {
    if (guildId === undefined) return { id, type: 1 };
    return channels.get(id).catch((): DiscordChannel => ({ id, type: 0 }));
  }

  async function heard(message: DiscordMessage, { rest, channels }: Link): Promise<void> {
    const { author, event, files: offered } = discordInbound(message, await channelOf(message, channels), name);
    let whole: InboundEvent | null = null;
    for (let attempts = 1; ; attempts += 1) {
      try {
        whole ??= await files.attach(author, event, offered);
        const { outcome } = await edge.message(author, whole);
        const content = linkAnswer(event, outcome);
        const path = `/channels/${message.channel_id}/messages` as const;
        if (content !== null) await rest.ask('POST', path, { body: { content } }).catch(() => undefined);
        return;
      } catch (error) {
        // Discord sends an event once: what the record cannot take within a moment is lost.
        if (!isRecordAway(error) || attempts > limits.chatRetries) throw error;
        await wait(
          backoffMs(attempts, { firstMs: limits.chatRetryFirstMs, maxMs: limits.chatRetryMaxMs }),
          closing.signal,
        );
      }
    }
  }

  async function overSocket(data: unknown, { rest }: Link): Promise<void> {
    const { id, token: credential } = idAndToken(data);
    const answer = await interactions.take(Buffer.from(JSON.stringify(data)));
    const path = `/interactions/${id}/${encodeURIComponent(credential)}/callback` as const;
    await rest.ask('POST', path, { body: answer, credential });
  }

  function onDispatch(type: string, data: unknown, to: Link): void {
    const id = channelEvents.has(type) ? idOf(data) : undefined;
    if (id !== undefined) to.channels.forget(id);
    const message = type === 'MESSAGE_CREATE' ? discordMessage.safeParse(data).data : undefined;
    if (message && isWritten(message)) follow(inTurn(message.channel_id, () => heard(message, to)));
    if (type === 'INTERACTION_CREATE' && publicKey === undefined) follow(overSocket(data, to));
  }

  function follow(work: Promise<void>): void {
    work.catch((error: unknown) =>
      log.warn({ code: codeOf(error), platform: name }, 'an event of Discord was dropped'),
    );
  }

  async function connect(): Promise<void> {
    const rest = await openDiscordRest({ token, apiRoot });
    const opened: Link = { rest, channels: createDiscordChannels(rest), gateway: null };
    link = opened;
    opened.gateway = await openDiscordGateway({
      ...{ rest, token, standing, wait },
      onDispatch: (type, data) => onDispatch(type, data, opened),
      onApplication: (id) => {
        applicationId = id;
      },
    });
  }

  const connecting = connect().catch((error: unknown) => {
    log.error({ code: codeOf(error), platform: name }, 'a Discord platform could not be set up');
    standing.failed('The Discord library could not be loaded. Install the packages anew (npm ci).');
  });

  return {
    name,
    descriptor: descriptorOf(name, label),
    get state() {
      return standing.state;
    },
    get account() {
      return standing.account;
    },

    async perform({ id }, action) {
      if (!link) return failure('unreachable', 'Discord is not connected');
      return performOnDiscord(id, action, { ...link, prompts, platform: name, mediaOf: edge.mediaOf });
    },

    async followUp({ credential }, content) {
      if (!link || applicationId === null) return failure('unreachable', 'Discord is not connected');
      return followUpOnDiscord({ applicationId, credential, content }, { rest: link.rest, wait });
    },

    ...(publicKey !== undefined && {
      async receive(request) {
        requireSignedByDiscord(request, { publicKey, nowMs: clock.now(), sinceMs });
        return { status: 200, body: await interactions.take(request.body) };
      },
    }),

    async close() {
      closing.abort();
      files.end();
      // What it waits for ends with it.
      const ending = connecting.then(() => link?.gateway?.close());
      if (!link?.gateway) await link?.rest.close();
      await ending;
      await Promise.all([link?.rest.close(), attachments.close()]);
    },
  };
}

const idOf = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'id' in data ? snowflake.safeParse(data.id).data : undefined;

function idAndToken(data: unknown): { id: string; token: string } {
  const token = typeof data === 'object' && data !== null && 'token' in data ? data.token : undefined;
  return { id: idOf(data) ?? '0', token: typeof token === 'string' ? token : '' };
}
