/**
 * The ceiling: nobody grants what they do not hold, save an admin, whose reason stands on the record. An admin's own principal
 * is no exception to it where it is dangerous: to reach out of the sandbox or over others' privileges takes a second admin.
 */
import { isDangerous, type PrivilegeName } from '@/lib/contracts/privileges';
import type { Principal } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import { bitOf } from './bits';

/** The principal of an operator's own runs. */
export function ownPrincipal(by: Actor): Principal | null {
  return by.kind === 'operator' ? { platform: 'console', userId: by.email } : null;
}

/** Which of these they may not grant to that user; `held` is what their own principal holds. */
export function beyondCeiling(
  by: Actor,
  user: Pick<Principal, 'userId' | 'platform'>,
  names: readonly PrivilegeName[],
  held: bigint,
): PrivilegeName[] {
  const own = ownPrincipal(by);
  const admin = by.kind === 'server' || (by.kind === 'operator' && by.role === 'admin');
  const toThemselves =
    own !== null && own.platform === user.platform && own.userId.toLowerCase() === user.userId.toLowerCase();
  return names.filter((name) => {
    if ((held & bitOf(name)) !== 0n) return false;
    return !admin || (toThemselves && isDangerous(name));
  });
}
