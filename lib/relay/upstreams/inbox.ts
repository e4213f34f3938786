/**
 * What upstreams delivered. A message is durable with its row of the record before it is acknowledged, and known from then on:
 * the same buffer id or message id is acknowledged again and run no more. Only what a trusted upstream delivered comes here, so
 * that what is read back after a crash was authorised, without a mark of it in the database.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type InboundEvent, inboundEvent } from '../protocol/inbound';
import { localKeyOf } from './session-keys';
import { aliasCompanion, doneCompanion, keptCompanion, sweptCompanion } from './tables';

export interface InboxMessage {
  readonly upstreamId: string;
  readonly key: string;
  readonly sessionKey: string;
  readonly event: InboundEvent;
}

export interface Inbox {
  /** Null for one that is known. @throws AppError AUDIT_UNAVAILABLE; then it is not acknowledged, and comes again. */
  take(upstreamId: string, message: { event: InboundEvent; bufferId: string | null }): Promise<InboxMessage | null>;
  /** A run has it: from now on it is never handed to another. Nobody waits for that to be durable. */
  handed(message: InboxMessage, runId: string): void;
  /** No run will have it, and why. */
  dropped(message: InboxMessage, because: string): void;
  /** What no run has had yet, in the order in which it came. */
  waiting(): Promise<InboxMessage[]>;
  /** Forgets what no connector keeps any more. */
  sweep(): Promise<void>;
}

export function createInbox(deps: { db: Database; audit: AuditLog; clock: Clock; log: Log }): Inbox {
  const { db, audit, clock, log } = deps;

  function done(message: InboxMessage, row: Parameters<AuditLog['follow']>[0]): void {
    audit
      .follow(row, [doneCompanion(message, clock.now())])
      .catch((error: unknown) =>
        log.error({ err: error, upstreamId: message.upstreamId }, 'a message of an upstream is not marked as done'),
      );
  }

  return {
    async take(upstreamId, { event, bufferId }) {
      const names = namesOf(event, bufferId);
      const known = await db.relayInbox.findFirst({
        where: { upstreamId, key: { in: names } },
        select: { key: true },
      });
      if (known) return null;
      const [key = newId('msg'), ...aliases] = names;
      const sessionKey = localKeyOf(event.source);
      const { platform, chat_id: chatId, user_id: userId } = event.source;
      const kept = { upstreamId, key, sessionKey, event: JSON.stringify(event) };
      await audit.append(
        {
          ...{ actor: `author:${platform}:${userId}`, action: 'relay.inbound', target: upstreamId },
          data: { platform, chatId, messageId: event.message_id, bufferId },
        },
        [
          keptCompanion(kept, clock.now()),
          ...aliases.map((alias) => aliasCompanion({ ...kept, key: alias }, clock.now())),
        ],
      );
      return { upstreamId, key, sessionKey, event };
    },

    handed(message, runId) {
      const { upstreamId, event } = message;
      const data = { upstreamId, messageId: event.message_id };
      done(message, { actor: 'server', action: 'relay.handed', target: runId, data });
    },
    dropped(message, because) {
      const { platform, user_id: userId } = message.event.source;
      const data = { messageId: message.event.message_id, because };
      const row = { actor: `author:${platform}:${userId}`, action: 'relay.drop', target: message.upstreamId };
      done(message, { ...row, outcome: 'refused', data });
    },

    async waiting() {
      const rows = await db.relayInbox.findMany({ where: { takenAt: null }, orderBy: { position: 'asc' } });
      return rows.flatMap(({ upstreamId, key, sessionKey, event }) => {
        const read = inboundEvent.safeParse(JSON.parse(event));
        return read.success ? [{ upstreamId, key, sessionKey, event: read.data }] : [];
      });
    },

    async sweep() {
      const beforeMs = clock.now() - limits.upstreamKnownMs;
      const old = await db.relayInbox.count({ where: { at: { lt: new Date(beforeMs) } } });
      if (old === 0) return;
      await audit.append({ actor: 'server', action: 'relay.forget', target: 'relay', data: { messages: old } }, [
        sweptCompanion(beforeMs),
      ]);
    },
  };
}

/** By which it is known when it comes again: a connector may name what it sent live anew when it had to store it after all. */
function namesOf({ message_id: id, source, prompt_response: answer }: InboundEvent, bufferId: string | null): string[] {
  const { platform, scope_id: scope = null, chat_id: chat } = source;
  // The answer to a prompt may carry the id of the message that asked.
  const prompt = answer ? [answer.prompt_id, answer.option_id ?? null] : [];
  return [
    ...(bufferId === null ? [] : [`buffer:${bufferId}`]),
    ...(id === null ? [] : [`message:${JSON.stringify([platform, scope, chat, id, ...prompt])}`]),
  ];
}
