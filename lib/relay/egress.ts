/**
 * Where an instance may send. It must be a chat it received something from, or one of its own tenant: by a scope of the tenant,
 * else by an author who is bound in it. What an action says of its target is a claim, and no claim opens a chat that another
 * tenant's instance talks to. Whatever the reason, the gateway is told one and the same text.
 */
import type { Database } from '@/lib/platform/database';
import type { InstanceRow } from './instances';
import type { OutboundAction } from './protocol/actions';
import type { SeenChats } from './seen-chats';

export interface EgressClaim {
  /** As the frame says; undefined where it does not. */
  platform: string | undefined;
  chatId: string | null;
  scopeId: string | null;
  userId: string | null;
  /** Where a thread is a channel of its own, it is a chat that others may have. */
  threadId: string | null;
}

export type EgressVerdict = { platform: string } | { declined: string; platform: string };

export interface EgressGuard {
  judge(instance: InstanceRow, claim: EgressClaim): Promise<EgressVerdict>;
  /** Whether an operator cut it off since it was judged. */
  isCut(instance: InstanceRow, where: { platform: string; chatId: string | null; threadId?: string | null }): boolean;
}

export function claimOf(action: OutboundAction, platform: string | null | undefined): EgressClaim {
  return {
    platform: platform ?? undefined,
    chatId: action.op === 'follow_up' ? null : action.chat_id,
    scopeId: action.metadata?.scope_id ?? null,
    userId: action.metadata?.user_id ?? null,
    threadId: action.metadata?.thread_id ?? null,
  };
}

export function createEgressGuard(deps: {
  db: Database;
  seen: SeenChats;
  isEnded: (instanceId: string) => boolean;
}): EgressGuard {
  const { db, seen, isEnded } = deps;

  async function ofTenant({ tenant }: InstanceRow, platform: string, { scopeId, userId }: EgressClaim) {
    if (scopeId !== null) {
      // Compared here: to the database `%` and `_` are patterns, and a claim must be the whole key.
      const where = { tenant, revokedAt: null, routeKeys: { not: '[]' } };
      const rows = await db.relayInstance.findMany({ where, select: { routeKeys: true } });
      return rows.some(({ routeKeys }) => (JSON.parse(routeKeys) as string[]).includes(scopeId));
    }
    if (userId === null) return false;
    return (await db.relayBinding.findFirst({ where: { tenant, platform, userId } })) !== null;
  }

  async function isForeign({ tenant }: InstanceRow, platform: string, chatId: string): Promise<boolean> {
    const owners = await db.relayChat.findMany({
      where: { platform, chatId },
      select: { instanceId: true },
      take: 100,
    });
    if (owners.length === 0) return false;
    const ids = owners.map(({ instanceId }) => instanceId);
    return (await db.relayInstance.count({ where: { id: { in: ids }, tenant } })) === 0;
  }

  async function ownChat(instance: InstanceRow, chatId: string, named: string | undefined) {
    const own = await seen.of(instance.id, chatId, named ?? instance.platform);
    // A gateway that fronts one platform names that one, also for what was said to it on another.
    if (own.length === 1) return own[0];
    return own.find(({ platform }) => platform === (named ?? instance.platform));
  }

  /** A thread that is a chat of its own is judged as one, or any open chat beside it would lead there. */
  async function problemOfThread(instance: InstanceRow, platform: string, { chatId, threadId }: EgressClaim) {
    if (threadId === null || threadId === chatId) return null;
    const own = (await seen.of(instance.id, threadId, platform)).find((one) => one.platform === platform);
    if (own) return own.isCut ? 'The run of its thread was revoked, and nobody has written there since.' : null;
    return (await isForeign(instance, platform, threadId)) ? 'The thread is of another tenant.' : null;
  }

  return {
    isCut: ({ id }, { platform, chatId, threadId = null }) =>
      isEnded(id) || [chatId, threadId].some((one) => one !== null && seen.isCut(id, platform, one)),

    async judge(instance, claim) {
      const { chatId, scopeId } = claim;
      const chat = chatId === null ? undefined : await ownChat(instance, chatId, claim.platform);
      const platform = chat?.platform ?? claim.platform ?? instance.platform ?? 'relay';
      const thread = await problemOfThread(instance, platform, claim);
      if (thread !== null) return { platform, declined: thread };
      if (chat) {
        if (chat.isCut) return { platform, declined: 'Its run was revoked, and nobody has written there since.' };
        const isOtherScope = scopeId !== null && chat.scopeId !== null && scopeId !== chat.scopeId;
        return isOtherScope ? { platform, declined: 'The chat is of another scope.' } : { platform };
      }
      if (chatId === null) return { platform, declined: 'It names no chat.' };
      if (await isForeign(instance, platform, chatId)) return { platform, declined: 'The chat is of another tenant.' };
      if (await ofTenant(instance, platform, claim)) return { platform };
      return { platform, declined: 'Nothing was received from the chat, and no scope or bound author leads there.' };
    },
  };
}
