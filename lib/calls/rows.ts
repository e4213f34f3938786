/** Rows of tool calls to the wire. JSON columns are parsed here and nowhere else. */
import type { CallStatus, GateStep, ToolCall } from '@/lib/contracts/calls';
import type { SafetyClass } from '@/lib/contracts/connectors';
import type { CallPayloadModel, ToolCallModel } from '@/prisma/generated/models';
import type { CallRecord } from './call-record';

export function toCallRecord(row: ToolCallModel): CallRecord {
  return {
    id: row.id,
    runId: row.runId,
    tokenId: row.tokenId,
    via: row.via as ToolCall['via'],
    connectorId: row.connectorId,
    toolName: row.toolName,
    principal: JSON.parse(row.principal) as ToolCall['principal'],
    traceId: row.traceId,
    safety: row.safety as SafetyClass | null,
    status: row.status as CallStatus,
    code: row.code,
    message: row.message,
    details: row.details === null ? null : (JSON.parse(row.details) as Record<string, unknown>),
    argumentsSha256: row.argumentsSha256,
    arguments: null,
    result: null,
    approvalId: row.approvalId,
    decidedBy: row.decidedBy,
    steps: JSON.parse(row.steps) as GateStep[],
    auditSeq: row.auditSeq,
    at: row.at.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    tookMs: row.tookMs,
    outputBytes: row.outputBytes,
  };
}

export function withPayload(call: CallRecord, payload: CallPayloadModel | null | undefined): ToolCall {
  if (!payload) return call;
  return {
    ...call,
    arguments: JSON.parse(payload.arguments) as unknown,
    result: payload.result === null ? null : (JSON.parse(payload.result) as unknown),
  };
}
