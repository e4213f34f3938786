/** What a principal holds, place by place, as the console explains it. */
import type { IdentityDetail, PrivilegeSource } from '@/lib/contracts/identities';
import type { PrivilegeName } from '@/lib/contracts/privileges';
import type { Principal } from '@/lib/contracts/runs';
import { formatMask, namesIn } from '@/lib/privileges/bits';
import { everywhere, type Scope, type Source, scopeKey, union } from '@/lib/privileges/masks';
import type { GrantedMask } from '@/lib/privileges/privileges';

type Person = Pick<Principal, 'userId' | 'platform' | 'userAliases'>;

/** `granted` holds the masks of the principal and of each alias, by user id. */
export function effectiveOf(
  person: Person,
  granted: ReadonlyMap<string, readonly GrantedMask[]>,
  sourcesOf: (principal: Principal) => Source[],
): IdentityDetail['effective'] {
  const places = new Map([[scopeKey(everywhere), everywhere]]);
  for (const masks of granted.values()) for (const { scope } of masks) places.set(scopeKey(scope), scope);
  return [...places.values()].sort(widestFirst).map((scope) => {
    const sources = sourcesOf({ ...person, ...placeOf(scope) });
    const mask = union(sources);
    const from = (name: PrivilegeName) => sources.filter((source) => namesIn(source.mask).includes(name));
    return {
      scope,
      mask: formatMask(mask),
      privileges: namesIn(mask).map((name) => ({
        name,
        from: from(name).map((source) => explained(source, name, granted)),
      })),
    };
  });
}

function explained(
  { userId, scope }: Source,
  name: PrivilegeName,
  granted: ReadonlyMap<string, readonly GrantedMask[]>,
): PrivilegeSource {
  const mask = granted.get(userId)?.find((each) => scopeKey(each.scope) === scopeKey(scope));
  return { userId, scope, given: mask?.given[name] ?? null };
}

function placeOf({ guildId, channelId }: Scope): Pick<Principal, 'guildId' | 'channelId'> {
  return { ...(guildId !== null && { guildId }), ...(channelId !== null && { channelId }) };
}

export function widestFirst(a: Scope, b: Scope): number {
  return scopeKey(a) < scopeKey(b) ? -1 : 1;
}
