/** The answers to one console process: a stream of its own, read over a connection of its own, since reading it blocks. */
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@/lib/platform/limits';
import { type RedisLink, within } from '@/lib/platform/redis';
import { decodeReply, type Reply } from './messages';

export interface ReplyReader {
  /** Resolves once workers can answer here; rejects while Redis is away. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface ReplyReaderOptions {
  link: RedisLink;
  key: string;
  onReply: (reply: Reply) => void;
}

/** Workers answer only where this stream is: Redis forgets the answers to a console that is gone. */
const keptSeconds = 600;
const blockMs = 5_000;

export function createReplyReader({ link, key, onReply }: ReplyReaderOptions): ReplyReader {
  const { client } = link;
  const blocking = link.another('gatehouse-replies');
  let closed = false;
  let lastId = '0';
  let opening: Promise<void> | null = null;
  link.onReady(() => {
    // A Redis that was started anew may have lost the stream, and counts as it likes.
    lastId = '0';
    opening = null;
  });
  const reading = read();

  async function make(): Promise<void> {
    if (await within(client.expire(key, keptSeconds))) return;
    // The first entry answers nobody: a stream is there from its first entry on.
    await within(client.xAdd(key, '*', { opened: '1' }));
    await within(client.expire(key, keptSeconds));
  }

  async function read(): Promise<void> {
    while (!closed) {
      try {
        await make();
        await readOnce();
      } catch {
        // What is wrong is known from the link. What is answered meanwhile waits in the stream.
        if (!closed) await delay(limits.redisRetryMs);
      }
    }
  }

  async function readOnce(): Promise<void> {
    const answer = blocking.client.xRead({ key, id: lastId }, { COUNT: 256, BLOCK: blockMs });
    const streams = await within(answer, blockMs + limits.redisAnswerMs);
    const entries: ReadonlyArray<{ id: unknown; message: Record<string, Buffer> }> = streams?.[0]?.messages ?? [];
    if (entries.length === 0) return;
    const ids = entries.map(({ id }) => String(id));
    lastId = ids.at(-1) ?? lastId;
    for (const { message } of entries) {
      const reply = decodeReply(message.reply);
      if (reply) onReply(reply);
    }
    // They hold what tools answered, which is to stay nowhere.
    client.xDel(key, ids).catch(() => undefined);
  }

  return {
    open() {
      opening ??= make().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    async close() {
      closed = true;
      blocking.text.destroy();
      await reading;
      if (link.problem() === null) await within(client.del(key)).catch(() => undefined);
    },
  };
}
