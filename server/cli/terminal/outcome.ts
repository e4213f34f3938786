/** From how a terminal ended to the exit code of the command line, and what to say about it. */
import { constants } from 'node:os';
import type { Run } from '@/lib/contracts/runs';
import { exitCodes } from '../exit-codes';

export interface Outcome {
  exitCode: number;
  /** For stderr; null where the exit code says it all. */
  message: string | null;
}

export interface TerminalEnd {
  exit: { code: number | null; signal: string | null } | null;
  revokedReason: string | null;
  close: { code: number; reason: string };
}

/** `run` is how the server describes the run now; null where it could not be asked. */
export function outcomeOf(end: TerminalEnd, run: Run | null): Outcome {
  if (end.exit) return outcomeOfExit(end.exit.code, end.exit.signal);
  const reason = run?.endReason ?? end.revokedReason ?? end.close.reason;
  if (run === null) return unexplained(end, reason);
  switch (run.status) {
    case 'revoked':
      return { exitCode: exitCodes.runRevoked, message: `revoked: ${reason}` };
    case 'expired':
      return { exitCode: exitCodes.runExpired, message: 'expired: the time of the run is over' };
    case 'budget_exceeded':
      return { exitCode: exitCodes.runOverBudget, message: `over budget: ${reason}` };
    case 'completed':
    case 'failed':
      if (run.exitCode !== null || run.signal !== null) return outcomeOfExit(run.exitCode, run.signal);
      return {
        exitCode: exitCodes.runFailed,
        message: `the run ended (${run.status}): ${reason || 'no exit code was seen'}`,
      };
    case 'starting':
    case 'active':
      return unexplained(end, reason);
    default:
      return run.status satisfies never;
  }
}

/** The run goes on, or nobody can say: the key was revoked, another attach took over, the server is going down. */
function unexplained({ revokedReason, close }: TerminalEnd, reason: string): Outcome {
  if (revokedReason !== null) return { exitCode: exitCodes.runRevoked, message: `revoked: ${revokedReason}` };
  return {
    exitCode: exitCodes.runFailed,
    message: `the terminal was closed (${close.code}${reason ? `: ${reason}` : ''})`,
  };
}

function outcomeOfExit(code: number | null, signal: string | null): Outcome {
  if (signal === null) return { exitCode: code ?? exitCodes.runFailed, message: null };
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return { exitCode: 128 + (number ?? 0), message: `the command was ended by ${signal}` };
}
