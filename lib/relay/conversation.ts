/** What operators say to an instance from its page, on the platform of the console. They choose the instance, and answer for it. */
import type { Readable } from 'node:stream';
import type { AuditLog } from '@/lib/audit/log';
import type { RelayMedia, RelayMessage, SendRelayMessageBody, SentRelayMessage } from '@/lib/contracts/relay';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { GatewayConnection } from './connection';
import type { InstanceRow } from './instances';
import type { RelayIntake } from './intake';
import type { MediaStore, StoredMedia } from './media';
import { consoleName } from './platforms/console';
import type { ConsoleMessages } from './platforms/console-messages';
import type { InboundEvent } from './protocol/inbound';
import { sessionKeyOf } from './protocol/session-key';

export interface Conversation {
  /** @throws AppError RELAY_BUFFER_FULL, BAD_REQUEST, LOCKED, RATE_LIMITED, AUDIT_UNAVAILABLE. */
  send(instance: InstanceRow, body: SendRelayMessageBody, by: Actor): Promise<SentRelayMessage>;
  /** False where its gateway is not there. @throws AppError AUDIT_UNAVAILABLE. */
  interrupt(
    instance: InstanceRow,
    where: { chatId: string; threadId?: string | undefined },
    by: Actor,
  ): Promise<boolean>;
  /** For a message that is then sent. @throws AppError BODY_TOO_LARGE, CAPACITY, BAD_REQUEST, AUDIT_UNAVAILABLE. */
  attach(instance: InstanceRow, file: { name: string; mime: string; bytes: Readable }, by: Actor): Promise<RelayMedia>;
}

export function createConversation(deps: {
  audit: AuditLog;
  bus: EventBus;
  intake: RelayIntake;
  messages: ConsoleMessages;
  media: MediaStore;
  connectionOf: (instanceId: string) => GatewayConnection | undefined;
}): Conversation {
  const { audit, bus, intake, messages, media, connectionOf } = deps;

  async function filesOf(instanceId: string, ids: readonly string[]): Promise<RelayMedia[]> {
    const found = await Promise.all(ids.map((id) => media.find(id, instanceId)));
    const there = found.filter((one): one is StoredMedia => one !== null);
    if (there.length === found.length) return there.map((one) => one.media);
    throw new AppError('BAD_REQUEST', { message: 'mediaIds: a file is gone. Attach it again.' });
  }

  return {
    async send({ id: instanceId, ...instance }, body, by) {
      const { chatId, text, threadId, mediaIds = [], prompt } = body;
      if (text === '' && mediaIds.length === 0)
        throw new AppError('BAD_REQUEST', { message: 'text: say something, or attach a file.' });
      const thread = threadId === undefined ? null : await messages.thread(instanceId, chatId, threadId);
      if (threadId !== undefined && !thread)
        throw new AppError('BAD_REQUEST', { message: 'threadId: no such thread in this chat.' });
      const files = await filesOf(instanceId, mediaIds);
      const authorName = actorLabel(by);
      const { message, companion } = messages.drafted({ instanceId, chatId, thread, authorName, text, media: files });
      const putBack = prompt && (await messages.choose(instanceId, chatId, prompt));
      const event = eventOf(message, { userId: by.id, prompt, entryOf: media.entryOf });
      const received = intake.receive({
        author: { tenant: instance.tenant, platform: consoleName, userId: by.id, userName: authorName },
        ...{ source: event.source, content: { kind: 'inbound', event }, chosen: { id: instanceId, ...instance } },
        atMs: Date.parse(message.at),
        ...{ by: { actor: by, name: actorName(by) }, companions: [companion] },
      });
      // What was not delivered is no answer: it may be given again.
      const result = await received.catch(async (error: unknown) => {
        await putBack?.();
        throw error;
      });
      if (result.outcome !== 'delivered') await putBack?.();
      if (result.outcome === 'refused')
        throw new AppError('BAD_REQUEST', { message: 'The link code is wrong, used or over.' });
      if (result.outcome !== 'delivered') return { messageId: message.id, bufferId: null };
      bus.publish({ type: 'relay.message', data: message });
      return { messageId: message.id, bufferId: result.bufferId };
    },

    async interrupt({ id: target }, { chatId, threadId }, by) {
      const sessionKey = sessionKeyOf(sourceOf(chatId, threadId ?? null));
      await audit.append({ actor: actorName(by), action: 'relay.interrupt', target, data: { sessionKey } });
      const connection = connectionOf(target);
      if (!connection?.isAwake) return false;
      connection.interrupt(sessionKey, chatId);
      return true;
    },

    attach: ({ id }, file, by) => media.keep(id, file, actorName(by)),
  };
}

function sourceOf(chatId: string, threadId: string | null): InboundEvent['source'] {
  return {
    ...{ platform: consoleName, chat_id: chatId, chat_type: 'dm', user_id: null, user_name: null },
    ...{ thread_id: threadId, chat_name: null, chat_topic: null },
  };
}

function eventOf(
  { id, chatId, thread, text, authorName, media }: RelayMessage,
  how: { userId: string; prompt: SendRelayMessageBody['prompt']; entryOf: MediaStore['entryOf'] },
): InboundEvent {
  const { userId, prompt, entryOf } = how;
  const files = media.map(entryOf);
  return {
    ...{ text, message_type: messageType(media), message_id: id },
    source: { ...sourceOf(chatId, thread?.id ?? null), user_id: userId, user_name: authorName, message_id: id },
    ...{
      media_urls: files.map(({ url }) => url),
      media: files.map((one) => ({ ...one })),
      reply_to_message_id: null,
      reply_to: null,
    },
    ...{ context: [], context_error: null },
    prompt_response: prompt ? { prompt_id: prompt.id, option_id: prompt.optionId } : null,
  };
}

function messageType([first]: readonly RelayMedia[]): string {
  if (!first) return 'text';
  const [type = ''] = first.mime.split('/');
  return ({ image: 'photo', audio: 'audio', video: 'video' } as Record<string, string>)[type] ?? 'document';
}
