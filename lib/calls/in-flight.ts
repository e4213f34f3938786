/** Calls that are with a connector right now, so that a revoke can take them back. */
import { AppError, type ErrorCode } from '@/lib/platform/errors';

export interface CallInFlight {
  readonly runId: string;
  readonly connectorId: string;
  /** Its reason is the AppError the agent is answered with. */
  readonly signal: AbortSignal;
  done(): void;
}

export interface InFlightCalls {
  /** Ends early when `leaving` aborts: the agent went away. */
  begin(call: { id: string; runId: string; connectorId: string; leaving: AbortSignal }): CallInFlight;
  /** @returns how many it cancelled. */
  cancelRun(runId: string, message: string): number;
  cancelConnector(connectorId: string, message: string): number;
  count(): number;
}

interface Entry {
  runId: string;
  connectorId: string;
  abort: AbortController;
}

export function createInFlightCalls(): InFlightCalls {
  const calls = new Map<string, Entry>();

  function cancel(which: (entry: Entry) => boolean, code: ErrorCode, message: string): number {
    const chosen = [...calls.values()].filter((entry) => !entry.abort.signal.aborted && which(entry));
    for (const { abort } of chosen) abort.abort(new AppError(code, { message }));
    return chosen.length;
  }

  return {
    begin({ id, runId, connectorId, leaving }) {
      const abort = new AbortController();
      const leave = () =>
        abort.abort(new AppError('CALL_CANCELLED', { message: 'The agent went away before the call ended.' }));
      if (leaving.aborted) leave();
      else leaving.addEventListener('abort', leave, { once: true });
      calls.set(id, { runId, connectorId, abort });
      return {
        runId,
        connectorId,
        signal: abort.signal,
        done() {
          calls.delete(id);
          leaving.removeEventListener('abort', leave);
        },
      };
    },
    cancelRun: (runId, message) => cancel((entry) => entry.runId === runId, 'RUN_NOT_ACTIVE', message),
    cancelConnector: (connectorId, message) => cancel((entry) => entry.connectorId === connectorId, 'LOCKED', message),
    count: () => calls.size,
  };
}
