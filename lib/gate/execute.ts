/** A call that was let through: durable, then the connector, then its outcome. */
import type { CallRecord } from '@/lib/calls/call-record';
import type { InFlightCalls } from '@/lib/calls/in-flight';
import type { ConnectorDirectory, ToolOutcome } from '@/lib/connectors/directory';
import type { ExecuteResult } from '@/lib/contracts/calls';
import type { LeakSink } from '@/lib/leaks/leaks';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import type { Authorised } from './authorise';
import { endWith, type Journal, naming } from './journal';
import { summaryOf } from './output';
import type { Rates } from './rates';
import type { GateRequest } from './request';

export interface ExecuteDeps {
  journal: Journal;
  rates: Rates;
  inFlight: InFlightCalls;
  connectors: ConnectorDirectory;
  leaks: LeakSink;
  clock: Clock;
  log: Log;
}

export type Execute = (
  call: Authorised,
  record: CallRecord,
  request: Pick<GateRequest, 'leaving' | 'onProgress'>,
  recordDecision: () => Promise<void>,
) => Promise<ExecuteResult>;

export function createExecute({ journal, rates, inFlight, connectors, leaks, clock, log }: ExecuteDeps): Execute {
  async function send(
    { run, target, principal, privileges }: Authorised,
    { id: callId, traceId }: CallRecord,
    { signal, onProgress }: { signal: AbortSignal; onProgress: GateRequest['onProgress'] },
  ): Promise<ToolOutcome> {
    // The row took a moment to become durable, and a revoke may have come meanwhile.
    if (!run.acceptsCalls)
      throw new AppError('RUN_NOT_ACTIVE', { message: 'The run was ended before the call was made.' });
    signal.throwIfAborted();
    const origin = { callId, runId: run.id, traceId, principal, privileges };
    const outcome = await orAborted(connectors.execute({ ...target, signal, onProgress, origin }), signal);
    // What comes after a revoke is discarded.
    signal.throwIfAborted();
    return outcome;
  }

  return async (call, record, { leaving, onProgress }, recordDecision) => {
    const { run, connector } = call;
    rates.take(run.id, connector.id, clock.now());
    const flight = inFlight.begin({ id: record.id, runId: run.id, connectorId: connector.id, leaving });
    try {
      await recordDecision().catch((error: unknown) => {
        rates.giveBack(run.id, connector.id);
        throw error;
      });
      const startedMs = monotonicMs();
      try {
        const outcome = await send(call, record, { signal: flight.signal, onProgress });
        return complete(record, outcome, since(startedMs));
      } catch (thrown) {
        const cancelled = flight.signal.aborted || !run.acceptsCalls;
        const error = toAppError(flight.signal.aborted ? flight.signal.reason : thrown);
        if (error.code === 'INTERNAL')
          log.error({ err: thrown, callId: record.id }, 'a connector failed in a way it should not');
        endWith(record, clock, {
          status: cancelled || error.code === 'CALL_CANCELLED' ? 'cancelled' : 'failed',
          error,
          tookMs: since(startedMs),
        });
        journal.note(record, record.status === 'cancelled' ? 'tool.cancel' : 'tool.result', { outcome: 'failed' });
        throw naming(error, record.id);
      }
    } finally {
      flight.done();
    }
  };

  function complete(record: CallRecord, outcome: ToolOutcome, tookMs: number): ExecuteResult {
    const { output, bytes, redactions } = outcome;
    const { connectorId, toolName, approvalId, id: callId, principal } = record;
    const outputSummary = summaryOf(output);
    const result: ExecuteResult = {
      ok: true,
      connectorId,
      toolName,
      output,
      outputSummary,
      callId,
      metadata: {
        tookMs,
        redactions,
        approvalId,
        principal: { userId: principal.userId, platform: principal.platform },
      },
    };
    endWith(record, clock, { status: output.isError ? 'failed' : 'completed', tookMs });
    record.outputBytes = bytes;
    if (output.isError) record.message = outputSummary;
    journal.note(record, 'tool.result', { result: JSON.stringify(result), outcome: output.isError ? 'failed' : 'ok' });
    if (outcome.leaks?.length) leaks.found({ runId: record.runId, callId, leaks: outcome.leaks });
    return result;
  }
}

function since(startedMs: number): number {
  return Math.round((monotonicMs() - startedMs) * 1_000) / 1_000;
}

/** A connector that ignores its signal must not hold the answer. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}
