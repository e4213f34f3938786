/** Rows of privileges, as companions of their rows of the record: a mask is what the record says was granted. */
import type { Companion, CompanionTable } from '@/lib/audit/log';
import type { Principal } from '@/lib/contracts/runs';
import { Prisma, storedTime } from '@/lib/platform/database';
import { formatMask } from './bits';
import type { Scope } from './masks';

const saved: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "PrivilegeMask" ("platform", "userId", "guildId", "channelId", "mask", "given")
    SELECT value ->> 'platform', value ->> 'userId', value ->> 'guildId', value ->> 'channelId', value ->> 'mask',
      value ->> 'given'
    FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT ("platform", "userId", "guildId", "channelId") DO UPDATE SET "mask" = excluded."mask",
      "given" = excluded."given"`,
};

const cleared: CompanionTable = {
  write: (rows) => Prisma.sql`
    DELETE FROM "PrivilegeMask" WHERE ("platform", "userId", "guildId", "channelId") IN (
      SELECT value ->> 'platform', value ->> 'userId', value ->> 'guildId', value ->> 'channelId'
      FROM json_each(${JSON.stringify(rows)}))`,
};

const known: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "Identity" ("platform", "userId", "aliases", "firstSeenAt", "lastSeenAt")
    SELECT value ->> 'platform', value ->> 'userId', '[]', value ->> 'at', value ->> 'at'
    FROM json_each(${JSON.stringify(rows)}) WHERE true ON CONFLICT ("platform", "userId") DO NOTHING`,
};

type User = Pick<Principal, 'userId' | 'platform'>;

/** Who granted a privilege, when and why. */
export interface Given {
  by: string;
  at: string;
  reason: string;
}

export function saveMask(user: User, scope: Scope, mask: bigint, given: Record<string, Given>): Companion {
  const row = { ...keyOf(user, scope), mask: formatMask(mask), given: JSON.stringify(given) };
  return { table: saved, row: () => row };
}

export function clearMask(user: User, scope: Scope): Companion {
  return { table: cleared, row: () => keyOf(user, scope) };
}

/** So that whoever was granted something is listed, seen or not. */
export function knowUser({ userId, platform }: User, atMs: number): Companion {
  return { table: known, row: () => ({ userId, platform, at: storedTime(atMs) }) };
}

function keyOf({ userId, platform }: User, { guildId, channelId }: Scope) {
  return { platform, userId, guildId: guildId ?? '', channelId: channelId ?? '' };
}
