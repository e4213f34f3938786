/**
 * The one way a run ends, whatever ends it: an operator, its child's exit, its time, its budget, the orchestrator. In order:
 * durable → no more calls, and those in flight cancelled → tokens → held calls → sockets → access to clouds → every process. Whoever asks again while it happens waits for the same end and
 * is told it ended nothing more.
 */

import type { AuditLog } from '@/lib/audit/log';
import type { EndedCredentialStatus } from '@/lib/contracts/credentials';
import { type EndedCounts, hasTerminal, type RevokeResult, type RunStatus } from '@/lib/contracts/runs';
import type { TokenEndReason } from '@/lib/contracts/tokens';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { PtyExit } from '@/lib/terminal/pty-process';
import type { TokenService } from '@/lib/tokens/tokens';
import type { LiveRun, LiveRuns } from './live-runs';
import type { ProcessTable } from './processes';
import { toRun } from './rows';

export interface Ending {
  status: Exclude<RunStatus, 'starting' | 'active'>;
  /** The row of the record: `run.revoke`, `run.exit`, `run.expire`, … */
  action: string;
  tokenReason: TokenEndReason;
  by: Actor;
  /** What people read as the reason; null where the status says it all. */
  reason: string | null;
  exit?: PtyExit;
  /** True where the record must hold the decision before anything happens; false where it happened already. */
  refuseUnrecorded: boolean;
}

/** The sockets of a run, as the domain sees them. */
export interface RunSockets {
  /** `revoked` is said first where the run was cut off; a child's exit closes with 4410. Returns how many were closed. */
  endRun(runId: string, ending: Pick<Ending, 'status' | 'reason' | 'exit'>): number;
  count(runId: string): number;
}

/** An end that nobody asked for and nobody waits to be told of: it happens whether it can be written or not. */
export type SystemEnding = Pick<Ending, 'status' | 'action' | 'tokenReason' | 'reason' | 'exit'>;

export interface RunEnder {
  /** Zeros for a run that is not live. @throws AppError AUDIT_UNAVAILABLE where the ending refuses to be unrecorded. */
  end(runId: string, ending: Ending): Promise<RevokeResult>;
  /** Never rejects: what fails is logged. */
  endBySystem(runId: string, ending: SystemEnding): Promise<void>;
  /** Resolves when recordings of ended runs are closed and on the record. */
  settled(): Promise<void>;
}

/** The tool calls of a run, as whoever ends it sees them. */
export interface RunCalls {
  /** Cancels what is with a connector; what it still answers is discarded. @returns how many calls that were. */
  cancelInFlight(runId: string, message: string): number;
  /** @returns how many waited for an operator. */
  cancelHeld(runId: string): Promise<number>;
}

/** The cloud credential sessions of a run, as whoever ends it sees them. */
export interface RunCredentials {
  /** Nothing of them is served from the moment it is called. Never rejects. @returns how many were live. */
  endRun(runId: string, status: EndedCredentialStatus, reason: string): Promise<number>;
}

export interface RunEnderOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  live: LiveRuns;
  tokens: TokenService;
  sockets: RunSockets;
  processes: ProcessTable;
  calls: RunCalls;
  credentials: RunCredentials;
}

export const nothingEnded: EndedCounts = {
  tokens: 0,
  terminals: 0,
  processes: 0,
  sockets: 0,
  approvals: 0,
  credentials: 0,
};
/** node-pty tells an exit at the latest 200 ms after the process is gone. */
const exitWaitMs = 1_000;

export function createRunEnder({
  db,
  audit,
  bus,
  clock,
  log,
  live,
  tokens,
  sockets,
  processes,
  calls,
  credentials,
}: RunEnderOptions): RunEnder {
  const settling = new Set<Promise<void>>();

  async function recordEnd(run: LiveRun, ending: Ending): Promise<void> {
    const { status, action, by, reason, exit } = ending;
    const row = { actor: actorName(by), action, target: run.id, data: { status, reason, ...(exit ?? {}) } };
    const endReason = reason ?? (by.kind === 'server' ? null : `by ${actorLabel(by)}`);
    try {
      await audit.append(row, run.link?.companions(status));
      const ended = await db.run.update({
        where: { id: run.id },
        data: {
          status,
          endedAt: new Date(clock.now()),
          endReason,
          exitCode: exit?.code ?? null,
          signal: exit?.signal ?? null,
          approvalsPending: 0,
        },
      });
      bus.publish({ type: 'run.ended', data: toRun(ended) });
    } catch (error) {
      if (ending.refuseUnrecorded) throw error;
      log.error({ err: error, runId: run.id, action }, 'the end of a run could not be written; it ends all the same');
    }
  }

  async function carryOut(run: LiveRun, ending: Ending): Promise<RevokeResult> {
    const startedMs = monotonicMs();
    await recordEnd(run, ending);
    run.acceptsCalls = false;
    run.link?.cut(ending.status);
    clearTimeout(run.timer);
    const cancelled = calls.cancelInFlight(run.id, `The run was ended${ending.reason ? `: ${ending.reason}` : '.'}`);
    // Refused from this line on; that it is written down is waited for below, while sockets and processes go.
    const tokensWritten = tokens.endRun(run.id, ending.tokenReason).catch((error: unknown) => {
      log.error({ err: error, runId: run.id }, 'ended tokens could not be written; they are refused all the same');
      return 0;
    });
    const heldCancelled = calls.cancelHeld(run.id).catch((error: unknown) => {
      log.error({ err: error, runId: run.id }, 'held calls could not be cancelled; they will not be made all the same');
      return 0;
    });
    const endedSockets = sockets.endRun(run.id, ending);
    const credentialsEnded = credentials.endRun(run.id, ...credentialEnding(ending));
    // A call under way may be a command: it was killed, and is seen to be gone before anybody is told so.
    const mayHaveProcesses = hasTerminal(run) || cancelled > 0;
    const { ended, left } = mayHaveProcesses
      ? await processes.end({ runId: run.id, session: run.session })
      : { ended: 0, left: [] };
    if (left.length > 0) log.error({ runId: run.id, pids: left }, 'processes outlived SIGKILL');
    const [endedTokens, approvals, endedCredentials] = await Promise.all([
      tokensWritten,
      heldCancelled,
      credentialsEnded,
    ]);
    const terminals = run.terminal ? 1 : 0;
    const settle = closeTerminal(run, ending).finally(() => settling.delete(settle));
    settling.add(settle);
    return {
      runId: run.id,
      revoked: {
        tokens: endedTokens,
        terminals,
        processes: ended,
        sockets: endedSockets,
        approvals,
        credentials: endedCredentials,
      },
      tookMs: Math.round((monotonicMs() - startedMs) * 10) / 10,
    };
  }

  /** After the answer: the exit status a killed child leaves, and the recording's hash on the record. */
  async function closeTerminal(run: LiveRun, ending: Ending): Promise<void> {
    try {
      const exit = ending.exit ?? (run.exit ? await withinMs(run.exit, exitWaitMs) : null);
      const recording = run.terminal ? await run.terminal.close() : null;
      if (recording) {
        await audit.append({ actor: 'server', action: 'run.recorded', target: run.id, data: { ...recording } });
      }
      if (run.terminal) {
        const row = await db.run.update({
          where: { id: run.id },
          data: {
            exitCode: exit?.code ?? null,
            signal: exit?.signal ?? null,
            recordingBytes: recording?.bytes ?? null,
            recordingSha256: recording?.sha256 ?? null,
            recordingTruncated: recording?.truncated ?? false,
          },
        });
        bus.publish({ type: 'run.updated', data: toRun(row) });
      }
    } catch (error) {
      log.error({ err: error, runId: run.id }, 'the recording of an ended run could not be put on the record');
    } finally {
      live.remove(run.id);
    }
  }

  async function end(runId: string, ending: Ending): Promise<RevokeResult> {
    const run = live.get(runId);
    if (!run || run.ending) {
      await run?.ending?.catch(() => undefined);
      // A refused end leaves the run live, and the one who waited for it still wants it ended.
      if (run && !run.ending && live.get(runId)) return end(runId, ending);
      return { runId, revoked: nothingEnded, tookMs: 0 };
    }
    run.ending = carryOut(run, ending);
    try {
      return await run.ending;
    } catch (error) {
      run.ending = null;
      throw error;
    }
  }

  return {
    end,
    async endBySystem(runId, ending) {
      await end(runId, { ...ending, by: serverActor, refuseUnrecorded: false }).catch((error: unknown) =>
        log.error({ err: error, runId }, 'a run could not be ended'),
      );
    },
    async settled() {
      await Promise.all(settling);
    },
  };
}

/** A session that served its run to the end is completed, however the run's process fared. */
function credentialEnding({ status, reason }: Ending): [EndedCredentialStatus, string] {
  const because = reason ?? 'Its run has ended.';
  return [status === 'failed' ? 'completed' : status, because];
}

async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
