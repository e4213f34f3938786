/** Approval rows to the wire, and as companions of their rows of the record. JSON columns are parsed here and nowhere else. */
import type { Companion, CompanionTable } from '@/lib/audit/log';
import type { Approval, ApprovalChoice, ApprovalStatus } from '@/lib/contracts/approvals';
import type { SafetyClass } from '@/lib/contracts/connectors';
import { Prisma, storedTime } from '@/lib/platform/database';
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
  const { principal, plugin, requestedAt, expiresAt, ...rest } = approval;
  return companion({
    change: 'requested',
    ...rest,
    arguments: JSON.stringify(approval.arguments),
    principal: JSON.stringify(principal),
    plugin: plugin && JSON.stringify(plugin),
    requestedAt: storedTime(requestedAt),
    expiresAt: storedTime(expiresAt),
  });
}

export function settledCompanion(settled: Settled): Companion {
  return companion({ change: 'settled', ...settled, decidedAt: storedTime(settled.decidedAt) });
}

export function extendedCompanion(extended: { id: string; runId: string; expiresAt: string }): Companion {
  return companion({ change: 'extended', ...extended, expiresAt: storedTime(extended.expiresAt) });
}

function companion(row: Record<string, unknown>): Companion {
  return { table: approvalTable, row: () => row };
}

/**
 * What changes of approvals, in the commit of its row of the record, and each run's count of pending ones with it. Only a
 * pending one is settled or extended: whatever memory believes, the database lets one decision win.
 */
const approvalTable: CompanionTable = {
  write(rows) {
    const statements: Prisma.Sql[] = [];
    const of = (change: string) => rows.filter((row) => row.change === change);
    const requested = of('requested');
    const settled = of('settled');
    const extended = of('extended');
    if (requested.length > 0) statements.push(insert(JSON.stringify(requested)));
    if (extended.length > 0) statements.push(extend(JSON.stringify(extended)));
    if (settled.length > 0) statements.push(settle(JSON.stringify(settled)));
    return [...statements, recount(JSON.stringify([...new Set(rows.map(({ runId }) => runId))]))];
  },
};

const insert = (json: string) => Prisma.sql`
  INSERT INTO "Approval" ("id", "runId", "runTitle", "callId", "connectorId", "toolName", "arguments", "argumentsSha256",
    "safety", "why", "principal", "plugin", "status", "requestedAt", "expiresAt")
  SELECT value ->> 'id', value ->> 'runId', value ->> 'runTitle', value ->> 'callId', value ->> 'connectorId',
    value ->> 'toolName', value ->> 'arguments', value ->> 'argumentsSha256', value ->> 'safety', value ->> 'why',
    value ->> 'principal', value ->> 'plugin', 'pending', value ->> 'requestedAt', value ->> 'expiresAt'
  FROM json_each(${json})`;

const extend = (json: string) => Prisma.sql`
  UPDATE "Approval" SET "expiresAt" = "new".value ->> 'expiresAt'
  FROM json_each(${json}) AS "new" WHERE "Approval"."id" = "new".value ->> 'id' AND "status" = 'pending'`;

const settle = (json: string) => Prisma.sql`
  UPDATE "Approval" SET "status" = "new".value ->> 'status', "choice" = "new".value ->> 'choice',
    "decidedAt" = "new".value ->> 'decidedAt', "decidedBy" = "new".value ->> 'decidedBy', "reason" = "new".value ->> 'reason'
  FROM json_each(${json}) AS "new" WHERE "Approval"."id" = "new".value ->> 'id' AND "status" = 'pending'`;

const recount = (runIds: string) => Prisma.sql`
  UPDATE "Run" SET "approvalsPending" =
    (SELECT count(*) FROM "Approval" WHERE "Approval"."runId" = "Run"."id" AND "Approval"."status" = 'pending')
  WHERE "id" IN (SELECT value FROM json_each(${runIds}))`;
