/** What operators and gateways said to each other on the console, the newest of each instance, and the threads it was said in. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Page } from '@/lib/contracts/common';
import type { ListRelayMessagesQuery, RelayMedia, RelayMessage, RelayPrompt } from '@/lib/contracts/relay';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { RelayMessageModel } from '@/prisma/generated/models';

export type Thread = NonNullable<RelayMessage['thread']>;

interface Said {
  instanceId: string;
  chatId: string;
  thread: Thread | null;
  text: string;
  media: RelayMedia[];
}

export interface ConsoleMessages {
  /** Of a gateway: kept and shown. @returns its id. */
  keep(said: Said & { prompt: RelayPrompt | null }): Promise<string>;
  /** Of an operator: the message, and the row that goes with its row of the record. */
  drafted(said: Said & { authorName: string }): { message: RelayMessage; companion: Companion };
  /** False where the gateway said no such thing in this chat. */
  edit(message: { instanceId: string; chatId: string; id: string; text: string }): Promise<boolean>;
  /** Newest first. */
  list(instanceId: string, query: ListRelayMessagesQuery): Promise<Page<RelayMessage>>;
  /**
   * Marks the choice. @returns what takes it back, for an answer that could not be delivered. @throws AppError BAD_REQUEST where
   * there is no such prompt in this chat, or it was answered.
   */
  choose(instanceId: string, chatId: string, choice: { id: string; optionId: string }): Promise<() => Promise<void>>;
  /** @throws AppError CAPACITY. */
  openThread(instanceId: string, chatId: string, name: string): Promise<Thread>;
  /** False where the chat has no such thread. */
  renameThread(instanceId: string, chatId: string, thread: Thread): Promise<boolean>;
  thread(instanceId: string, chatId: string, id: string): Promise<Thread | null>;
}

const added: CompanionTable = {
  statements: [
    `INSERT INTO "RelayMessage" ("id", "instanceId", "chatId", "at", "author", "authorName", "text", "threadId", "media")
     VALUES (@id, @instanceId, @chatId, @at, 'operator', @authorName, @text, @threadId, @media)`,
  ],
};

export function createConsoleMessages(deps: { db: Database; bus: EventBus; clock: Clock }): ConsoleMessages {
  const { db, bus, clock } = deps;
  /** No two are of the same millisecond, or a list would show them in any order. */
  let lastMs = 0;
  function nextMs(): number {
    lastMs = Math.max(clock.now(), lastMs + 1);
    return lastMs;
  }
  const tell = (message: RelayMessage) => bus.publish({ type: 'relay.message', data: message });

  async function prune(instanceId: string): Promise<void> {
    const [oldest] = await db.relayMessage.findMany({
      ...{ where: { instanceId }, orderBy: [{ at: 'desc' }, { id: 'desc' }] },
      ...{ skip: limits.relayMessagesKept, take: 1, select: { at: true } },
    });
    if (oldest) await db.relayMessage.deleteMany({ where: { instanceId, at: { lte: oldest.at } } });
  }

  async function threadsOf(instanceId: string, rows: readonly RelayMessageModel[]): Promise<Map<string, Thread>> {
    const ids = [...new Set(rows.flatMap(({ threadId }) => threadId ?? []))];
    const found = ids.length === 0 ? [] : await db.relayThread.findMany({ where: { instanceId, id: { in: ids } } });
    return new Map(found.map(({ id, name }) => [id, { id, name }]));
  }

  async function shown(row: RelayMessageModel): Promise<RelayMessage> {
    return toMessage(row, await threadsOf(row.instanceId, [row]));
  }

  return {
    async keep({ instanceId, chatId, thread, text, media, prompt }) {
      const id = newId('msg');
      const row = await db.relayMessage.create({
        data: {
          ...{ id, instanceId, chatId, text, author: 'gateway', at: new Date(nextMs()) },
          ...{ threadId: thread?.id ?? null, media: jsonOf(media), prompt: prompt && JSON.stringify(prompt) },
        },
      });
      tell(await shown(row));
      await prune(instanceId);
      return id;
    },

    drafted({ instanceId, chatId, authorName, thread, text, media }) {
      const id = newId('msg');
      const at = toIso(nextMs());
      const message: RelayMessage = {
        ...{ id, instanceId, chatId, at, authorName, thread, text, media },
        ...{ author: 'operator', editedAt: null, prompt: null },
      };
      const values = { id, instanceId, chatId, at: storedTime(at), authorName, text };
      const companion = {
        table: added,
        values: { ...values, threadId: thread?.id ?? null, media: jsonOf(media) },
      };
      return { message, companion };
    },

    async edit({ instanceId, chatId, id, text }) {
      const { count } = await db.relayMessage.updateMany({
        where: { id, instanceId, chatId, author: 'gateway' },
        data: { text, editedAt: new Date(clock.now()) },
      });
      const row = count === 0 ? null : await db.relayMessage.findUnique({ where: { id } });
      if (row) tell(await shown(row));
      return row !== null;
    },

    async list(instanceId, { limit, cursor, chatId }) {
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.relayMessage.findMany({
        where: {
          ...{ instanceId, ...(chatId && { chatId }) },
          ...(after && { OR: [{ at: { lt: after.time } }, { at: after.time, id: { lt: after.id } }] }),
        },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const threads = await threadsOf(instanceId, rows);
      return pageFrom(rows, limit, {
        cursor: ({ at, id }) => [at.getTime(), id],
        item: (row) => toMessage(row, threads),
      });
    },

    async choose(instanceId, chatId, { id, optionId }) {
      const prompts = await db.relayMessage.findMany({ where: { instanceId, chatId, prompt: { not: null } } });
      const row = prompts.find((one) => promptIn(one)?.id === id);
      const prompt = row && promptIn(row);
      if (!row || !prompt?.options.some((option) => option.id === optionId))
        throw new AppError('BAD_REQUEST', { message: 'prompt: no such prompt or option in this chat.' });
      if (prompt.chosen !== null) throw new AppError('BAD_REQUEST', { message: 'prompt: it was answered.' });
      const chosen = JSON.stringify({ ...prompt, chosen: optionId });
      // Of two operators who answer at once, one wins.
      const where = { id: row.id, prompt: row.prompt };
      const { count } = await db.relayMessage.updateMany({ where, data: { prompt: chosen } });
      if (count === 0) throw new AppError('BAD_REQUEST', { message: 'prompt: it was answered.' });
      tell(await shown({ ...row, prompt: chosen }));
      return async () => {
        await db.relayMessage.updateMany({ where: { id: row.id, prompt: chosen }, data: { prompt: row.prompt } });
        tell(await shown(row));
      };
    },

    async openThread(instanceId, chatId, name) {
      if ((await db.relayThread.count({ where: { instanceId } })) >= limits.relayThreads)
        throw new AppError('CAPACITY', { message: 'The instance has too many threads.' });
      const id = newId('thr');
      await db.relayThread.create({ data: { id, instanceId, chatId, name, createdAt: new Date(clock.now()) } });
      return { id, name };
    },
    async renameThread(instanceId, chatId, { id, name }) {
      const { count } = await db.relayThread.updateMany({ where: { instanceId, chatId, id }, data: { name } });
      if (count === 0) return false;
      const said = await db.relayMessage.findMany({
        ...{ where: { instanceId, threadId: id }, orderBy: { at: 'desc' }, take: limits.relayThreadShown },
      });
      for (const row of said) tell(toMessage(row, new Map([[id, { id, name }]])));
      return true;
    },
    async thread(instanceId, chatId, id) {
      const row = await db.relayThread.findFirst({ where: { instanceId, chatId, id } });
      return row && { id, name: row.name };
    },
  };
}

const jsonOf = (media: readonly RelayMedia[]) => (media.length === 0 ? null : JSON.stringify(media));
const promptIn = ({ prompt }: RelayMessageModel) => (prompt === null ? null : (JSON.parse(prompt) as RelayPrompt));

function toMessage(row: RelayMessageModel, threads: ReadonlyMap<string, Thread>): RelayMessage {
  const { id, instanceId, chatId, authorName, text, threadId } = row;
  return {
    ...{ id, instanceId, chatId, authorName, text },
    thread: threadId === null ? null : (threads.get(threadId) ?? null),
    at: row.at.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    author: row.author as RelayMessage['author'],
    media: row.media === null ? [] : (JSON.parse(row.media) as RelayMedia[]),
    prompt: promptIn(row),
  };
}
