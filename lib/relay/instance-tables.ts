/** The rows of instances, bindings and what lets them in, as companions of their rows of the record. */
import type { Companion, CompanionTable, CompanionValues } from '@/lib/audit/record-writer';
import { storedTime } from '@/lib/platform/database';

const provisionedTable: CompanionTable = {
  statements: [
    // A gateway that was revoked begins anew; nothing of its old secrets is left by then.
    `INSERT INTO "RelayInstance" ("id", "gatewayId", "tenant", "platform", "botId", "routeKeys", "wakeUrl", "secrets",
       "createdBy", "createdAt")
     VALUES (@id, @gatewayId, @tenant, @platform, @botId, @routeKeys, @wakeUrl, @secrets, @by, @at)
     ON CONFLICT ("id") DO UPDATE SET "tenant" = @tenant, "platform" = @platform, "botId" = @botId,
       "routeKeys" = @routeKeys, "wakeUrl" = @wakeUrl, "secrets" = @secrets, "previousUntil" = NULL, "idle" = 0,
       "createdBy" = @by, "createdAt" = @at, "rotatedAt" = NULL, "revokedAt" = NULL, "revokeReason" = NULL`,
  ],
};
const rotatedTable: CompanionTable = {
  statements: [
    `UPDATE "RelayInstance" SET "secrets" = @secrets, "previousUntil" = @until, "rotatedAt" = @at
     WHERE "id" = @id AND "revokedAt" IS NULL`,
  ],
};
/** Whatever could let it in, reach it or wait for it goes in the same commit. */
const revokedTable: CompanionTable = {
  statements: [
    `UPDATE "RelayInstance" SET "secrets" = NULL, "previousUntil" = NULL, "idle" = 0, "revokedAt" = @at,
       "revokeReason" = @reason WHERE "id" = @id`,
    'DELETE FROM "RelayBinding" WHERE "instanceId" = @id',
    'DELETE FROM "RelayLinkCode" WHERE "instanceId" = @id',
    'DELETE FROM "RelayBuffered" WHERE "instanceId" = @id',
    'DELETE FROM "RelayChat" WHERE "instanceId" = @id',
  ],
};
const idleTable: CompanionTable = {
  statements: ['UPDATE "RelayInstance" SET "idle" = @idle, "lastSeenAt" = @at WHERE "id" = @id'],
};
const enrolmentTable: CompanionTable = {
  statements: [
    `INSERT INTO "RelayEnrolment" ("hash", "tenant", "createdBy", "createdAt", "expiresAt")
     VALUES (@hash, @tenant, @by, @at, @until)`,
  ],
};
const enrolledTable: CompanionTable = {
  statements: ['UPDATE "RelayEnrolment" SET "usedAt" = @at, "usedBy" = @gatewayId WHERE "hash" = @hash'],
};
const linkCodeTable: CompanionTable = {
  statements: [
    // One that is provisioned in the place of a revoked one must not find codes or authors of the one before.
    `INSERT INTO "RelayLinkCode" ("hash", "instanceId", "createdBy", "createdAt", "expiresAt")
     SELECT @hash, @instanceId, @by, @at, @until
     WHERE EXISTS (SELECT 1 FROM "RelayInstance" WHERE "id" = @instanceId AND "revokedAt" IS NULL)`,
  ],
};
const boundTable: CompanionTable = {
  statements: [
    `INSERT INTO "RelayBinding" ("tenant", "platform", "userId", "userName", "instanceId", "boundAt")
     SELECT @tenant, @platform, @userId, @userName, @instanceId, @at
     WHERE EXISTS (SELECT 1 FROM "RelayInstance" WHERE "id" = @instanceId AND "revokedAt" IS NULL)
     ON CONFLICT ("tenant", "platform", "userId")
     DO UPDATE SET "instanceId" = @instanceId, "userName" = @userName, "boundAt" = @at`,
    'UPDATE "RelayLinkCode" SET "usedAt" = @at WHERE "hash" = @hash',
  ],
};

const row = (table: CompanionTable, values: CompanionValues): Companion => ({ table, values });

export interface ProvisionedRow {
  id: string;
  gatewayId: string;
  tenant: string;
  platform: string | null;
  botId: string | null;
  routeKeys: readonly string[];
  wakeUrl: string | null;
  secrets: string;
  by: string;
}

export function provisionedCompanion({ routeKeys, ...instance }: ProvisionedRow, atMs: number): Companion {
  return row(provisionedTable, { ...instance, routeKeys: JSON.stringify(routeKeys), at: storedTime(atMs) });
}
export function rotatedCompanion(id: string, secrets: string, atMs: number, untilMs: number): Companion {
  return row(rotatedTable, { id, secrets, at: storedTime(atMs), until: storedTime(untilMs) });
}
export function revokedCompanion(id: string, reason: string, atMs: number): Companion {
  return row(revokedTable, { id, reason, at: storedTime(atMs) });
}
export function idleCompanion(id: string, idle: boolean, atMs: number): Companion {
  return row(idleTable, { id, idle: idle ? 1 : 0, at: storedTime(atMs) });
}
export function enrolmentCompanion(enrolment: {
  hash: string;
  tenant: string;
  by: string;
  atMs: number;
  untilMs: number;
}): Companion {
  const { hash, tenant, by, atMs, untilMs } = enrolment;
  return row(enrolmentTable, { hash, tenant, by, at: storedTime(atMs), until: storedTime(untilMs) });
}
export function enrolledCompanion(hash: string, gatewayId: string, atMs: number): Companion {
  return row(enrolledTable, { hash, gatewayId, at: storedTime(atMs) });
}
export function linkCodeCompanion(code: {
  hash: string;
  instanceId: string;
  by: string;
  atMs: number;
  untilMs: number;
}): Companion {
  const { hash, instanceId, by, atMs, untilMs } = code;
  return row(linkCodeTable, { hash, instanceId, by, at: storedTime(atMs), until: storedTime(untilMs) });
}
export function boundCompanion(binding: {
  tenant: string;
  platform: string;
  userId: string;
  userName: string | null;
  instanceId: string;
  hash: string;
  atMs: number;
}): Companion {
  const { atMs, ...values } = binding;
  return row(boundTable, { ...values, at: storedTime(atMs) });
}
