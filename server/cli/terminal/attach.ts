/**
 * This terminal joined to the terminal of a run until the run ends, the person leaves, or the line stays down. Keys go out
 * while this side is in control; bytes come in and are acknowledged as they are written, so that a slow pipe slows the run
 * and nothing piles up.
 */
import { constants } from 'node:os';
import type { Run } from '@/lib/contracts/runs';
import type { Api } from '../api';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { plain } from '../text';
import { followTerminal } from './follow';
import { pumpInput } from './input';
import { createJoint, type Joint } from './joint';
import { openLocalTerminal } from './local-terminal';
import { type Outcome, outcomeOf } from './outcome';

export interface AttachOptions {
  api: Api;
  context: CliContext;
  runId: string;
  /** True to watch without typing, also where typing would be allowed. */
  readOnly: boolean;
  /** False where only the end of the run is wanted. */
  showOutput: boolean;
  /** True where the screen of the run replaces what is on this terminal. */
  clearFirst: boolean;
}

/**
 * Answers the exit code and what to say about it. The run goes on when the person leaves.
 * @throws CliFailure when the server refuses or the line stays down.
 */
export async function attachToRun({
  api,
  context,
  runId,
  readOnly,
  showOutput,
  clearFirst,
}: AttachOptions): Promise<Outcome> {
  const { stdin, stdout, stderr } = context;
  const local = openLocalTerminal(context);
  const joint = createJoint();
  const left = whenLeft({ context, joint, interactive: local.interactive, runId });
  const lineEnd = local.interactive ? '\r\n' : '\n';
  const say = (text: string) =>
    void stderr.write(`${local.interactive ? lineEnd : ''}gatehouse: ${plain(text)}${lineEnd}`);
  try {
    const followed = followTerminal({ api, runId, local, joint, readOnly, showOutput, clearFirst, say }).then(
      async (end) => outcomeOf(end, end.exit ? null : await currentRun(api, runId)),
    );
    const outcome = await Promise.race([followed, left.outcome]);
    joint.set({ state: 'over' });
    await followed.catch(() => undefined);
    return outcome;
  } finally {
    joint.set({ state: 'over' });
    left.cancel();
    stdin.destroy();
    local.restore();
    // The last line of a run that was cut off is rarely a whole one.
    if (local.interactive && showOutput) stdout.write('\n');
  }
}

async function currentRun(api: Api, runId: string): Promise<Run | null> {
  try {
    return await api.call('runs.get', { params: { id: runId } });
  } catch {
    return null;
  }
}

interface WhenLeftOptions {
  context: CliContext;
  joint: Joint;
  interactive: boolean;
  runId: string;
}

/** The ways to leave a run that goes on: the escape key, a signal to this process, a reader of our output that went away. */
function whenLeft({ context, joint, interactive, runId }: WhenLeftOptions): {
  outcome: Promise<Outcome>;
  cancel(): void;
} {
  const { stdin, stdout, stderr } = context;
  const goesOn = `The run goes on. Come back with: gatehouse attach ${runId}`;
  let leaveWith: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    leaveWith = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) =>
    leaveWith({ exitCode: 128 + constants.signals[signal], message: goesOn });
  let interrupted = false;
  const onInterrupt = () => {
    // The first Ctrl-C belongs to the command, as it would without us; the second is for somebody who wants out.
    if (interrupted || !joint.inControl) return onSignal('SIGINT');
    interrupted = true;
    void joint.link?.send(Uint8Array.of(3));
  };
  const onBrokenPipe = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') onSignal('SIGPIPE');
  };
  process.on('SIGTERM', onSignal).on('SIGHUP', onSignal).on('SIGINT', onInterrupt);
  stdout.on('error', onBrokenPipe);
  const onDropped = () => void stderr.write('\u0007');
  void pumpInput({ stdin, interactive, joint, onDropped }).then((how) => {
    if (how === 'left') leaveWith({ exitCode: exitCodes.ok, message: goesOn });
  });
  return {
    outcome,
    cancel: () => {
      process.off('SIGTERM', onSignal).off('SIGHUP', onSignal).off('SIGINT', onInterrupt);
    },
  };
}
