/**
 * One live terminal: a process on a PTY, its viewers, and who is in control. Every viewer gets the restored screen, then every
 * byte after it, once and in order. Nothing here grows with the output: the PTY is paused while the kept screen or a viewer is
 * a window behind, and a viewer that stays behind is let go, so that it cannot hold the agent up for good.
 */
import type { CloseName } from '@/lib/contracts/close-codes';
import type { PtyServerFrame } from '@/lib/contracts/pty';
import type { LeakCount } from '@/lib/leaks/scanner';
import { type Clock, monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import type { KeptTerminal, ScreenKeeper } from './keeper';
import type { PtyProcess } from './pty-process';
import type { RecordingSummary } from './recording';

/** A viewer as the terminal sees it: it knows no socket. */
export interface Viewer {
  /** Whom the others see watching. */
  label: string;
  mayControl: boolean;
  sendBytes(bytes: Uint8Array): void;
  sendFrame(frame: PtyServerFrame): void;
  close(name: CloseName, reason: string): void;
}

export interface AttachedViewer {
  input(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  control(take: boolean): void;
  ack(bytes: number): void;
  detach(): void;
}

export interface Terminal {
  readonly pid: number;
  /** Resolves once an awaited first viewer was sent what came before it, or did not come; at once where none is awaited. */
  readonly joined: Promise<void>;
  attach(viewer: Viewer, size: { cols: number; rows: number } | null): AttachedViewer;
  /** Ctrl-C, as the line discipline of the program in front sees it. */
  interrupt(): void;
  /** Closes the recording. The process is not this object's to end. */
  close(): Promise<RecordingSummary | null>;
}

interface Watching {
  viewer: Viewer;
  /** Output held back until the restored screen was sent. */
  held: Uint8Array[] | null;
  unacknowledged: number;
  behindSinceMs: number | null;
}

export interface TerminalOptions {
  runId: string;
  pty: PtyProcess;
  keeper: ScreenKeeper;
  clock: Clock;
  cols: number;
  rows: number;
  /** True to keep the output for the first viewer from its first byte, in place of a screen that holds the end of it. */
  awaitViewer: boolean;
  recordingPath: string;
  onActivity: () => void;
  onRecordingFailed: (message: string) => void;
  onLeaked: (leaks: LeakCount[]) => void;
}

export function createTerminal(options: TerminalOptions): Terminal {
  const { runId, pty, keeper, clock, awaitViewer, recordingPath, onActivity, onRecordingFailed, onLeaked } = options;
  let { cols, rows } = options;
  const startedMs = monotonicMs();
  const watchers = new Set<Watching>();
  let controller: Watching | null = null;
  let unconsumed = 0;
  let pendingOutput: Uint8Array[] = [];
  let pendingBytes = 0;
  let flushScheduled = false;
  let flushedMs = 0;
  let stallTimer: NodeJS.Timeout | null = null;
  let early: Uint8Array[] | null = awaitViewer ? [] : null;
  let earlyBytes = 0;
  let haveJoined: () => void = () => undefined;
  const joined = awaitViewer ? new Promise<void>((resolve) => (haveJoined = resolve)) : Promise.resolve();
  const patience = awaitViewer ? setTimeout(stopWaiting, limits.firstViewerMs) : undefined;

  const kept: KeptTerminal = keeper.open({
    runId,
    cols,
    rows,
    recordingPath,
    startedAtMs: clock.now(),
    onConsumed(bytes) {
      unconsumed -= bytes;
      regulate();
    },
    onRecordingFailed,
    onLeaked,
  });
  const sinceStart = () => monotonicMs() - startedMs;

  // The kernel hands a PTY's output over in pieces of 4 KiB, and each frame costs far more than its bytes. What comes after a
  // silence goes out at once; what follows on its heels is gathered for a moment.
  pty.onData((bytes) => {
    pendingOutput.push(bytes);
    pendingBytes += bytes.length;
    if (pendingBytes >= limits.terminalFrameBytes) return flush();
    if (flushScheduled) return;
    flushScheduled = true;
    if (monotonicMs() - flushedMs > limits.terminalGatherMs) setImmediate(flush);
    else setTimeout(flush, limits.terminalGatherMs);
  });

  // The news of the end must not overtake what is still gathered: sockets close on it.
  pty.onExit(() => flush());

  function flush(): void {
    flushScheduled = false;
    if (pendingOutput.length === 0) return;
    const bytes = pendingOutput.length === 1 && pendingOutput[0] ? pendingOutput[0] : Buffer.concat(pendingOutput);
    pendingOutput = [];
    pendingBytes = 0;
    flushedMs = monotonicMs();
    unconsumed += bytes.length;
    kept.data(sinceStart(), bytes);
    if (early) {
      early.push(bytes);
      earlyBytes += bytes.length;
    }
    for (const watching of watchers) {
      if (watching.held) watching.held.push(bytes);
      else watching.viewer.sendBytes(bytes);
      watching.unacknowledged += bytes.length;
    }
    onActivity();
    regulate();
  }

  /** Pauses or resumes the process, and lets go of viewers that have been behind for too long. */
  function regulate(): void {
    const nowMs = monotonicMs();
    let behind = false;
    for (const watching of watchers) {
      if (watching.unacknowledged < limits.viewerWindowBytes) {
        watching.behindSinceMs = null;
        continue;
      }
      watching.behindSinceMs ??= nowMs;
      if (nowMs - watching.behindSinceMs >= limits.viewerStallMs) {
        remove(watching);
        watching.viewer.close('tooFast', 'too far behind');
      } else behind = true;
    }
    if (behind) stallTimer ??= setTimeout(onStallTimer, 1_000);
    const full = unconsumed >= limits.screenWindowBytes || earlyBytes >= limits.viewerWindowBytes;
    if (behind || full) pty.pause();
    else pty.resume();
  }

  function stopWaiting(): void {
    clearTimeout(patience);
    early = null;
    earlyBytes = 0;
    haveJoined();
    regulate();
  }

  function onStallTimer(): void {
    stallTimer = null;
    regulate();
  }

  function applySize(newCols: number, newRows: number): void {
    if (newCols === cols && newRows === rows) return;
    flush();
    cols = newCols;
    rows = newRows;
    kept.resize(sinceStart(), cols, rows);
    pty.resize(cols, rows);
    for (const { viewer, held } of watchers) if (!held) viewer.sendFrame({ type: 'resized', cols, rows });
  }

  function tellViewers(): void {
    const watching = [...watchers].map(({ viewer }) => viewer.label);
    for (const each of watchers) {
      if (each.held) continue;
      each.viewer.sendFrame({
        type: 'viewers',
        watching,
        controller: controller?.viewer.label ?? null,
        inControl: each === controller,
      });
    }
  }

  function remove(watching: Watching): void {
    if (!watchers.delete(watching)) return;
    if (controller === watching) controller = null;
    tellViewers();
  }

  async function restore(watching: Watching, fromStart: boolean): Promise<void> {
    const snapshot = fromStart ? { screen: new Uint8Array(), cols, rows } : await kept.snapshot();
    if (!watchers.has(watching)) return;
    const { viewer } = watching;
    viewer.sendFrame({
      type: 'attached',
      runId,
      cols: snapshot.cols,
      rows: snapshot.rows,
      readOnly: !viewer.mayControl,
      replayBytes: snapshot.screen.length,
    });
    if (snapshot.screen.length > 0) viewer.sendBytes(snapshot.screen);
    watching.unacknowledged += snapshot.screen.length;
    for (const bytes of watching.held ?? []) viewer.sendBytes(bytes);
    watching.held = null;
    if (snapshot.cols !== cols || snapshot.rows !== rows) viewer.sendFrame({ type: 'resized', cols, rows });
    tellViewers();
  }

  return {
    pid: pty.pid,
    joined,

    attach(viewer, size) {
      if (size && viewer.mayControl && !controller) applySize(size.cols, size.rows);
      // What was read before this moment belongs to the snapshot, what comes after to the viewer.
      flush();
      const watching: Watching = { viewer, held: early ?? [], unacknowledged: earlyBytes, behindSinceMs: null };
      watchers.add(watching);
      void restore(watching, early !== null);
      stopWaiting();
      const mayAct = () =>
        watchers.has(watching) && viewer.mayControl && (controller === null || controller === watching);
      return {
        input(bytes) {
          if (!mayAct()) return;
          if (controller === null) {
            controller = watching;
            tellViewers();
          }
          onActivity();
          pty.write(bytes);
        },
        resize(newCols, newRows) {
          if (mayAct()) applySize(newCols, newRows);
        },
        control(take) {
          if (!viewer.mayControl || !watchers.has(watching)) return;
          if (take) controller = watching;
          else if (controller === watching) controller = null;
          tellViewers();
        },
        ack(bytes) {
          watching.unacknowledged = Math.max(0, watching.unacknowledged - bytes);
          regulate();
        },
        detach() {
          remove(watching);
          regulate();
        },
      };
    },

    interrupt: () => pty.write(Uint8Array.of(3)),

    close() {
      flush();
      if (stallTimer) clearTimeout(stallTimer);
      stopWaiting();
      return kept.close();
    },
  };
}
