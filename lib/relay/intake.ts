/**
 * Whose message it is decides where it goes: to the one instance its observed author is bound to, and to nobody else's. An
 * author without a binding reaches nobody. A link code is taken out here and never delivered.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { InstanceRow } from './instances';
import type { Author, RelayLinking } from './linking';
import type { Posting } from './mailbox';
import type { InboundEvent } from './protocol/inbound';
import type { SeenChats } from './seen-chats';

export interface Received {
  author: Author;
  event: InboundEvent;
  /** How the record names who sent it, where it is more than an author of a platform. */
  actor?: string;
  /** An operator's own choice stands for the binding. */
  chosen?: InstanceRow;
  companions?: readonly Companion[];
}

export type IntakeResult =
  | { outcome: 'delivered'; instanceId: string; bufferId: string | null }
  | { outcome: 'linked'; instanceId: string }
  /** A link code that is none. */
  | { outcome: 'refused' }
  | { outcome: 'unlinked' };

export interface RelayIntake {
  /** @throws AppError RATE_LIMITED for link codes, RELAY_BUFFER_FULL, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  receive(received: Received): Promise<IntakeResult>;
}

const linkMessage = /^\s*\/link(?:\s+(\S+))?\s*$/;

/** Where an instance received something, it may answer. */
const seenChat: CompanionTable = {
  statements: [
    `INSERT INTO "RelayChat" ("instanceId", "platform", "chatId", "scopeId") VALUES (@instanceId, @platform, @chatId, @scopeId)
     ON CONFLICT ("instanceId", "platform", "chatId") DO UPDATE SET "scopeId" = @scopeId`,
  ],
};

export function createRelayIntake(deps: {
  audit: AuditLog;
  linking: RelayLinking;
  seen: SeenChats;
  post: (instanceId: string, posting: Posting) => Promise<string | null>;
  onLinked: (instanceId: string) => void;
}): RelayIntake {
  const { audit, linking, seen, post, onLinked } = deps;

  return {
    async receive({ author, event, chosen, companions = [], actor = `author:${author.platform}:${author.userId}` }) {
      const code = linkMessage.exec(event.text);
      // In a group everybody would read the code: there it is a message like any other.
      if (code && event.source.chat_type === 'dm') {
        const instanceId = await linking.redeem(code[1] ?? '', author);
        if (instanceId === null) return { outcome: 'refused' };
        onLinked(instanceId);
        return { outcome: 'linked', instanceId };
      }
      const { platform, chat_id: chatId, scope_id: scope } = event.source;
      const data = { platform, chatId, messageId: event.message_id };
      const instanceId = chosen?.id ?? (await linking.boundTo(author));
      if (instanceId === null) {
        audit.note({
          actor,
          action: 'relay.message',
          target: 'relay',
          outcome: 'refused',
          data: { ...data, because: 'unlinked' },
        });
        return { outcome: 'unlinked' };
      }
      const record = { actor, action: 'relay.message', target: instanceId, data };
      const chat = { platform, chatId, scopeId: scope ?? null };
      seen.note(instanceId, chat);
      const kept: Companion = { table: seenChat, values: { instanceId, ...chat } };
      const bufferId = await post(instanceId, { event, record, companions: [kept, ...companions] });
      return { outcome: 'delivered', instanceId, bufferId };
    },
  };
}
