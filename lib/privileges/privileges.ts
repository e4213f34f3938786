/**
 * Privileges of principals, changed by admins. A change is durable on the record, then true for the gate, so that the next call
 * of a live run is decided by it. A scope's own mask starts empty and takes the place of the wider one there, until it is cleared.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { ChangePrivilegesBody } from '@/lib/contracts/identities';
import { isDangerous, isPrivilegeName, type PrivilegeName } from '@/lib/contracts/privileges';
import type { Principal } from '@/lib/contracts/runs';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import { formatMask, maskOf, namesIn, parseMask } from './bits';
import { everywhere, parseScopeKey, type Scope, scopeKey } from './masks';
import { beyondCeiling, ownPrincipal } from './may-grant';
import { createPrivilegeMasks, type PrivilegeIndex } from './privilege-index';
import { clearMask, type Given, knowUser, saveMask } from './privilege-tables';

type User = Pick<Principal, 'userId' | 'platform'>;

export interface GrantedMask {
  scope: Scope;
  mask: bigint;
  given: Partial<Record<PrivilegeName, Given>>;
}

export interface PrivilegeService {
  readonly index: PrivilegeIndex;
  /** The masks of one user as they were granted, the global one first. */
  masksOf(user: User): Promise<GrantedMask[]>;
  /** The scopes in which this user has a mask of its own, the global one among them. */
  scopesOf(user: User): Scope[];
  /** @throws AppError UNKNOWN_PRIVILEGE with all of them, BAD_REQUEST, ESCALATION_REFUSED, AUDIT_UNAVAILABLE; then nothing is changed. */
  change(user: User, body: ChangePrivilegesBody, by: Actor): Promise<void>;
}

export interface PrivilegeServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
}

/** Loads what was granted, then answers from memory. */
export async function createPrivilegeService({
  db,
  audit,
  bus,
  clock,
}: PrivilegeServiceOptions): Promise<PrivilegeService> {
  const masks = createPrivilegeMasks();
  const oneAtATime = createOneAtATime();
  for (const row of await db.privilegeMask.findMany()) masks.set(row, scopeOf(row), parseMask(row.mask));

  async function masksOf({ userId, platform }: User): Promise<GrantedMask[]> {
    const rows = await db.privilegeMask.findMany({
      where: { userId, platform },
      orderBy: [{ guildId: 'asc' }, { channelId: 'asc' }],
    });
    return rows.map((row) => {
      return { scope: scopeOf(row), mask: parseMask(row.mask), given: JSON.parse(row.given) as GrantedMask['given'] };
    });
  }

  function requireWithinCeiling(user: User, names: PrivilegeName[], by: Actor): void {
    const own = ownPrincipal(by);
    const missing = beyondCeiling(by, user, names, own ? masks.of(own) : 0n);
    if (missing.length === 0) return;
    const self = by.kind === 'operator' && by.role === 'admin';
    const message = self
      ? `Another admin grants you ${missing.join(', ')}: dangerous privileges are not granted to oneself.`
      : `You do not hold ${missing.join(', ')}, and nobody grants what they do not hold. An admin can.`;
    throw new AppError('ESCALATION_REFUSED', { message, details: { missing } });
  }

  return {
    index: masks,
    masksOf,
    scopesOf: (user) => [...(masks.masksOf(user)?.keys() ?? [])].map(parseScopeKey),

    change: (user, body, by) =>
      oneAtATime(async () => {
        const { grant, revoke } = requireNames(body);
        const scope = scopeOf(body.scope ?? {});
        requireSense(body, { grant, revoke, scope });
        requireWithinCeiling(user, grant, by);

        const before = (await masksOf(user)).find((each) => scopeKey(each.scope) === scopeKey(scope));
        const mask = ((before?.mask ?? 0n) | maskOf(grant)) & ~maskOf(revoke);
        const given = { ...before?.given };
        const now: Given = { by: actorLabel(by), at: toIso(clock.now()), reason: body.reason };
        for (const name of grant) given[name] = now;
        for (const name of revoke) delete given[name];
        // Globally, no privilege and no mask are the same; in a scope an empty mask takes the wider one's away.
        const gone = body.clear || (mask === 0n && scopeKey(scope) === scopeKey(everywhere));
        await audit.append(
          {
            actor: actorName(by),
            action: body.clear
              ? 'privilege.clear'
              : revoke.length === 0
                ? 'privilege.grant'
                : grant.length === 0
                  ? 'privilege.revoke'
                  : 'privilege.change',
            target: `identity:${user.platform}:${user.userId}`,
            data: {
              ...{ grant, revoke, scope, reason: body.reason },
              ...{ before: before ? formatMask(before.mask) : null, after: gone ? null : formatMask(mask) },
            },
          },
          [gone ? clearMask(user, scope) : saveMask(user, scope, mask, given), knowUser(user, clock.now())],
        );
        if (gone) masks.remove(user, scope);
        else masks.set(user, scope, mask);
        bus.publish({ type: 'identity.changed', data: { userId: user.userId, platform: user.platform } });
      }),
  };
}

function scopeOf({ guildId, channelId }: { guildId?: string | undefined; channelId?: string | undefined }): Scope {
  return { guildId: guildId || null, channelId: channelId || null };
}

/** Each once, by bit. @throws AppError UNKNOWN_PRIVILEGE with every name that is none. */
function requireNames({ grant = [], revoke = [] }: ChangePrivilegesBody): {
  grant: PrivilegeName[];
  revoke: PrivilegeName[];
} {
  const unknown = [...new Set([...grant, ...revoke].filter((name) => !isPrivilegeName(name)))];
  if (unknown.length > 0)
    throw new AppError('UNKNOWN_PRIVILEGE', {
      message: `Not a privilege: ${unknown.map((name) => JSON.stringify(name.slice(0, 100))).join(', ')}. Nothing was changed.`,
      details: { unknown },
    });
  const known = (names: string[]) => namesIn(maskOf(names.filter(isPrivilegeName)));
  return { grant: known(grant), revoke: known(revoke) };
}

function requireSense(
  { clear = false }: ChangePrivilegesBody,
  { grant, revoke, scope }: { grant: PrivilegeName[]; revoke: PrivilegeName[]; scope: Scope },
): void {
  const refuse = (message: string): never => {
    throw new AppError('BAD_REQUEST', { message });
  };
  const named = [...grant, ...revoke];
  const scoped = scopeKey(scope) !== scopeKey(everywhere);
  if (!clear && named.length === 0) refuse('grant, revoke: name at least one privilege.');
  if (clear && named.length > 0) refuse('clear: takes the whole mask of a scope away. Leave grant and revoke out.');
  if (clear && !scoped) refuse('clear: name the scope whose mask is taken away.');
  const both = grant.filter((name) => revoke.includes(name));
  if (both.length > 0) refuse(`grant, revoke: ${both.join(', ')} is in both.`);
  const dangerous = scoped ? named.filter(isDangerous) : [];
  if (dangerous.length > 0) refuse(`scope: ${dangerous.join(', ')} counts only globally. Leave the scope out.`);
}
