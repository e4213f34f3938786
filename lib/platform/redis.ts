/**
 * A connection to Redis. While Redis is away every command fails at once and nothing is queued: what a caller asked long ago must
 * not happen when it comes back. It reconnects by itself for ever, and says so twice: when it went and when it is back.
 */
import { createClient, RESP_TYPES } from '@redis/client';
import { backoffMs } from './backoff';
import { limits } from './limits';
import type { Log } from './log';

export type RedisClient = ReturnType<typeof createRedisClient>;

export interface RedisConnection {
  /** Replies as text. */
  readonly text: RedisClient;
  /** The same connection with replies as bytes. */
  readonly bytes: ReturnType<typeof asBytes>;
  /** Why it cannot be asked now; null while it can. */
  problem(): string | null;
  /** What the command answers. @throws Error when Redis is away, or has not answered within `limits.redisAnswerMs`. */
  ask<T>(command: Promise<T>): Promise<T>;
  /** Told each time it is connected, and at once when it is. */
  onReady(handler: () => void): void;
  /** A connection of its own to the same Redis: for commands that block, and for listening. */
  another(name: string): RedisConnection;
  close(): void;
}

export interface RedisOptions {
  url: string;
  /** What Redis lists the connection as. */
  name: string;
  log: Log;
}

export function openRedis({ url, name, log }: RedisOptions): RedisConnection {
  const client = createRedisClient(url, name);
  const where = addressOf(url);
  let problem: string | null = 'not connected yet';
  let told = false;
  const handlers: Array<() => void> = [];
  client.on('error', (error: Error) => {
    problem = error.message;
    if (told) return;
    told = true;
    log.error({ redis: where, connection: name, problem }, 'Redis is away: what needs it is refused until it is back');
  });
  client.on('ready', () => {
    if (told) log.info({ redis: where, connection: name }, 'Redis is back');
    problem = null;
    told = false;
    for (const handler of handlers) handler();
  });
  // Rejects when it is closed before it ever connected; a failure to connect is told by the event above, and tried again.
  client.connect().catch(() => undefined);

  return {
    text: client,
    bytes: asBytes(client),
    problem: () => problem,
    ask: (command) => answeredInTime(command, where),
    onReady(handler) {
      handlers.push(handler);
      if (client.isReady) handler();
    },
    another: (otherName) => openRedis({ url, name: otherName, log }),
    close() {
      if (client.isOpen) client.destroy();
    },
  };
}

function createRedisClient(url: string, name: string) {
  return createClient({
    url,
    name,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: limits.redisAnswerMs,
      reconnectStrategy: (retries) => backoffMs(retries + 1, { firstMs: 50, maxMs: limits.redisReconnectMaxMs }),
    },
  });
}

function asBytes(client: RedisClient) {
  return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

/** A Redis that hangs must not hold who asks: its own timeout ends where a command was sent. */
function answeredInTime<T>(command: Promise<T>, where: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`Redis at ${where} did not answer within ${limits.redisAnswerMs} ms.`)),
      limits.redisAnswerMs,
    );
    command.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** Without user and password, which a URL of Redis may carry. */
export function addressOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 6379}`;
}
