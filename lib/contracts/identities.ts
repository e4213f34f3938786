/** Principals as the console shows them: who calls were made for, what each holds, and where it comes from. */
import { z } from 'zod';
import { label, reason } from './common';
import type { Principal } from './runs';

/** One user of one platform. Neither part holds a control character, so two users never share a key. */
export function principalKey({ platform, userId }: Pick<Principal, 'platform' | 'userId'>): string {
  return `${platform}\n${userId}`;
}

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
