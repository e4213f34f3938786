import { closeCodes } from '@/lib/contracts/close-codes';
import type { PtyPhase } from './pty-connection';
import type { TerminalEnding } from './terminal-session';

export interface Notice {
  tone: 'plain' | 'wait' | 'stop';
  title: string;
  detail?: string;
}

/** "exit code 3", "SIGKILL". */
export function exitWords({ code, signal }: { code: number | null; signal: string | null }): string {
  if (signal) return signal;
  return code === null ? 'without an exit code' : `code ${code}`;
}

export function endingNotice(ending: TerminalEnding): Notice {
  if (ending.kind === 'revoked')
    return { tone: 'stop', title: `Revoked: ${ending.reason}`, detail: 'This is its last screen.' };
  const failed = ending.signal !== null || ending.code !== 0;
  return {
    tone: failed ? 'stop' : 'plain',
    title: `Exited with ${exitWords(ending)}`,
    detail: 'This is its last screen.',
  };
}

/** Why the line will not come back by itself, said in place of a banner that keeps trying. */
export function closedNotice({ code, reason }: Extract<PtyPhase, { name: 'ended' }>): Notice {
  switch (code) {
    case closeCodes.exited.code:
      return { tone: 'plain', title: reason ? `The process ended: ${reason}` : 'The process ended' };
    case closeCodes.unauthorized.code:
      return reason === 'revoked'
        ? { tone: 'stop', title: 'The run was revoked' }
        : { tone: 'stop', title: 'This session may no longer watch', detail: 'Sign in again to go on.' };
    case closeCodes.forbidden.code:
      return { tone: 'stop', title: 'Your role does not allow this terminal', detail: reason || undefined };
    case closeCodes.notFound.code:
      return { tone: 'plain', title: 'There is no terminal to watch', detail: 'The run has ended or is not yet up.' };
    case closeCodes.superseded.code:
      return { tone: 'wait', title: 'Opened again elsewhere', detail: 'A newer view took the place of this one.' };
    default:
      return { tone: 'stop', title: 'The connection was refused', detail: reason || `Close code ${code}` };
  }
}
