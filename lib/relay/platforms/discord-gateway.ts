/**
 * The socket that Discord sends events over, through `@discordjs/ws`: it keeps the connection, its heartbeat and its session.
 * One shard, of a strategy of our own: the library's keeps sessions for the whole process, so that two bots would resume each
 * other's; and it connects again while it is being closed, which nothing but the answer to its questions can hold up.
 */
import type { IContextFetchingStrategy, SessionInfo, WebSocketShard } from '@discordjs/ws';
import { z } from 'zod';
import { backoffMs } from '@/lib/platform/backoff';
import { limits } from '@/lib/platform/limits';
import { isSafeRoot, type PlatformStanding, type Wait } from './chat-platform';
import { DiscordFailure, type DiscordRest } from './discord-rest';

/** Guilds, their messages, direct messages, and what messages say: the last is privileged, and turned on for the bot by its owner. */
export const discordIntents = (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15);

export interface DiscordGateway {
  close(): Promise<void>;
}

const gatewayInfo = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }),
});

const ready = z.object({ user: z.object({ username: z.string() }) });

/** Flags of a bot that may read what messages say: of one that Discord verified, and of a small one. */
const mayReadFlags = (1 << 18) | (1 << 19);
const application = z.object({ id: z.string(), flags: z.number().int().optional() });

const wrongToken =
  'Discord does not know this token: it is wrong or was reset. Get the current one from the Developer Portal, then remove this platform and add it again.';
const mayNotRead =
  'The bot may not read messages. Turn on "Message Content Intent" for it in the Developer Portal, under Bot. It is tried again by itself.';

/** Close codes after which Discord wants no further attempt. */
const fatal: Readonly<Record<number, string>> = {
  4004: wrongToken,
  4011: 'This bot is in more servers than one connection may serve. Use a bot of its own here.',
  4013: 'Discord does not know what this version asks for. Update Gatehouse.',
  4014: mayNotRead,
};

const unreachable = 'Discord cannot be reached. Check the network and the API root. It is tried again by itself.';

export async function openDiscordGateway(deps: {
  rest: DiscordRest;
  token: string;
  standing: PlatformStanding;
  wait: Wait;
  onDispatch: (type: string, data: unknown) => void;
  onApplication: (id: string) => void;
}): Promise<DiscordGateway | null> {
  const { rest, token, standing, wait, onDispatch, onApplication } = deps;
  const info = await gatewayOf(rest, standing, onApplication);
  if (!info) return null;
  const { Encoding, WebSocketShard, WebSocketShardEvents, WebSocketShardStatus } = await import('@discordjs/ws');
  const closing = new AbortController();
  const never = new Promise<never>(() => undefined);
  let session: SessionInfo | null = null;
  /** Attempts to begin a session since one was ready: Discord counts them, and resets the token of who makes too many. */
  let attempts = 0;
  let away: AbortController | null = null;
  /** Until then the library cannot end a socket: it forgets one that is still opening, which opens all the same. */
  let hasOpened = false;

  const strategy: IContextFetchingStrategy = {
    options: {
      ...{ token, intents: discordIntents, shardCount: 1, version: '10', encoding: Encoding.JSON },
      gatewayInformation: {
        ...info,
        shards: 1,
        session_start_limit: { ...info.session_start_limit, total: 1_000, max_concurrency: 1 },
      },
      ...{ compression: null, useIdentifyCompression: false, initialPresence: null, largeThreshold: null },
      identifyProperties: { os: process.platform, browser: 'gatehouse', device: 'gatehouse' },
      ...{
        handshakeTimeout: limits.discordHandshakeMs,
        helloTimeout: 3 * limits.discordHandshakeMs,
        readyTimeout: 15_000,
      },
    },
    // Asked before each connection: whoever is being closed gets no answer, and makes none.
    retrieveSessionInfo: async () => (closing.signal.aborted ? never : session),
    updateSessionInfo(_shard, next) {
      session = next;
    },
    async waitForIdentify(_shard, signal) {
      attempts += 1;
      if (attempts > 1) await wait(backoffMs(attempts, identifyPause), signal);
      if (closing.signal.aborted) await never;
    },
  };

  const shard: WebSocketShard = new WebSocketShard(strategy, 0);
  shard.on(WebSocketShardEvents.Ready, (data) => {
    attempts = 0;
    isBack(ready.safeParse(data).data?.user.username);
  });
  shard.on(WebSocketShardEvents.Resumed, () => isBack());
  shard.on(WebSocketShardEvents.Dispatch, ({ t, d }) => {
    if (!closing.signal.aborted) onDispatch(t, d);
  });
  shard.on(WebSocketShardEvents.Closed, (code) => {
    const why = fatal[code];
    hasOpened = false;
    if (closing.signal.aborted) return;
    if (why === undefined) isAway();
    else standing.failed(why);
  });
  // It closes as well, by which it is told what to do; without a listener it would be thrown.
  shard.on(WebSocketShardEvents.Error, () => undefined);
  shard.on(WebSocketShardEvents.SocketError, () => isAway());
  // A socket that opened after all while this was closed.
  shard.on(WebSocketShardEvents.Hello, () => {
    hasOpened = true;
    if (closing.signal.aborted) end();
  });

  function isBack(account?: string): void {
    away?.abort();
    away = null;
    if (!closing.signal.aborted) standing.ready(account);
  }

  /** A moment without a connection is no failure; one that lasts is. */
  function isAway(): void {
    if (away || closing.signal.aborted || standing.state.status === 'failed') return;
    standing.starting();
    const lasting = new AbortController();
    away = lasting;
    wait(limits.chatRetryMaxMs, lasting.signal).then(
      () => standing.failed(unreachable),
      () => undefined,
    );
  }

  function end(): Promise<unknown> {
    return shard.destroy({ code: 1_000, reason: 'closed' }).catch(() => undefined);
  }

  isAway();
  shard.connect().catch(() => undefined);

  return {
    async close() {
      closing.abort();
      away?.abort();
      if (!hasOpened) return;
      // In the middle of its handshake the library forgets to say that it is done.
      if (shard.status !== WebSocketShardStatus.Ready) return void end();
      const late = new AbortController();
      await Promise.race([end(), wait(limits.chatCloseMs, late.signal).catch(() => undefined)]);
      late.abort();
    },
  };
}

const identifyPause = { firstMs: 5_000, maxMs: limits.chatRetryMaxMs };

/**
 * Where to connect, or why not. What can be asked is asked before: Discord counts the sessions that begin, also those it ends at
 * once, and a bot that is tried every minute would have none left for the day it is mended.
 */
async function gatewayOf(rest: DiscordRest, standing: PlatformStanding, onApplication: (id: string) => void) {
  let given: [unknown, unknown];
  try {
    given = [await rest.ask('GET', '/applications/@me'), await rest.ask('GET', '/gateway/bot')];
  } catch (error) {
    const isRefused = error instanceof DiscordFailure && error.problem.kind === 'unauthorized';
    standing.failed(isRefused ? wrongToken : unreachable);
    return null;
  }
  const { data: bot } = application.safeParse(given[0]);
  const { data: info } = gatewayInfo.safeParse(given[1]);
  if (!bot || !info) standing.failed('What answers at the API root is not Discord. Check the address.');
  else if (bot.flags !== undefined && (bot.flags & mayReadFlags) === 0) standing.failed(mayNotRead);
  else if (!isSafeRoot(info.url))
    standing.failed('The API root names a gateway without TLS, which would be told the token in the clear.');
  else if (info.session_start_limit.remaining < 1)
    standing.failed(
      `Discord takes no further connection of this bot for ${Math.ceil(info.session_start_limit.reset_after / 60_000)} minutes.`,
    );
  else {
    onApplication(bot.id);
    return info;
  }
  return null;
}
