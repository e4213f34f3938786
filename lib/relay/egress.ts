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
}

export type EgressVerdict = { platform: string } | { declined: string; platform: string };

export interface EgressGuard {
  judge(instance: InstanceRow, claim: EgressClaim): Promise<EgressVerdict>;
}

export function claimOf(action: OutboundAction, platform: string | null | undefined): EgressClaim {
  return {
    platform: platform ?? undefined,
    chatId: action.op === 'follow_up' ? null : action.chat_id,
    scopeId: action.metadata?.scope_id ?? null,
    userId: action.metadata?.user_id ?? null,
  };
}

export function createEgressGuard({ db, seen }: { db: Database; seen: SeenChats }): EgressGuard {
  async function ofTenant({ tenant }: InstanceRow, platform: string, { scopeId, userId }: EgressClaim) {
    if (scopeId !== null) {
      // A quoted key inside the JSON array is that key and no part of another.
      const where = { tenant, revokedAt: null, routeKeys: { contains: JSON.stringify(scopeId) } };
      return (await db.relayInstance.findFirst({ where, select: { id: true } })) !== null;
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

  return {
    async judge(instance, claim) {
      const { chatId, scopeId } = claim;
      const own = chatId === null ? [] : await seen.of(instance.id, chatId);
      const named = own.find(({ platform }) => platform === claim.platform);
      // A gateway that fronts one platform names that one, also for what was said to it on another.
      const chat = named ?? (own.length === 1 ? own[0] : undefined);
      const platform = chat?.platform ?? claim.platform ?? instance.platform ?? 'relay';
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
