/** Rows of tool calls to the wire. JSON columns are parsed here and nowhere else. */
import type { ToolCall } from '@/lib/contracts/calls';
import type { CallPayloadModel, ToolCallModel } from '@/prisma/generated/models';
import type { CallRecord } from './call-record';

export function toCallRecord({ call, end, auditSeq }: ToolCallModel): CallRecord {
  const decided = JSON.parse(call) as CallRecord;
  if (end === null) return { ...decided, auditSeq };
  const { recordedMs, ...ended } = JSON.parse(end) as Partial<CallRecord> & { recordedMs: number };
  const steps = decided.steps.map((step) => (step.step === 'record' ? { ...step, tookMs: recordedMs } : step));
  return { ...decided, ...ended, steps, auditSeq };
}

export function withPayload(call: CallRecord, payload: CallPayloadModel | null | undefined): ToolCall {
  if (!payload) return call;
  return {
    ...call,
    arguments: JSON.parse(payload.arguments) as unknown,
    result: payload.result === null ? null : (JSON.parse(payload.result) as unknown),
  };
}
