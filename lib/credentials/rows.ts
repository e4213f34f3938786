/** Rows of credential sessions to the wire, and as companions of their rows of the record: none changes without its decision. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { CredentialProvider, CredentialSession, CredentialStatus } from '@/lib/contracts/credentials';
import { storedTime } from '@/lib/platform/database';
import type { CredentialSessionModel } from '@/prisma/generated/models';

export function toSession(row: CredentialSessionModel): CredentialSession {
  return {
    id: row.id,
    runId: row.runId,
    provider: row.provider as CredentialProvider,
    principalId: row.principalId,
    status: row.status as CredentialStatus,
    policy: { allow: JSON.parse(row.allow) as string[], resources: JSON.parse(row.resources) as string[] },
    ttlSeconds: row.ttlSeconds,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
    budgetUsd: row.budgetLimitUsd,
    spentUsd: row.spentUsd,
    requestedBy: row.requestedBy,
    reason: row.reason,
    command: row.command === null ? null : (JSON.parse(row.command) as string[]),
    agentId: row.agentId,
    tags: JSON.parse(row.tags) as Record<string, string>,
    accessKeyId: row.accessKeyId,
    issued: row.issued,
    lastIssuedAt: row.lastIssuedAt?.toISOString() ?? null,
    issuedUntil: row.issuedUntil?.toISOString() ?? null,
    scopingEnforced: row.scopingEnforced,
    azureTenantId: row.azureTenantId,
    hardRevokedAt: row.hardRevokedAt?.toISOString() ?? null,
  };
}

/** What only the server needs to know of a session. */
export interface SessionKeys {
  fingerprint: string;
  azureClientId: string | null;
  requestedById: string | null;
}

const opened: CompanionTable = {
  statements: [
    `INSERT INTO "CredentialSession" ("id", "runId", "provider", "principalId", "status", "allow", "resources", "fingerprint",
       "ttlSeconds", "createdAt", "expiresAt", "budgetLimitUsd", "requestedBy", "requestedById", "reason", "command", "agentId",
       "tags", "scopingEnforced", "azureTenantId", "azureClientId")
     VALUES (@id, @runId, @provider, @principalId, 'active', @allow, @resources, @fingerprint, @ttlSeconds, @createdAt,
       @expiresAt, @budgetUsd, @requestedBy, @requestedById, @reason, @command, @agentId, @tags, @scopingEnforced,
       @azureTenantId, @azureClientId)`,
  ],
};
/** Forward only: a session that ended stays as it ended. */
const ended: CompanionTable = {
  statements: [
    `UPDATE "CredentialSession" SET "status" = @status, "endedAt" = @at, "endReason" = @reason
     WHERE "id" = @id AND "status" = 'active'`,
  ],
};
const issued: CompanionTable = {
  statements: [
    `UPDATE "CredentialSession" SET "accessKeyId" = @accessKeyId, "issued" = "issued" + 1, "lastIssuedAt" = @at,
       "issuedUntil" = @until WHERE "id" = @id`,
  ],
};
const charged: CompanionTable = {
  statements: ['UPDATE "CredentialSession" SET "spentUsd" = "spentUsd" + @usd WHERE "id" = @id'],
};
const denied: CompanionTable = {
  statements: ['UPDATE "CredentialSession" SET "hardRevokedAt" = @at, "denyLiftedAt" = NULL WHERE "id" = @id'],
};
const lifted: CompanionTable = { statements: ['UPDATE "CredentialSession" SET "denyLiftedAt" = @at WHERE "id" = @id'] };

export function openedCompanion(session: CredentialSession, keys: SessionKeys): Companion {
  const { id, runId, provider, principalId, ttlSeconds, budgetUsd, requestedBy, reason, agentId } = session;
  return {
    table: opened,
    values: {
      ...{ id, runId, provider, principalId, ttlSeconds, budgetUsd, requestedBy, reason, agentId, ...keys },
      allow: JSON.stringify(session.policy.allow),
      resources: JSON.stringify(session.policy.resources),
      createdAt: storedTime(session.createdAt),
      expiresAt: storedTime(session.expiresAt),
      command: session.command && JSON.stringify(session.command),
      tags: JSON.stringify(session.tags),
      scopingEnforced: session.scopingEnforced ? 1 : 0,
      azureTenantId: session.azureTenantId,
    },
  };
}

export function endedCompanion(id: string, status: CredentialStatus, reason: string, atMs: number): Companion {
  return { table: ended, values: { id, status, reason, at: storedTime(atMs) } };
}
export function issuedCompanion(id: string, accessKeyId: string, atMs: number, untilMs: number): Companion {
  return { table: issued, values: { id, accessKeyId, at: storedTime(atMs), until: storedTime(untilMs) } };
}
export function chargedCompanion(id: string, usd: number): Companion {
  return { table: charged, values: { id, usd } };
}
export function deniedCompanion(id: string, atMs: number): Companion {
  return { table: denied, values: { id, at: storedTime(atMs) } };
}
export function liftedCompanion(id: string, atMs: number): Companion {
  return { table: lifted, values: { id, at: storedTime(atMs) } };
}
