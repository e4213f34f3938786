/** The rows of tool calls, as companions of their rows of the record: a call exists exactly when its decision is on the record. */
import type { Companion, CompanionTable } from '@/lib/audit/log';
import { Prisma, storedTime } from '@/lib/platform/database';
import { type CallRecord, storedCall } from './call-record';

const started: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "ToolCall" ("id", "runId", "connectorId", "status", "at", "principal", "call")
    SELECT value ->> 'id', value ->> 'runId', value ->> 'connectorId', value ->> 'status', value ->> 'at',
      value ->> 'principal', value ->> 'call'
    FROM json_each(${JSON.stringify(rows)})`,
};

/** What changes between a call's decision and its end. */
const changed: CompanionTable = {
  write: (rows) => Prisma.sql`
    UPDATE "ToolCall" SET "status" = j.value ->> 'status', "call" = j.value ->> 'call'
    FROM json_each(${JSON.stringify(rows)}) AS j WHERE "ToolCall"."id" = j.value ->> 'id'`,
};

const payloads: CompanionTable = {
  write: (rows) => Prisma.sql`
    INSERT INTO "CallPayload" ("callId", "at", "arguments")
    SELECT value ->> 'callId', value ->> 'at', value ->> 'arguments' FROM json_each(${JSON.stringify(rows)})`,
};

const results: CompanionTable = {
  write: (rows) => Prisma.sql`
    UPDATE "CallPayload" SET "result" = j.value ->> 'result'
    FROM json_each(${JSON.stringify(rows)}) AS j WHERE "CallPayload"."callId" = j.value ->> 'callId'`,
};

const counts: CompanionTable = {
  write: (rows) => Prisma.sql`
    UPDATE "Run" SET "toolCalls" = "toolCalls" + j.more, "denied" = "denied" + j.refusals
    FROM (
      SELECT value ->> 'runId' AS run, SUM(value ->> 'calls') AS more, SUM(value ->> 'denied') AS refusals
      FROM json_each(${JSON.stringify(rows)}) GROUP BY 1
    ) AS j WHERE "Run"."id" = j.run`,
};

/** A decision: its row, what it was told, and the counters of its run. */
export function decidedCompanions(call: CallRecord, argumentsText: string | null): Companion[] {
  const companions: Companion[] = [
    { table: started, row: (seq) => storedCall(call, seq) },
    { table: counts, row: () => ({ runId: call.runId, calls: 1, denied: call.status === 'refused' ? 1 : 0 }) },
  ];
  if (argumentsText !== null) {
    companions.push({
      table: payloads,
      row: () => ({ callId: call.id, at: storedTime(call.at), arguments: argumentsText }),
    });
  }
  return companions;
}

/** A later decision, or the end. `result` is JSON of what the agent was answered. */
export function changedCompanions(
  call: CallRecord,
  { result, denied }: { result?: string; denied?: boolean },
): Companion[] {
  // A call points to the row that decided it, not to that of its end.
  const decidedBy = (seq: number) => (call.status === 'running' ? seq : (call.auditSeq ?? seq));
  const companions: Companion[] = [{ table: changed, row: (seq) => storedCall(call, decidedBy(seq)) }];
  if (result !== undefined) companions.push({ table: results, row: () => ({ callId: call.id, result }) });
  if (denied) companions.push({ table: counts, row: () => ({ runId: call.runId, calls: 0, denied: 1 }) });
  return companions;
}
