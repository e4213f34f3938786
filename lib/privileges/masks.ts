/**
 * What a principal holds, from the masks it was given: pure, so that the gate, the page and the tests ask the same rule.
 * Of the masks of a user, the one of the narrowest scope decides on ordinary bits; dangerous bits are those of the global
 * mask whatever a scope says; and whoever goes by several names holds what any of them holds.
 */
import { principalKey } from '@/lib/contracts/identities';
import type { Principal } from '@/lib/contracts/runs';
import { dangerousBits } from './bits';

/** Where a mask counts: everywhere, in a guild, in a channel of a guild, or in a channel whatever its guild. */
export interface Scope {
  readonly guildId: string | null;
  readonly channelId: string | null;
}

export const everywhere: Scope = { guildId: null, channelId: null };

/** The masks of one user, by `scopeKey`. */
export type Masks = ReadonlyMap<string, bigint>;

export interface Source {
  /** Whose mask it is: the principal itself, or one of its aliases. */
  readonly userId: string;
  readonly scope: Scope;
  /** What of it counts here. */
  readonly mask: bigint;
}

/** Ids hold no control character, so two different scopes never share a key. */
export function scopeKey({ guildId, channelId }: Scope): string {
  return `${guildId ?? ''}\n${channelId ?? ''}`;
}

export function parseScopeKey(key: string): Scope {
  const [guildId, channelId] = key.split('\n');
  return { guildId: guildId || null, channelId: channelId || null };
}

const globalKey = scopeKey(everywhere);
type Place = Pick<Principal, 'guildId' | 'channelId'>;

/** From the narrowest to the global one. */
export function scopesOf({
  guildId = null,
  channelId = null,
}: {
  guildId?: string | undefined | null;
  channelId?: string | undefined | null;
}): Scope[] {
  const scopes: Scope[] = [];
  if (guildId !== null && channelId !== null) scopes.push({ guildId, channelId });
  if (channelId !== null) scopes.push({ guildId: null, channelId });
  if (guildId !== null) scopes.push({ guildId, channelId: null });
  return [...scopes, everywhere];
}

/** What one user's masks come to in a place: `sourcesOf` without the explanation, for each call asks it. */
export function effective(masks: Masks | undefined, place: Place): bigint {
  if (!masks) return 0n;
  const global = masks.get(globalKey) ?? 0n;
  // One mask is nearly always the global one.
  if (masks.size === 1 && masks.has(globalKey)) return global;
  return ((masks.get(scopeKey(decidingScope(masks, place))) ?? 0n) & ~dangerousBits) | (global & dangerousBits);
}

/** The narrowest in which the user has a mask of its own. */
function decidingScope(masks: Masks, place: Place): Scope {
  return scopesOf(place).find((scope) => masks.has(scopeKey(scope))) ?? everywhere;
}

/** Which masks of one user count in a place, and what of each does. */
export function sourcesOf(userId: string, masks: Masks | undefined, place: Place): Source[] {
  if (!masks) return [];
  const deciding = decidingScope(masks, place);
  const global = masks.get(globalKey) ?? 0n;
  const ordinary = (masks.get(scopeKey(deciding)) ?? 0n) & ~dangerousBits;
  if (deciding === everywhere) return [{ userId, scope: everywhere, mask: ordinary | (global & dangerousBits) }];
  return [
    { userId, scope: deciding, mask: ordinary },
    { userId, scope: everywhere, mask: global & dangerousBits },
  ];
}

/** Every source of a principal, its own first, then its aliases'. */
export function sourcesOfPrincipal(principal: Principal, masksOf: (key: string) => Masks | undefined): Source[] {
  const { userId, platform, userAliases = [] } = principal;
  const userIds = [...new Set([userId, ...userAliases])];
  return userIds.flatMap((id) => sourcesOf(id, masksOf(principalKey({ userId: id, platform })), principal));
}

export function union(sources: readonly Source[]): bigint {
  return sources.reduce((mask, source) => mask | source.mask, 0n);
}
