/**
 * Whose message it is decides where it goes: to the one instance its observed author is bound to, and to nobody else's. An
 * author without a binding reaches nobody. A link code is taken out here and never delivered. What is delivered belongs to a
 * run of its author, which is live before the gateway sees the message.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Actor } from '@/lib/platform/actor';
import { toAppError } from '@/lib/platform/errors';
import type { InstanceRow } from './instances';
import { type Author, linkCodeIn, type RelayLinking } from './linking';
import type { Content, Posting } from './mailbox';
import type { InboundSource } from './protocol/inbound';
import type { SeenChats } from './seen-chats';
import type { RelaySessions } from './sessions';

export interface Received {
  author: Author;
  source: InboundSource;
  content: Content;
  /** When it was said, where that is known. */
  atMs?: number;
  /** Who answers for it, where it is more than an author of a platform. */
  by?: { actor: Actor; name: string };
  /** An operator's own choice stands for the binding. */
  chosen?: InstanceRow;
  /** It answers what this instance asked, and is nobody else's. */
  only?: string;
  companions?: readonly Companion[];
}

export type IntakeResult =
  | { outcome: 'delivered'; instanceId: string; bufferId: string | null }
  | { outcome: 'linked'; instanceId: string }
  /** A link code that is none. */
  | { outcome: 'refused' }
  | { outcome: 'unlinked' };

export interface RelayIntake {
  /** @throws AppError RATE_LIMITED for link codes, LOCKED, CAPACITY, BAD_REQUEST, BODY_TOO_LARGE, RELAY_BUFFER_FULL, RELAY_INSTANCE_DISABLED, AUDIT_UNAVAILABLE. */
  receive(received: Received): Promise<IntakeResult>;
}

/** Where an instance received something, it may answer: unless it was revoked a moment before. */
const seenChat: CompanionTable = {
  statements: [
    `INSERT INTO "RelayChat" ("instanceId", "platform", "chatId", "scopeId") 
     SELECT @instanceId, @platform, @chatId, @scopeId
     WHERE EXISTS (SELECT 1 FROM "RelayInstance" WHERE "id" = @instanceId AND "revokedAt" IS NULL)
     ON CONFLICT ("instanceId", "platform", "chatId") DO UPDATE SET "scopeId" = @scopeId, "cutAt" = NULL`,
  ],
};

export function createRelayIntake(deps: {
  audit: AuditLog;
  linking: RelayLinking;
  sessions: Pick<RelaySessions, 'speak'>;
  seen: SeenChats;
  post: (instanceId: string, posting: Posting) => Promise<string | null>;
  onLinked: (instanceId: string) => void;
}): RelayIntake {
  const { audit, linking, sessions, seen, post, onLinked } = deps;

  async function redeem(code: string, author: Author): Promise<IntakeResult> {
    const instanceId = await linking.redeem(code, author);
    if (instanceId === null) return { outcome: 'refused' };
    onLinked(instanceId);
    return { outcome: 'linked', instanceId };
  }

  return {
    async receive({ author, source, content, atMs, by, chosen, only, companions = [] }) {
      const actor = by?.name ?? `author:${author.platform}:${author.userId}`;
      const { platform, chat_id: chatId } = source;
      const text = content.kind === 'inbound' ? content.event.text : '';
      const code = linkCodeIn(text, source);
      if (code !== null) return redeem(code, author);
      const data = { platform, chatId, messageId: source.message_id ?? null };
      const instanceId = chosen?.id ?? (await linking.boundTo(author));
      if (instanceId === null || instanceId !== (only ?? instanceId)) {
        const why = { ...data, because: instanceId === null ? 'unlinked' : 'asked_by_another' };
        audit.note({ actor, action: 'relay.message', target: 'relay', outcome: 'refused', data: why });
        return { outcome: 'unlinked' };
      }
      const run = await sessions
        .speak(instanceId, source, by?.actor ?? { kind: 'gateway', id: instanceId })
        .catch((error: unknown) => {
          const why = { ...data, because: toAppError(error).code };
          audit.note({ actor, action: 'relay.message', target: instanceId, outcome: 'refused', data: why });
          throw error;
        });
      const record = { actor, action: 'relay.message', target: instanceId, data: { ...data, runId: run.id } };
      const chat = { platform, chatId, scopeId: source.scope_id ?? null };
      const kept: readonly Companion[] = seen.note(instanceId, chat)
        ? [{ table: seenChat, values: { instanceId, ...chat } }]
        : [];
      const posting = { content, atMs, record, companions: [...kept, ...companions] };
      const bufferId = await post(instanceId, posting).catch((error: unknown) => {
        // Whoever is provisioned in its place has received nothing there.
        if (toAppError(error).code === 'RELAY_INSTANCE_DISABLED') seen.forget(instanceId);
        throw error;
      });
      seen.stored(instanceId, chat);
      return { outcome: 'delivered', instanceId, bufferId };
    },
  };
}
