/** Principals, for admins: who was ever named, what each holds and why, and what was done for it. */
import type { CallService } from '@/lib/calls/calls';
import type { ToolCall } from '@/lib/contracts/calls';
import type { Page } from '@/lib/contracts/common';
import {
  type ChangePrivilegesBody,
  type Identity,
  type IdentityDetail,
  type ListIdentitiesQuery,
  namedUser,
  principalKey,
} from '@/lib/contracts/identities';
import type { Principal } from '@/lib/contracts/runs';
import type { LockIndex } from '@/lib/locks/lock-index';
import type { Actor } from '@/lib/platform/actor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { parseWith } from '@/lib/platform/parse';
import { formatMask, namesIn } from '@/lib/privileges/bits';
import { everywhere, scopeKey } from '@/lib/privileges/masks';
import type { PrivilegeService } from '@/lib/privileges/privileges';
import { effectiveOf } from './effective';
import { listSeen, type SeenRow } from './query';
import type { SeenPrincipals } from './seen';

type User = Pick<Principal, 'userId' | 'platform'>;

export interface IdentityService {
  /** The last seen first. */
  list(query: ListIdentitiesQuery): Promise<Page<Identity>>;
  /** @throws AppError IDENTITY_NOT_FOUND */
  get(user: User): Promise<IdentityDetail>;
  /** Calls made for it, newest first. */
  calls(user: User, page: { limit: number; cursor?: string | undefined }, by: Actor): Promise<Page<ToolCall>>;
  /** @throws AppError as `PrivilegeService.change`. */
  changePrivileges(user: User, body: ChangePrivilegesBody, by: Actor): Promise<IdentityDetail>;
}

export interface IdentityServiceOptions {
  db: Database;
  seen: SeenPrincipals;
  privileges: PrivilegeService;
  locks: LockIndex;
  calls: Pick<CallService, 'listFor'>;
  liveRuns: () => readonly { readonly principal: Principal }[];
}

export function createIdentityService(options: IdentityServiceOptions): IdentityService {
  const { db, seen, privileges, locks, calls, liveRuns } = options;

  function countLive(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { principal } of liveRuns()) {
      const key = principalKey(principal);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  function shown(row: SeenRow, live: ReadonlyMap<string, number>): Identity {
    const { userId, platform } = row;
    const aliases = JSON.parse(row.aliases) as string[];
    const scoped = privileges.scopesOf(row).filter((scope) => scopeKey(scope) !== scopeKey(everywhere));
    return {
      ...{ userId, platform, aliases },
      firstSeenAt: new Date(row.firstSeenAt).toISOString(),
      lastSeenAt: new Date(row.lastSeenAt).toISOString(),
      privileges: namesIn(privileges.index.of({ userId, platform, userAliases: aliases })),
      scopes: scoped.length,
      liveRuns: live.get(principalKey(row)) ?? 0,
      lock: locks.find({ userIds: [userId, ...aliases] }) ?? null,
    };
  }

  async function get(user: User): Promise<IdentityDetail> {
    await seen.flush();
    const { userId, platform } = user;
    const row = await db.identity.findUnique({ where: { platform_userId: { platform, userId } } });
    if (!row) throw new AppError('IDENTITY_NOT_FOUND');
    const identity = shown(row, countLive());
    const userIds = [...new Set([userId, ...identity.aliases])];
    const granted = new Map(
      await Promise.all(userIds.map(async (id) => [id, await privileges.masksOf({ userId: id, platform })] as const)),
    );
    const own = granted.get(userId) ?? [];
    return {
      ...identity,
      masks: own.map(({ scope, mask }) => ({ scope, mask: formatMask(mask), privileges: namesIn(mask) })),
      effective: effectiveOf({ userId, platform, userAliases: identity.aliases }, granted, privileges.index.sources),
    };
  }

  return {
    get,
    async list(query) {
      await seen.flush();
      const { rows, nextCursor } = await listSeen(db, query);
      const live = countLive();
      return { items: rows.map((row) => shown(row, live)), nextCursor };
    },
    calls: (user, page, by) => calls.listFor(user, page, by),
    async changePrivileges(user, body, by) {
      parseWith(namedUser, user);
      await privileges.change(user, body, by);
      return get(user);
    },
  };
}
