/** The rows of tool calls, as companions of their rows of the record: a call exists exactly when its decision is on the record. */
import type { Companion, CompanionTable } from '@/lib/audit/record-writer';
import { storedTime } from '@/lib/platform/database';
import { type CallRecord, storedCall, storedEnd } from './call-record';

const started: CompanionTable = {
  statements: [
    `INSERT INTO "ToolCall" ("id", "runId", "connectorId", "status", "at", "principal", "call", "auditSeq")
     VALUES (@id, @runId, @connectorId, @status, @at, @principal, @call, @seq)`,
  ],
};

/** A later decision: a call points to the row that decided it. */
const decided: CompanionTable = {
  statements: ['UPDATE "ToolCall" SET "status" = @status, "call" = @call, "auditSeq" = @seq WHERE "id" = @id'],
};

const ended: CompanionTable = {
  statements: ['UPDATE "ToolCall" SET "status" = @status, "end" = @end WHERE "id" = @id'],
};

const payloads: CompanionTable = {
  statements: ['INSERT INTO "CallPayload" ("callId", "at", "arguments") VALUES (@callId, @at, @arguments)'],
};

const results: CompanionTable = {
  statements: ['UPDATE "CallPayload" SET "result" = @result WHERE "callId" = @callId'],
};

const counts: CompanionTable = {
  statements: [
    'UPDATE "Run" SET "toolCalls" = "toolCalls" + @calls, "denied" = "denied" + @denied WHERE "id" = @runId',
  ],
};

/** A decision: its row, what it was told, and the counters of its run. */
export function decidedCompanions(call: CallRecord, argumentsText: string | null): Companion[] {
  const companions: Companion[] = [
    { table: started, values: storedCall(call) },
    { table: counts, values: { runId: call.runId, calls: 1, denied: call.status === 'refused' ? 1 : 0 } },
  ];
  if (argumentsText !== null) {
    const values = { callId: call.id, at: storedTime(call.at), arguments: argumentsText };
    companions.push({ table: payloads, values });
  }
  return companions;
}

/** A later decision, or the end. `result` is JSON of what the agent was answered. */
export function changedCompanions(
  call: CallRecord,
  { result, denied }: { result?: string; denied?: boolean },
): Companion[] {
  const companions: Companion[] = [
    call.status === 'running'
      ? { table: decided, values: storedCall(call) }
      : { table: ended, values: storedEnd(call) },
  ];
  if (result !== undefined) companions.push({ table: results, values: { callId: call.id, result } });
  if (denied) companions.push({ table: counts, values: { runId: call.runId, calls: 0, denied: 1 } });
  return companions;
}
