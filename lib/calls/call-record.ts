/** One tool call while it lives: what the gate knows of it, and the shape its rows and events are made from. */
import type { ToolCall } from '@/lib/contracts/calls';
import { principalKey } from '@/lib/contracts/identities';
import { storedTime } from '@/lib/platform/database';

/** As it travels: without arguments and result, which live apart. */
export type CallRecord = ToolCall & { arguments: null; result: null };

/** Its row: what is looked for in columns, the whole as JSON. */
export function storedCall(call: CallRecord) {
  const { id, runId, connectorId, status, at, principal } = call;
  const found = { id, runId, connectorId, status, at: storedTime(at), principal: principalKey(principal) };
  return { ...found, call: JSON.stringify(call) };
}

/** What its end adds to its row. */
export function storedEnd(call: CallRecord) {
  const { id, status, code, message, details, decidedBy, endedAt, tookMs, outputBytes, steps } = call;
  const recordedMs = steps.find(({ step }) => step === 'record')?.tookMs ?? 0;
  const end = { status, code, message, details, decidedBy, endedAt, tookMs, outputBytes, recordedMs };
  return { id, status, end: JSON.stringify(end) };
}
