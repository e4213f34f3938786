/** Principals as the console shows them: who calls were made for, what each holds, and where it comes from. */
import { z } from 'zod';
import { isoTime, label, pageQuery, reason } from './common';
import { lock } from './locks';
import { type PrivilegeName, privilegeNames } from './privileges';
import type { Principal } from './runs';

/** One user of one platform. Neither part holds a control character, so two users never share a key. */
export function principalKey({ platform, userId }: Pick<Principal, 'platform' | 'userId'>): string {
  return `${platform}\n${userId}`;
}

/** As an admin may name one who was never seen. */
export const namedUser = z.strictObject({ userId: label(200), platform: label(64) });

const privilegeName = z.enum(privilegeNames as [PrivilegeName, ...PrivilegeName[]]);
/** 64 bits as 16 hexadecimal digits. */
const mask = z.string().regex(/^[0-9a-f]{16}$/);
/** Null where it is wider. */
const shownScope = z.object({ guildId: z.string().nullable(), channelId: z.string().nullable() });
export type ShownScope = z.infer<typeof shownScope>;

export const identity = z.object({
  userId: z.string(),
  platform: z.string(),
  /** Other user ids it goes by on its platform: it holds what any of them holds. */
  aliases: z.array(z.string()),
  firstSeenAt: isoTime,
  lastSeenAt: isoTime,
  /** What it holds everywhere, through its aliases too. */
  privileges: z.array(privilegeName),
  /** Guilds and channels in which a mask of its own takes the place of the wider one. */
  scopes: z.number().int(),
  liveRuns: z.number().int(),
  lock: lock.nullable(),
});
export type Identity = z.infer<typeof identity>;

const given = z.object({ by: z.string(), at: isoTime, reason: z.string() });
/** Whose mask gives a privilege, and in which scope it was granted. */
const privilegeSource = z.object({ userId: z.string(), scope: shownScope, given: given.nullable() });
export type PrivilegeSource = z.infer<typeof privilegeSource>;

export const identityDetail = identity.extend({
  /** What was granted to it, a mask a scope, the global one first. */
  masks: z.array(z.object({ scope: shownScope, mask, privileges: z.array(privilegeName) })),
  /** What it holds in each place where that may differ, the global one first, and where each privilege comes from. */
  effective: z.array(
    z.object({
      scope: shownScope,
      mask,
      privileges: z.array(z.object({ name: privilegeName, from: z.array(privilegeSource) })),
    }),
  ),
});
export type IdentityDetail = z.infer<typeof identityDetail>;

const platform = label(64).default('console');
export const identityQuery = z.strictObject({ platform });
export const listIdentitiesQuery = pageQuery.extend({
  /** Part of a user id or of an alias. */
  q: z.string().max(200).optional(),
  platform: label(64).optional(),
});
export type ListIdentitiesQuery = z.infer<typeof listIdentitiesQuery>;
export const identityCallsQuery = pageQuery.extend({ platform });

export const privilegeScope = z.strictObject({ guildId: label(200).optional(), channelId: label(200).optional() });

const names = z.array(z.string().max(200)).max(64);
export const changePrivilegesBody = z.strictObject({
  platform: label(64),
  grant: names.optional(),
  revoke: names.optional(),
  /** Everywhere when absent. A scope's own mask takes the place of the wider one there, for ordinary privileges. */
  scope: privilegeScope.optional(),
  /** Takes the scope's own mask away, so that the wider one counts there again. */
  clear: z.boolean().optional(),
  reason,
});
export type ChangePrivilegesBody = z.infer<typeof changePrivilegesBody>;
