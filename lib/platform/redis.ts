/**
 * Redis, as everything here uses it: a command is answered, or fails at once while Redis is away, so that nobody waits for it to be
 * mended and nothing that was asked long ago happens when it is back. It is tried again for ever, quietly: the log hears of it when
 * it goes and when it is back, `problem` says it meanwhile. Its address is never shown with the password it may hold.
 */
import { backoffMs } from './backoff';
import { limits } from './limits';
import type { Log } from './log';

/** Loaded where there is a Redis alone: it is the largest of what a server would load. */
type Library = typeof import('@redis/client');
type TextClient = ReturnType<typeof newClient>;
export type RedisClient = ReturnType<typeof withBytes>;

export interface RedisLink {
  /** Strings come as `Buffer`: what is kept here is MessagePack. */
  readonly client: RedisClient;
  /** The same connection, where strings are text. */
  readonly text: TextClient;
  /** What is wrong, for whoever runs the server; null while it answers. */
  problem(): string | null;
  /** Told each time it is connected, and at once where it is. */
  onReady(listener: () => void): void;
  /** A connection of its own to the same Redis: for commands that block, and for listening. */
  another(name: string): RedisLink;
  /** True for what Redis itself answered with: what was asked did not happen. */
  isRefusal(error: unknown): error is Error;
  close(): Promise<void>;
}

export interface RedisOptions {
  url: string;
  /** What `CLIENT LIST` shows. */
  name: string;
  log: Log;
}

/** Begins to connect and does not wait for it. */
export async function openRedis(options: RedisOptions): Promise<RedisLink> {
  return linkWith(await import('@redis/client'), options);
}

function linkWith(library: Library, { url, name, log }: RedisOptions): RedisLink {
  const text = newClient(library, url, name);
  const address = redisAddress(url);
  let away: string | null = 'not connected yet';
  let said = false;
  const listeners: Array<() => void> = [];

  text.on('error', (error: unknown) => {
    away = error instanceof Error ? error.message || error.name : 'it failed';
    if (said) return;
    said = true;
    log.error({ address, connection: name, reason: away }, 'Redis does not answer; it is tried again until it does');
  });
  text.on('ready', () => {
    away = null;
    if (said) log.info({ address, connection: name }, 'Redis answers again');
    said = false;
    for (const listener of listeners) listener();
  });
  // What it rejects with was an `error` event already, or it was closed before it ever connected.
  text.connect().catch(() => undefined);

  return {
    client: withBytes(library, text),
    text,
    problem: () =>
      away === null && text.isReady ? null : `Redis at ${address} does not answer (${away ?? 'reconnecting'})`,
    onReady(listener) {
      listeners.push(listener);
      if (text.isReady) listener();
    },
    another: (other) => linkWith(library, { url, name: other, log }),
    isRefusal: (error) => error instanceof library.ErrorReply,
    async close() {
      if (text.isReady) await within(text.close()).catch(() => undefined);
      if (text.isOpen) text.destroy();
    },
  };
}

function newClient({ createClient }: Library, url: string, name: string) {
  return createClient({
    url,
    name,
    disableOfflineQueue: true,
    disableClientInfo: true,
    // Its own timeout ends where a command was sent, and costs as much as the command: `within` bounds the answer.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: limits.redisAnswerMs,
      reconnectStrategy: (retries) =>
        backoffMs(retries + 1, { firstMs: limits.redisRetryMs, maxMs: limits.redisRetryMaxMs }),
    },
  });
}

function withBytes({ RESP_TYPES }: Library, client: TextClient) {
  return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

/** Rejects when Redis took the command and then said nothing: a stopped process keeps its connections. */
export function within<T>(answer: Promise<T>, ms: number = limits.redisAnswerMs): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Without the user and the password that the URL may hold. */
export function redisAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 6379}`;
}
