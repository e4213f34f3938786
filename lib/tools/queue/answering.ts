/** The end of an entry: its answer, then the entry itself and what belongs to it go. Tried until Redis takes it. */
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type RedisClient, type RedisLink, within } from '@/lib/platform/redis';
import { writeDeadLetter } from './dead-letters';
import { insist } from './insisting';
import { begunKey, failuresKey, orderKey, queueGroup, queueStream } from './keys';
import { encodeReply, type Reply } from './messages';

export interface Ending {
  entryId: string;
  digest: string;
  /** Null where the sender cannot be told. */
  replyTo: string | null;
  reply: Reply | null;
  /** The order it was made by, which goes with it, and the mark that it was begun. A forged envelope must not remove the order of the real one. */
  ordered: boolean;
  dead?: Parameters<typeof writeDeadLetter>[1];
}

interface Waiting {
  ending: Ending;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export function createAnswering({ link, log }: { link: RedisLink; log: Log }) {
  const { client } = link;
  let waiting: Waiting[] = [];

  /** What ended in the same turn goes together: a command of Redis costs more than what it carries. */
  function once(ending: Ending): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ ending, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  function flush(): void {
    const batch = waiting;
    waiting = [];
    write(batch.map(({ ending }) => ending)).then(
      () => {
        for (const { resolve } of batch) resolve();
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
      },
    );
  }

  async function write(endings: Ending[]): Promise<void> {
    const steps: Array<Promise<unknown>> = [];
    const ids = endings.map(({ entryId }) => entryId);
    const keys: string[] = [];
    for (const { digest, replyTo, reply, ordered, dead } of endings) {
      if (dead) steps.push(writeDeadLetter(client, dead));
      // The answer first: an entry that is still there when the connection breaks is looked at again, an answer would be missed.
      if (replyTo !== null && reply !== null) steps.push(writeReply(client, replyTo, reply).catch(unlessRefused));
      // Both at once: without its order a copy of the envelope is refused, so its mark is not needed any more.
      if (ordered && reply !== null) keys.push(orderKey(reply.call_id), begunKey(digest));
      if (dead) keys.push(failuresKey(digest));
    }
    steps.push(client.xAck(queueStream, queueGroup, ids), client.xDel(queueStream, ids));
    if (keys.length > 0) steps.push(client.del(keys));
    await within(Promise.all(steps));
  }

  /** Never rejects. After a while it is left to whoever claims the entry, who finds that it had begun. */
  return (ending: Ending): Promise<void> =>
    insist(() => once(ending)).catch((error: unknown) =>
      log.error({ err: error, callId: ending.reply?.call_id }, 'a call could not be answered'),
    );
}

/** Only where its reader is: the answer to a console that is gone is nobody's. */
function writeReply(client: RedisClient, replyTo: string, reply: Reply): Promise<unknown> {
  return client.xAddNoMkStream(
    replyTo,
    '*',
    { reply: encodeReply(reply) },
    { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: limits.toolQueueCalls } },
  );
}

/** An envelope may name what is no stream of answers: its sender hears nothing, and the entry is over all the same. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof Error && /^(WRONGTYPE|NOPERM)/.test(error.message))) throw error;
}
