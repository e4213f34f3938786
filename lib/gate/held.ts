/**
 * Calls that wait for an operator. One is carried out once, with exactly the arguments that were approved, and only if the
 * whole rule still lets it through at that moment: silence, an agent that left, a revoke and other arguments all end it.
 */
import type { HeldCalls } from '@/lib/approvals/held-calls';
import type { CallRecord } from '@/lib/calls/call-record';
import type { CallService } from '@/lib/calls/calls';
import type { Approval } from '@/lib/contracts/approvals';
import type { ExecuteResult } from '@/lib/contracts/calls';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import { AppError, type ErrorCode, isErrorCode, toAppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';
import { authorise, type Verdict } from './authorise';
import type { Execute } from './execute';
import { argumentsDigest, endWith, type Journal, naming } from './journal';
import { connectorScope, type GateAnswer, type GateRequest, serviceScope } from './request';
import type { World } from './steps';

export interface HeldDeps {
  world: World;
  held: HeldCalls;
  calls: CallService;
  journal: Journal;
  execute: Execute;
  clock: Clock;
  log: Log;
  onDecided: (code: string) => void;
}

type Waiting = Pick<GateRequest, 'waitMs' | 'leaving'>;

export function createHeld({ world, held, calls, journal, execute, clock, log, onDecided }: HeldDeps) {
  /** Those that are being carried out, by call id. */
  const outcomes = new Map<string, Promise<GateAnswer>>();

  async function hold({ call, why }: Extract<Verdict, { kind: 'held' }>, request: GateRequest): Promise<GateAnswer> {
    const { run, connector, tool, plugin, target, trace, principal } = call;
    const record = journal.open(request, call, trace);
    const approvalId = newId('apr');
    Object.assign(record, { status: 'held', approvalId });
    const { approval, companion } = held.prepare({
      id: approvalId,
      runId: run.id,
      runTitle: run.title,
      callId: record.id,
      connectorId: connector.id,
      toolName: tool.name,
      arguments: target.input,
      argumentsSha256: argumentsDigest(target.input),
      safety: tool.safety,
      why,
      principal: { userId: principal.userId, platform: principal.platform },
      plugin: plugin && { id: plugin.id, version: plugin.version, tier: plugin.tier },
    });
    await journal.decide(record, 'tool.hold', target.input, [companion]);
    held.open(approval);
    // A revoke that came while the row was written found no approval to cancel.
    if (!run.acceptsCalls) await held.cancel(approvalId, 'The run was ended.');
    request.onHeld?.({ status: 'pending', callId: record.id, approvalId });
    return answer(record.id, approvalId, request);
  }

  async function answer(callId: string, approvalId: string, { waitMs, leaving }: Waiting): Promise<GateAnswer> {
    const approval = await held.settled(approvalId, { ms: waitMs, signal: leaving });
    if (approval.status !== 'pending') return (await outcomes.get(callId)) ?? finished(callId);
    if (leaving.aborted) await held.cancel(approvalId, 'The agent went away.');
    return { status: 'pending', callId, approvalId };
  }

  /** One that was decided and is being carried out: waited for, as long as whoever asks has time. */
  async function underWay(call: CallRecord, { waitMs }: Waiting): Promise<GateAnswer> {
    const outcome = outcomes.get(call.id);
    if (!outcome) return finished(call.id);
    let late: NodeJS.Timeout | undefined;
    const pending = new Promise<GateAnswer>((resolve) => {
      const still = { status: 'pending', callId: call.id, approvalId: call.approvalId ?? '' } as const;
      late = setTimeout(() => resolve(still), waitMs);
    });
    return Promise.race([outcome, pending]).finally(() => clearTimeout(late));
  }

  async function settle(approval: Approval): Promise<GateAnswer> {
    const stored = await calls.find(approval.callId);
    if (stored?.call.status !== 'held') return finished(approval.callId);
    const { call: record } = stored;
    if (approval.status !== 'approved' || approval.arguments === null) return close(record, unapproved(approval));
    const input = approval.arguments;
    if (argumentsDigest(input) !== record.argumentsSha256)
      return close(
        record,
        new AppError('APPROVAL_DENIED', { message: 'The arguments are not the ones that were approved.' }),
      );
    const by = approval.decidedBy ?? 'nobody';
    record.decidedBy = by;
    const request = requestOf(record, input, world);
    // The record proved for whom when the call was made, and bounds when calls may be made, not how long an operator thinks: the
    // approver saw this principal, and its locks and privileges are asked as they are now.
    const asMade = { principal: record.principal, runId: record.runId };
    const verdict = authorise(request, { approvedBy: by, record: asMade }, world, monotonicMs);
    if (verdict.kind === 'identifying') throw new Error('a held call has its record');
    onDecided(verdict.kind === 'refused' ? verdict.error.code : 'ok');
    if (verdict.kind === 'refused') {
      record.steps = verdict.trace.steps();
      return close(record, verdict.error);
    }
    record.steps = verdict.call.trace.steps();
    record.status = 'running';
    return execute(verdict.call, record, request, () => journal.change(record, 'tool.allow'));
  }

  function unapproved({ status, reason, runId }: Approval): AppError {
    if (status === 'expired') return new AppError('APPROVAL_EXPIRED');
    if (status === 'denied') {
      const message = `An operator denied this call${reason ? `: ${reason}` : '.'}`;
      return new AppError('APPROVAL_DENIED', { message, details: { reason } });
    }
    const active = world.live.accepting(runId) !== undefined;
    return new AppError(active ? 'CALL_CANCELLED' : 'RUN_NOT_ACTIVE', { message: reason ?? undefined });
  }

  /** It ends without having been made. */
  async function close(record: CallRecord, error: AppError): Promise<never> {
    const cancelled = error.code === 'CALL_CANCELLED' || error.code === 'RUN_NOT_ACTIVE';
    endWith(record, clock, { status: cancelled ? 'cancelled' : 'refused', error });
    await journal.change(record, cancelled ? 'tool.cancel' : 'tool.refuse', { outcome: 'refused', denied: !cancelled });
    throw naming(error, record.id);
  }

  /** What a call was answered with, however long ago. */
  async function finished(callId: string): Promise<GateAnswer> {
    const stored = await calls.find(callId);
    if (!stored) throw new AppError('CALL_NOT_FOUND');
    const { call, result } = stored;
    if (result !== null) return result as ExecuteResult;
    if (call.status === 'held' || call.status === 'running')
      return { status: 'pending', callId, approvalId: call.approvalId ?? '' };
    if (call.status === 'completed')
      throw naming(
        new AppError('CALL_NOT_FOUND', { message: 'The result of this call is not kept any more.' }),
        callId,
      );
    const code: ErrorCode = call.code !== null && isErrorCode(call.code) ? call.code : 'CONNECTOR_EXECUTION_FAILED';
    throw naming(
      new AppError(code, { message: call.message ?? undefined, details: call.details ?? undefined }),
      callId,
    );
  }

  held.onSettled((approval) => {
    const outcome = settle(approval);
    outcomes.set(approval.callId, outcome);
    // Kept until its end is written: from then on the row answers who asks.
    const forget = () => journal.settled().then(() => outcomes.delete(approval.callId));
    void outcome.then(forget, forget);
    // Whoever waits for it is answered with what it throws.
    outcome.catch((error: unknown) => {
      if (toAppError(error).code === 'INTERNAL')
        log.error({ err: error, callId: approval.callId }, 'a held call could not be carried out');
    });
  });

  return {
    hold,
    answer,
    underWay,
    finished,
    settle,
    async settled() {
      await Promise.allSettled([...outcomes.values()]);
    },
  };
}

/** The call once more, from its row: nobody waits at the other end, and the token must be alive still. */
function requestOf(
  { via, tokenId, runId, traceId, connectorId, toolName }: CallRecord,
  input: Record<string, unknown>,
  { connectors }: World,
): GateRequest {
  const service = connectors.get(connectorId)?.builtin ?? false;
  return {
    via,
    credential: tokenId === 'internal' ? { kind: 'internal', runId } : { kind: 'held', runId, tokenId },
    ...(service ? serviceScope : connectorScope),
    traceId,
    target: () => ({ connectorId, toolName, input, service }),
    waitMs: 0,
    leaving: new AbortController().signal,
  };
}
