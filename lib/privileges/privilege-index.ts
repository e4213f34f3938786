/** What every principal holds, in memory: asked on every tool call, loaded at start, changed with the database. */
import { principalKey } from '@/lib/contracts/identities';
import type { Principal } from '@/lib/contracts/runs';
import { effective, type Masks, type Scope, type Source, scopeKey, sourcesOfPrincipal } from './masks';

export interface PrivilegeIndex {
  /** Its effective bits where it acts now. */
  of(principal: Principal): bigint;
  /** Where each of them comes from. */
  sources(principal: Principal): Source[];
}

export interface PrivilegeMasks extends PrivilegeIndex {
  /** The masks of one user as they were granted, by scope key. */
  masksOf(user: Pick<Principal, 'userId' | 'platform'>): Masks | undefined;
  set(user: Pick<Principal, 'userId' | 'platform'>, scope: Scope, mask: bigint): void;
  remove(user: Pick<Principal, 'userId' | 'platform'>, scope: Scope): void;
}

export function createPrivilegeMasks(): PrivilegeMasks {
  const byUser = new Map<string, Map<string, bigint>>();
  const masksOf = (key: string) => byUser.get(key);
  return {
    of(principal) {
      // Most principals hold nothing, and most calls ask for nothing.
      if (byUser.size === 0) return 0n;
      const { platform, userId, userAliases } = principal;
      let held = effective(byUser.get(principalKey(principal)), principal);
      if (userAliases)
        for (const alias of userAliases)
          if (alias !== userId) held |= effective(byUser.get(principalKey({ platform, userId: alias })), principal);
      return held;
    },
    sources: (principal) => sourcesOfPrincipal(principal, masksOf),
    masksOf: (user) => byUser.get(principalKey(user)),
    set(user, scope, mask) {
      const key = principalKey(user);
      const masks = byUser.get(key);
      if (masks) masks.set(scopeKey(scope), mask);
      else byUser.set(key, new Map([[scopeKey(scope), mask]]));
    },
    remove(user, scope) {
      const key = principalKey(user);
      const masks = byUser.get(key);
      masks?.delete(scopeKey(scope));
      if (masks?.size === 0) byUser.delete(key);
    },
  };
}
