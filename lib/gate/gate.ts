/**
 * The gate: the only way to a tool. A call is authorised, its decision is durable, then it happens, then its outcome is recorded.
 * It promises that nothing reaches a connector without a durable row that allows it, that nothing of a run is answered after
 * its revoke was, and that a held call is carried out once, with exactly the arguments that were approved.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { CallService } from '@/lib/calls/calls';
import type { InFlightCalls } from '@/lib/calls/in-flight';
import type { ConnectorState } from '@/lib/connectors/directory';
import type { CallableConnectors } from '@/lib/contracts/calls';
import type { LeakSink } from '@/lib/leaks/leaks';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { LiveRun } from '@/lib/runs/live-runs';
import { authorise, type Verdict } from './authorise';
import { callableBy, callableConnectors } from './callable';
import { createExecute } from './execute';
import { createHeld } from './held';
import { createJournal, endWith, naming } from './journal';
import type { Rates } from './rates';
import { connectorScope, type GateAnswer, type GateRequest, serviceScope } from './request';
import { checkRun, checkToken, type World } from './steps';

export interface Gate {
  /**
   * @throws AppError with the code of the first rule that said no, AUDIT_UNAVAILABLE, or what became of it at the connector.
   *   `details.callId` names the call where there is one.
   */
  call(request: GateRequest): Promise<GateAnswer>;
  /** What became of a call, for the run that made it. @throws AppError as `call` does, CALL_NOT_FOUND */
  outcome(callId: string, request: Pick<GateRequest, 'credential' | 'waitMs' | 'leaving'>): Promise<GateAnswer>;
  /** What this caller may call now. @throws AppError of the token or the run. */
  callable(caller: Pick<GateRequest, 'credential' | 'endpoint' | 'operation'>): CallableConnectors;
  /** The same with all that is known of each connector. @throws AppError of the token or the run. */
  reachable(caller: Pick<GateRequest, 'credential' | 'endpoint' | 'operation'>): ConnectorState[];
  /** Cancels what is with a connector for this run. @returns how many calls. */
  endRun(runId: string, message: string): number;
  /** After a restart: calls without an end get one, approved ones are carried out, counters are what they were. */
  recover(): Promise<void>;
  /** Resolves when every outcome is on the record. */
  settled(): Promise<void>;
}

export interface GateOptions extends Omit<World, 'nowMs'> {
  rates: Rates;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  calls: CallService;
  inFlight: InFlightCalls;
  leaks: LeakSink;
  /** Told the code of every decision: `ok` and `HELD` beside the refusals. */
  onDecided: (code: string) => void;
}

export function createGate(options: GateOptions): Gate {
  const { audit, bus, clock, log, calls, inFlight, held, rates, connectors, live, leaks, onDecided } = options;
  const world: World = { ...options, nowMs: () => clock.now() };
  const journal = createJournal({ audit, bus, clock, log });
  const execute = createExecute({ journal, rates, inFlight, connectors, leaks, clock, log });
  const waiting = createHeld({ world, held, calls, journal, execute, clock, log, onDecided });

  async function refuse(
    { error, known, trace }: Extract<Verdict, { kind: 'refused' }>,
    request: GateRequest,
  ): Promise<never> {
    // Without a run there is nobody to show it to: the adapter counts and notes it.
    if (!known.run) throw error;
    const record = journal.open(request, known, trace);
    const tookMs = record.steps.reduce((total, step) => total + step.tookMs, 0);
    endWith(record, clock, { status: 'refused', error, tookMs: Math.round(tookMs * 1_000) / 1_000 });
    await journal.decide(record, 'tool.refuse', known.target?.input);
    throw naming(error, record.id);
  }

  function requireRun(credential: GateRequest['credential'], scope: { endpoint: string; operation: string }): LiveRun {
    const token = checkToken({ credential, ...scope }, world);
    if (!token.ok) throw token.error;
    const run = checkRun(token.value, world);
    if (!run.ok) throw run.error;
    return run.value;
  }

  /** Whoever may call a connector or the tools service may ask about calls; which of them the call needs is seen once it is found. */
  function requireCaller(credential: GateRequest['credential']): LiveRun {
    const token = checkToken({ credential, ...connectorScope }, world);
    return requireRun(credential, token.ok ? connectorScope : serviceScope);
  }

  return {
    async call(request) {
      let verdict = authorise(request, { approvedBy: null }, world, monotonicMs);
      // A record that is kept elsewhere takes a moment, in which a token or a run may end: then all of it is asked again.
      if (verdict.kind === 'identifying')
        verdict = authorise(request, { approvedBy: null, record: await verdict.record }, world, monotonicMs);
      if (verdict.kind === 'identifying') throw new Error('a record that was looked up is looked up again');
      onDecided(verdict.kind === 'refused' ? verdict.error.code : verdict.kind === 'held' ? 'HELD' : 'ok');
      if (verdict.kind === 'refused') return refuse(verdict, request);
      if (verdict.kind === 'held') return waiting.hold(verdict, request);
      const { call, decidedBy } = verdict;
      const record = journal.open(request, call, call.trace);
      record.decidedBy = decidedBy;
      return execute(call, record, request, () => journal.decide(record, 'tool.allow', call.target.input));
    },

    async outcome(callId, { credential, waitMs, leaving }) {
      const run = requireCaller(credential);
      const stored = await calls.find(callId);
      if (stored?.call.runId !== run.id) throw new AppError('CALL_NOT_FOUND');
      requireRun(credential, connectors.get(stored.call.connectorId)?.builtin ? serviceScope : connectorScope);
      const { status, approvalId } = stored.call;
      return status === 'held' && approvalId !== null
        ? waiting.answer(callId, approvalId, { waitMs, leaving })
        : waiting.underWay(stored.call, { waitMs, leaving });
    },

    callable: ({ credential, ...scope }) => callableBy(requireRun(credential, scope), world),

    reachable: ({ credential, ...scope }) => callableConnectors(requireRun(credential, scope), world),

    endRun(runId, message) {
      rates.forgetRun(runId);
      return inFlight.cancelRun(runId, message);
    },

    async recover() {
      for (const call of await calls.unfinished()) {
        const approval =
          call.status === 'held' && call.approvalId ? await held.get(call.approvalId).catch(() => null) : null;
        if (approval?.status === 'pending') continue;
        if (approval) {
          await waiting.settle(approval).catch(() => undefined);
          continue;
        }
        const message = 'The server stopped while this call was made: whether it happened is not known.';
        endWith(call, clock, { status: 'lost', error: new AppError('CONNECTOR_EXECUTION_FAILED', { message }) });
        await journal.change(call, 'tool.lost', { outcome: 'failed' });
      }
      const made = await calls.made(live.all().map(({ id }) => id));
      for (const { runId, connectorId, count } of made) rates.restore(runId, connectorId, count);
    },

    async settled() {
      await waiting.settled();
      await journal.settled();
    },
  };
}
