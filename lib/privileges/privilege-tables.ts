/** Rows of privileges, as companions of their rows of the record: a mask is what the record says was granted. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Principal } from '@/lib/contracts/runs';
import { storedTime } from '@/lib/platform/database';
import { formatMask } from './bits';
import type { Scope } from './masks';

const saved: CompanionTable = {
  statements: [
    `INSERT INTO "PrivilegeMask" ("platform", "userId", "guildId", "channelId", "mask", "given")
     VALUES (@platform, @userId, @guildId, @channelId, @mask, @given)
     ON CONFLICT ("platform", "userId", "guildId", "channelId") DO UPDATE SET "mask" = excluded."mask",
       "given" = excluded."given"`,
  ],
};

const cleared: CompanionTable = {
  statements: [
    `DELETE FROM "PrivilegeMask"
     WHERE "platform" = @platform AND "userId" = @userId AND "guildId" = @guildId AND "channelId" = @channelId`,
  ],
};

const known: CompanionTable = {
  statements: [
    `INSERT INTO "Identity" ("platform", "userId", "aliases", "firstSeenAt", "lastSeenAt")
     VALUES (@platform, @userId, '[]', @at, @at) ON CONFLICT ("platform", "userId") DO NOTHING`,
  ],
};

type User = Pick<Principal, 'userId' | 'platform'>;

/** Who granted a privilege, when and why. */
export interface Given {
  by: string;
  at: string;
  reason: string;
}

export function saveMask(user: User, scope: Scope, mask: bigint, given: Record<string, Given>): Companion {
  const values = { ...keyOf(user, scope), mask: formatMask(mask), given: JSON.stringify(given) };
  return { table: saved, values };
}

export function clearMask(user: User, scope: Scope): Companion {
  return { table: cleared, values: keyOf(user, scope) };
}

/** So that whoever was granted something is listed, seen or not. */
export function knowUser({ userId, platform }: User, atMs: number): Companion {
  return { table: known, values: { userId, platform, at: storedTime(atMs) } };
}

function keyOf({ userId, platform }: User, { guildId, channelId }: Scope) {
  return { platform, userId, guildId: guildId ?? '', channelId: channelId ?? '' };
}
