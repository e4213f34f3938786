/** Rows of tool calls to the wire. JSON columns are parsed here and nowhere else. */
import type { ToolCall } from '@/lib/contracts/calls';
import type { CallPayloadModel, ToolCallModel } from '@/prisma/generated/models';
import type { CallRecord } from './call-record';

export function toCallRecord({ call, auditSeq }: ToolCallModel): CallRecord {
  return { ...(JSON.parse(call) as CallRecord), auditSeq };
}

export function withPayload(call: CallRecord, payload: CallPayloadModel | null | undefined): ToolCall {
  if (!payload) return call;
  return {
    ...call,
    arguments: JSON.parse(payload.arguments) as unknown,
    result: payload.result === null ? null : (JSON.parse(payload.result) as unknown),
  };
}
