/** `shell`: in a sandbox, or for a principal that may do without one, or not at all. */
import type { ToolInput, ToolOutput } from '@/lib/contracts/tools';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { bitOf } from '@/lib/privileges/bits';
import type { ShellState, ToolOrder } from '../runner';
import { createTurns } from '../turns';
import { type Probed, probeSandbox } from './probe';
import { runSandboxed } from './sandboxed';
import { runUnsandboxed } from './unsandboxed';

export interface Shell {
  /** @throws AppError PRIVILEGE_REQUIRED, CALL_CANCELLED, CONNECTOR_EXECUTION_FAILED. */
  run(order: ToolOrder, input: ToolInput<'shell'>): Promise<ToolOutput<'shell'>>;
  state(): ShellState | null;
}

const unsandboxedExec = bitOf('UNSANDBOXED_EXEC');
/** What is left of a call's time for its answer. */
const answerMs = 1_000;

export function createShell(options: {
  folder: string;
  hidden: readonly string[];
  onState: () => void;
  /** A test takes the sandbox away. */
  probe?: typeof probeSandbox;
}): Shell {
  const { probe = probeSandbox, onState, ...given } = options;
  const turns = createTurns(limits.shellsAtOnce);
  let known: Probed | null = null;
  const probed = probe(given).then((found) => {
    known = found;
    onState();
    return found;
  });

  return {
    state: () => known?.state ?? null,

    async run({ callId, runId, directory, privileges, timeoutMs: allowedMs, signal }, { command, timeoutSeconds }) {
      const { sandbox, state } = known ?? (await probed);
      // The gate asked already, of what it knew of this machine then.
      if (!sandbox && (privileges & unsandboxedExec) === 0n) throw refused(state.note);
      const wantedMs = timeoutSeconds === undefined ? limits.shellTimeoutMs : timeoutSeconds * 1_000;
      const timeoutMs = Math.max(1_000, Math.min(wantedMs, allowedMs - answerMs));
      const order = { callId, runId, directory, command, timeoutMs, signal };
      return turns.take(signal, () => (sandbox ? runSandboxed(order, sandbox) : runUnsandboxed(order)));
    },
  };
}

function refused(note: string): AppError {
  return new AppError('PRIVILEGE_REQUIRED', {
    message: `Commands run in a sandbox alone, and there is none here: ${note} Nothing was run. Only a principal with UNSANDBOXED_EXEC may do without.`,
    details: { privilege: 'UNSANDBOXED_EXEC' },
  });
}
