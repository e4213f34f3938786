/**
 * The platform of the console: operators talk to instances from the Relay page. What a gateway sends becomes a message there;
 * a prompt is shown as its options, and the answer goes back as an event.
 */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Page } from '@/lib/contracts/common';
import type { ListRelayMessagesQuery, RelayMessage, RelayPrompt } from '@/lib/contracts/relay';
import { type Clock, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { RelayMessageModel } from '@/prisma/generated/models';
import type { OutboundAction, OutboundResult } from '../protocol/actions';
import type { Descriptor } from '../protocol/descriptor';
import type { RelayPlatform } from './platform';

export const consoleName = 'console';

export interface ConsolePlatform extends RelayPlatform {
  /** A message of an operator, and the row that goes with its row of the record. */
  drafted(draft: { instanceId: string; chatId: string; authorName: string; text: string }): {
    message: RelayMessage;
    companion: Companion;
  };
  /** Newest first. */
  list(instanceId: string, query: ListRelayMessagesQuery): Promise<Page<RelayMessage>>;
  /** Marks the choice. @throws AppError BAD_REQUEST where there is no such prompt in this chat, or it was answered. */
  choose(instanceId: string, chatId: string, choice: { id: string; optionId: string }): Promise<void>;
}

/** As the client in the field names the session of a direct chat. */
export const consoleSessionKey = (chatId: string) => `agent:main:${consoleName}:dm:${chatId}`;

const descriptor: Descriptor = {
  contract_version: 1,
  platform: consoleName,
  label: 'Gatehouse console',
  max_message_length: limits.relayTextChars,
  supports_draft_streaming: false,
  supports_edit: true,
  supports_threads: false,
  markdown_dialect: 'plain',
  len_unit: 'chars',
  platform_hint: 'An operator reads this in a web console.',
  pii_safe: true,
  supported_ops: ['send', 'edit', 'typing', 'prompt', 'get_chat_info'],
};

const added: CompanionTable = {
  statements: [
    `INSERT INTO "RelayMessage" ("id", "instanceId", "chatId", "at", "author", "authorName", "text")
     VALUES (@id, @instanceId, @chatId, @at, 'operator', @authorName, @text)`,
  ],
};

export function createConsolePlatform(deps: { db: Database; bus: EventBus; clock: Clock }): ConsolePlatform {
  const { db, bus, clock } = deps;
  const tell = (message: RelayMessage) => bus.publish({ type: 'relay.message', data: message });

  async function keep(
    instanceId: string,
    { chatId, text, prompt = null }: { chatId: string; text: string; prompt?: RelayPrompt | null },
  ): Promise<OutboundResult> {
    if (isTooLong(text)) return tooLong;
    const id = newId('msg');
    const at = new Date(clock.now());
    const row = await db.relayMessage.create({
      data: { id, instanceId, chatId, at, author: 'gateway', text, prompt: prompt && JSON.stringify(prompt) },
    });
    tell(toMessage(row));
    await prune(instanceId);
    return { success: true, message_id: id };
  }

  async function prune(instanceId: string): Promise<void> {
    const [oldest] = await db.relayMessage.findMany({
      ...{ where: { instanceId }, orderBy: [{ at: 'desc' }, { id: 'desc' }] },
      ...{ skip: limits.relayMessagesKept, take: 1, select: { at: true } },
    });
    if (oldest) await db.relayMessage.deleteMany({ where: { instanceId, at: { lte: oldest.at } } });
  }

  async function edit(instanceId: string, { chat_id: chatId, message_id: id, content }: Edit): Promise<OutboundResult> {
    if (isTooLong(content)) return tooLong;
    const { count } = await db.relayMessage.updateMany({
      where: { id, instanceId, chatId, author: 'gateway' },
      data: { text: content, editedAt: new Date(clock.now()) },
    });
    const row = count === 0 ? null : await db.relayMessage.findUnique({ where: { id } });
    if (!row) return { success: false, error: 'no such message', code: 'not_found' };
    tell(toMessage(row));
    return { success: true, message_id: id };
  }

  return {
    name: consoleName,
    descriptor,

    async perform({ id: instanceId }, action) {
      switch (action.op) {
        case 'send':
          return keep(instanceId, { chatId: action.chat_id, text: action.content });
        case 'edit':
          return edit(instanceId, action);
        case 'typing':
          bus.publish({ type: 'relay.typing', data: { instanceId, chatId: action.chat_id } });
          return { success: true };
        case 'prompt':
          return keep(instanceId, { chatId: action.chat_id, text: action.content, prompt: promptOf(action) });
        case 'get_chat_info':
          return { success: true, chat: { id: action.chat_id, type: 'dm', name: null } };
        default:
          return { success: false, error: 'unsupported op' };
      }
    },

    drafted({ instanceId, chatId, authorName, text }) {
      const id = newId('msg');
      const at = toIso(clock.now());
      const message: RelayMessage = {
        ...{ id, instanceId, chatId, at, authorName, text },
        ...{ author: 'operator', editedAt: null, prompt: null, thread: null, media: [] },
      };
      const values = { id, instanceId, chatId, at: storedTime(at), authorName, text };
      return { message, companion: { table: added, values } };
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
      return pageFrom(rows, limit, { cursor: ({ at, id }) => [at.getTime(), id], item: toMessage });
    },

    async choose(instanceId, chatId, { id, optionId }) {
      const prompts = await db.relayMessage.findMany({ where: { instanceId, chatId, prompt: { not: null } } });
      const row = prompts.find((one) => toMessage(one).prompt?.id === id);
      const prompt = row && toMessage(row).prompt;
      if (!row || !prompt?.options.some((option) => option.id === optionId))
        throw new AppError('BAD_REQUEST', { message: 'prompt: no such prompt or option in this chat.' });
      if (prompt.chosen !== null) throw new AppError('BAD_REQUEST', { message: 'prompt: it was answered.' });
      const chosen = JSON.stringify({ ...prompt, chosen: optionId });
      tell(toMessage(await db.relayMessage.update({ where: { id: row.id }, data: { prompt: chosen } })));
    },
  };
}

type Edit = Extract<OutboundAction, { op: 'edit' }>;
type Prompt = Extract<OutboundAction, { op: 'prompt' }>;

function promptOf({ prompt_kind: kind, prompt_id: id, options }: Prompt): RelayPrompt {
  const shown = options.map(({ style, ...option }) => ({ ...option, style: style ?? null }));
  return { kind, id, options: shown, chosen: null };
}

const tooLong: OutboundResult = { success: false, error: 'message too long', code: 'too_long' };

/** Code points are never more than code units, which cost nothing to count. */
function isTooLong(text: string): boolean {
  return text.length > limits.relayTextChars && [...text].length > limits.relayTextChars;
}

function toMessage(row: RelayMessageModel): RelayMessage {
  const { id, instanceId, chatId, authorName, text } = row;
  return {
    ...{ id, instanceId, chatId, authorName, text },
    at: row.at.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    author: row.author as RelayMessage['author'],
    thread: null,
    media: [],
    prompt: row.prompt === null ? null : (JSON.parse(row.prompt) as RelayPrompt),
  };
}
