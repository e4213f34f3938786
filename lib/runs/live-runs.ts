/** The runs that are live in this process: what the data plane, the sockets and the timers ask on every call. */
import type { Companion } from '@/lib/audit/record-writer';
import type { Principal, RevokeResult, RunKind, RunStatus } from '@/lib/contracts/runs';
import type { PluginPin } from '@/lib/plugins/pinning';
import type { PtyExit } from '@/lib/terminal/pty-process';
import type { Terminal } from '@/lib/terminal/terminal';

/** What leads to a run's process elsewhere. */
export interface RunLink {
  /** What is true of it from the commit on that ends the run. */
  companions(status: RunStatus): readonly Companion[];
  /** The run has ended. */
  cut(status: RunStatus): void;
}

export interface LiveRun {
  readonly id: string;
  readonly kind: RunKind;
  readonly projectId: string;
  readonly title: string;
  readonly command: readonly string[] | null;
  readonly principal: Principal;
  readonly pluginId: string | null;
  /** Where its terminal works; null for a run outside. */
  readonly cwd: string | null;
  /** What was frozen of it at the start; the gate asks its current state. */
  readonly plugin: PluginPin | null;
  /** The connectors it may call at most; null for all. */
  readonly connectors: readonly string[] | null;
  /** The operator who started it; null for a key. */
  readonly startedById: string | null;
  /** What a token of it may at most be used for; null for all. */
  readonly allowedEndpoints: readonly string[] | null;
  readonly allowedOperations: readonly string[] | null;
  readonly budgetLimitUsd: number | null;
  spentUsd: number;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  terminal: Terminal | null;
  /** Of a run whose process is behind the relay. */
  link: RunLink | null;
  session: { pid: number; startTicks: number | null } | null;
  /** Resolves when the child is gone and its last byte was read. */
  exit: Promise<PtyExit> | null;
  /** Set from the moment the run begins to end: whoever asks again waits for the same end. */
  ending: Promise<RevokeResult> | null;
  /** False once the end is durable: from here on no call of the run is accepted. */
  acceptsCalls: boolean;
  lastActivityMs: number;
  activityWritten: boolean;
  agentEventSeq: number;
  timer: NodeJS.Timeout | undefined;
}

export interface LiveRuns {
  add(
    run: Omit<
      LiveRun,
      | 'terminal'
      | 'link'
      | 'session'
      | 'exit'
      | 'ending'
      | 'acceptsCalls'
      | 'activityWritten'
      | 'agentEventSeq'
      | 'timer'
    > & { agentEventSeq?: number },
  ): LiveRun;
  get(id: string): LiveRun | undefined;
  /** A live run that still accepts calls. */
  accepting(id: string): LiveRun | undefined;
  remove(id: string): void;
  all(): LiveRun[];
}

export function createLiveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  return {
    add(given) {
      const run: LiveRun = {
        agentEventSeq: 0,
        ...given,
        terminal: null,
        link: null,
        session: null,
        exit: null,
        ending: null,
        acceptsCalls: true,
        activityWritten: true,
        timer: undefined,
      };
      runs.set(run.id, run);
      return run;
    },
    get: (id) => runs.get(id),
    accepting(id) {
      const run = runs.get(id);
      return run?.acceptsCalls ? run : undefined;
    },
    remove(id) {
      clearTimeout(runs.get(id)?.timer);
      runs.delete(id);
    },
    all: () => [...runs.values()],
  };
}
