/** One tool call while it lives: what the gate knows of it, and the shape its rows and events are made from. */
import type { ToolCall } from '@/lib/contracts/calls';

/** As it travels: without arguments and result, which live apart. */
export type CallRecord = ToolCall & { arguments: null; result: null };

/** What the row of a call holds in its text columns. */
export function storedCall(call: CallRecord, auditSeq: number): Record<string, unknown> {
  return {
    id: call.id,
    runId: call.runId,
    tokenId: call.tokenId,
    via: call.via,
    connectorId: call.connectorId,
    toolName: call.toolName,
    principal: JSON.stringify(call.principal),
    principalUserId: call.principal.userId,
    traceId: call.traceId,
    safety: call.safety,
    status: call.status,
    code: call.code,
    message: call.message,
    details: call.details === null ? null : JSON.stringify(call.details),
    argumentsSha256: call.argumentsSha256,
    approvalId: call.approvalId,
    decidedBy: call.decidedBy,
    steps: JSON.stringify(call.steps),
    auditSeq,
    at: storedTime(call.at),
    endedAt: call.endedAt === null ? null : storedTime(call.endedAt),
    tookMs: call.tookMs,
    outputBytes: call.outputBytes,
  };
}

/** As Prisma writes a DateTime to SQLite: rows written around it must sort among its own. */
export function storedTime(iso: string): string {
  return iso.replace('Z', '+00:00');
}
