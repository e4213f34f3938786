/** Approval rows to the wire, and as companions of their rows of the record. JSON columns are parsed here and nowhere else. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import type { Approval, ApprovalChoice, ApprovalStatus } from '@/lib/contracts/approvals';
import type { SafetyClass } from '@/lib/contracts/connectors';
import { storedTime } from '@/lib/platform/database';
import type { ApprovalModel } from '@/prisma/generated/models';

export function toApproval(row: ApprovalModel): Approval {
  return {
    id: row.id,
    runId: row.runId,
    runTitle: row.runTitle,
    callId: row.callId,
    connectorId: row.connectorId,
    toolName: row.toolName,
    arguments: JSON.parse(row.arguments) as Approval['arguments'],
    argumentsSha256: row.argumentsSha256,
    safety: row.safety as SafetyClass,
    why: row.why,
    principal: JSON.parse(row.principal) as Approval['principal'],
    plugin: row.plugin === null ? null : (JSON.parse(row.plugin) as Approval['plugin']),
    status: row.status as ApprovalStatus,
    choice: row.choice as ApprovalChoice | null,
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    decidedBy: row.decidedBy,
    reason: row.reason,
  };
}

export interface Settled {
  id: string;
  runId: string;
  status: Exclude<ApprovalStatus, 'pending'>;
  choice: ApprovalChoice | null;
  decidedAt: string;
  decidedBy: string | null;
  reason: string | null;
}

export function requestedCompanion(approval: Approval): Companion {
  const { principal, plugin, requestedAt, expiresAt } = approval;
  const { id, runId, runTitle, callId, connectorId, toolName, argumentsSha256, safety, why } = approval;
  const values = {
    ...{ id, runId, runTitle, callId, connectorId, toolName, argumentsSha256, safety, why },
    arguments: JSON.stringify(approval.arguments),
    principal: JSON.stringify(principal),
    plugin: plugin && JSON.stringify(plugin),
    requestedAt: storedTime(requestedAt),
    expiresAt: storedTime(expiresAt),
  };
  return { table: requested, values };
}

export function settledCompanion({ decidedAt, ...settled }: Settled): Companion {
  return { table: settledOnce, values: { ...settled, decidedAt: storedTime(decidedAt) } };
}

export function extendedCompanion({
  expiresAt,
  ...extended
}: {
  id: string;
  runId: string;
  expiresAt: string;
}): Companion {
  return { table: extendedOnce, values: { ...extended, expiresAt: storedTime(expiresAt) } };
}

/** Each run's count of pending ones changes in the commit that changes one of them. */
const recount = `
  UPDATE "Run" SET "approvalsPending" =
    (SELECT count(*) FROM "Approval" WHERE "Approval"."runId" = "Run"."id" AND "Approval"."status" = 'pending')
  WHERE "id" = @runId`;

const requested: CompanionTable = {
  statements: [
    `INSERT INTO "Approval" ("id", "runId", "runTitle", "callId", "connectorId", "toolName", "arguments", "argumentsSha256",
       "safety", "why", "principal", "plugin", "status", "requestedAt", "expiresAt")
     VALUES (@id, @runId, @runTitle, @callId, @connectorId, @toolName, @arguments, @argumentsSha256,
       @safety, @why, @principal, @plugin, 'pending', @requestedAt, @expiresAt)`,
    recount,
  ],
};

// Only a pending one is extended or settled: whatever memory believes, the database lets one decision win.
const extendedOnce: CompanionTable = {
  statements: [`UPDATE "Approval" SET "expiresAt" = @expiresAt WHERE "id" = @id AND "status" = 'pending'`, recount],
};
const settledOnce: CompanionTable = {
  statements: [
    `UPDATE "Approval" SET "status" = @status, "choice" = @choice, "decidedAt" = @decidedAt, "decidedBy" = @decidedBy,
       "reason" = @reason
     WHERE "id" = @id AND "status" = 'pending'`,
    recount,
  ],
};
