/** Calls on the record: the decision before its effect, the end after it, and what people see of both. */
import { canonicalJson } from '@/lib/audit/canonical';
import type { AuditLog } from '@/lib/audit/log';
import type { Companion } from '@/lib/audit/record-writer';
import type { CallRecord } from '@/lib/calls/call-record';
import { changedCompanions, decidedCompanions } from '@/lib/calls/call-tables';
import type { AuditOutcome } from '@/lib/contracts/audit';
import type { GateStep } from '@/lib/contracts/calls';
import { type Clock, monotonicMs, toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';
import { sha256Hex } from '@/lib/platform/secrets';
import { mismatch } from '@/lib/traces/claims';
import type { Known } from './authorise';
import type { GateRequest } from './request';
import type { Trace } from './trace';

export interface Journal {
  open(request: GateRequest, known: Readonly<Known>, trace: Trace): CallRecord;
  /** The first decision. @throws AppError AUDIT_UNAVAILABLE; then there is no call. */
  decide(
    call: CallRecord,
    action: string,
    input: Record<string, unknown> | undefined,
    more?: Companion[],
  ): Promise<void>;
  /** A later decision, or the end. `result` is JSON of what the agent was answered. */
  change(call: CallRecord, action: string, more?: Change): Promise<void>;
  /** An end that nobody waits for: if its row is lost, the next start says so of the call. */
  note(call: CallRecord, action: string, more?: Change): void;
  settled(): Promise<void>;
}

interface Change {
  result?: string;
  outcome?: AuditOutcome;
  /** True where it counts as a refusal of its run. */
  denied?: boolean;
}

const maxTraceIdLength = 200;

export function createJournal({
  audit,
  bus,
  clock,
  log,
}: {
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
}): Journal {
  const writing = new Set<Promise<unknown>>();

  async function change(
    call: CallRecord,
    action: string,
    { result, outcome = 'ok', denied }: Change = {},
    write = audit.append,
  ): Promise<void> {
    const data =
      action === 'tool.result'
        ? { ...endOnRecord(call), resultSha256: result === undefined ? null : sha256Hex(result) }
        : onRecord(call);
    const row = await write(
      { actor: `run:${call.runId}`, action, target: call.id, outcome, data },
      changedCompanions(call, { result, denied }),
    );
    if (call.status === 'running') call.auditSeq = row.seq;
    bus.publish({ type: 'tool.called', data: { ...call } });
  }

  return {
    open(request, { caller, run, principal, target, tool }, trace) {
      const asked = principal ?? run?.principal ?? { userId: '', platform: '' };
      return {
        id: newId('call'),
        runId: caller?.runId ?? '',
        tokenId: caller?.tokenId ?? '',
        via: request.via,
        connectorId: target?.connectorId ?? '',
        toolName: target?.toolName ?? '',
        principal: asked,
        // What is longer is no trace id, and would let a caller write megabytes into the record with each refusal.
        traceId: request.traceId?.slice(0, maxTraceIdLength) ?? null,
        claimed: mismatch(request.claims, asked),
        safety: tool?.safety ?? null,
        status: 'running',
        code: null,
        message: null,
        details: null,
        argumentsSha256: target ? argumentsDigest(target.input) : null,
        arguments: null,
        result: null,
        approvalId: null,
        decidedBy: null,
        steps: trace.steps(),
        auditSeq: null,
        at: toIso(clock.now()),
        endedAt: null,
        tookMs: null,
        outputBytes: null,
      };
    },

    async decide(call, action, input, more = []) {
      const outcome = call.status === 'refused' ? 'refused' : 'ok';
      const startedMs = monotonicMs();
      const recorded = noteRecorded(call);
      const row = await audit.append(
        { actor: `run:${call.runId}`, action, target: call.id, outcome, data: onRecord(call) },
        [...decidedCompanions(call, input === undefined ? null : JSON.stringify(input)), ...more],
      );
      call.auditSeq = row.seq;
      recorded.tookMs = Math.round((monotonicMs() - startedMs) * 1_000) / 1_000;
      bus.publish({ type: 'tool.called', data: { ...call } });
    },

    change,

    note(call, action, more) {
      const settled = change(call, action, more, audit.follow)
        .catch((error: unknown) =>
          log.error({ err: error, callId: call.id }, 'the end of a call could not be recorded'),
        )
        .finally(() => writing.delete(settled));
      writing.add(settled);
    },

    async settled() {
      await Promise.all(writing);
    },
  };
}

/** What an approval is bound to: SHA-256, hex, over the arguments with sorted keys. */
export function argumentsDigest(input: Record<string, unknown>): string {
  return sha256Hex(canonicalJson(input));
}

/** Ends a call in its record; the caller writes it down. */
export function endWith(
  call: CallRecord,
  clock: Clock,
  ended: Pick<CallRecord, 'status'> & { error?: AppError; tookMs?: number },
): void {
  const { status, error, tookMs = call.tookMs } = ended;
  Object.assign(call, { status, tookMs, endedAt: toIso(clock.now()) });
  if (error) Object.assign(call, { code: error.code, message: error.message, details: error.details ?? null });
}

/** An error with the id of the call it ended, so that the agent can be asked about it. */
export function naming(error: AppError, callId: string): AppError {
  const { code, message, details, retryAfterSeconds, status, cause } = error;
  return new AppError(code, { message, details: { ...details, callId }, retryAfterSeconds, status, cause });
}

/** The last step. Its row cannot hold how long its own writing took, so that is set afterwards, for later rows. */
function noteRecorded(call: CallRecord): GateStep {
  const note = call.status === 'refused' ? 'durable before the answer' : 'durable before anything was sent';
  const recorded: GateStep = { step: 'record', outcome: 'passed', note, tookMs: 0 };
  call.steps = [...call.steps.filter(({ step }) => step !== 'record'), recorded];
  return recorded;
}

/** How it ended. Who called what, and with what, is in the row of its decision. */
function endOnRecord({ runId, connectorId, toolName, code, outputBytes }: CallRecord): Record<string, unknown> {
  return { runId, connectorId, toolName, code, outputBytes };
}

/** Who, what, on which digest; never an argument. */
function onRecord(call: CallRecord): Record<string, unknown> {
  const {
    runId,
    tokenId,
    via,
    connectorId,
    toolName,
    principal: { userId, platform },
    traceId,
    claimed,
    argumentsSha256,
    safety,
    code,
    approvalId,
    decidedBy,
  } = call;
  return {
    runId,
    tokenId,
    via,
    connectorId,
    toolName,
    principal: { userId, platform },
    traceId,
    ...(claimed && { claimed }),
    argumentsSha256,
    safety,
    code,
    approvalId,
    decidedBy,
  };
}
