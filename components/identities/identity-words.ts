import { printable } from '@/components/ui/printable';
import type { Identity, PrivilegeSource, ShownScope } from '@/lib/contracts/identities';

export function identityHref({ userId, platform }: Pick<Identity, 'userId' | 'platform'>): string {
  return `/identities/${encodeURIComponent(userId)}?${new URLSearchParams({ platform })}`;
}

export function isEverywhere({ guildId, channelId }: ShownScope): boolean {
  return guildId === null && channelId === null;
}

/** "everywhere", "in guild g1", "in channel c1 of guild g1". */
export function scopeWords({ guildId, channelId }: ShownScope): string {
  if (channelId !== null && guildId !== null)
    return `in channel ${printable(channelId)} of guild ${printable(guildId)}`;
  if (channelId !== null) return `in channel ${printable(channelId)}`;
  return guildId === null ? 'everywhere' : `in guild ${printable(guildId)}`;
}

export function sameScope(a: ShownScope, b: ShownScope): boolean {
  return a.guildId === b.guildId && a.channelId === b.channelId;
}

/** As the wire takes it: absent where it is wider. */
export function scopeBody({ guildId, channelId }: ShownScope): { guildId?: string; channelId?: string } {
  return { ...(guildId !== null && { guildId }), ...(channelId !== null && { channelId }) };
}

/** True where the privilege comes from the principal's own mask of that very scope: there it can be taken away. */
export function isOwnSource(source: PrivilegeSource, userId: string, scope: ShownScope): boolean {
  return source.userId === userId && sameScope(source.scope, scope);
}
