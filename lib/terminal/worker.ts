/** The worker's side: one screen and one recording a terminal. Messages of a terminal are handled in the order they came. */
import { limits } from '@/lib/platform/limits';
import { openRecording, type Recording } from './recording';
import { createScreen, type Screen } from './screen';
import type { FromWorker, ToWorker } from './worker-protocol';

interface Kept {
  screen: Screen;
  recording: Recording | null;
  cols: number;
  rows: number;
  /** Resolves when all that was asked so far is done. */
  settled: Promise<void>;
  /** Resizes and snapshots not done yet: output that comes after one waits for it, or it would be on the wrong screen. */
  barriers: number;
  /** Resolves when the last of them is done. All that waits for it is written at once then, before anything newer. */
  lastBarrier: Promise<void>;
}

export function createTerminalWorker(post: (message: FromWorker) => void): (message: ToWorker) => void {
  const terminals = new Map<string, Kept>();

  function open(message: Extract<ToWorker, { type: 'open' }>): void {
    const { runId, cols, rows } = message;
    terminals.set(runId, {
      screen: createScreen({ cols, rows, scrollback: limits.terminalScrollbackLines }),
      recording: startRecording(message, (error) => post({ type: 'recordingFailed', runId, message: error.message })),
      cols,
      rows,
      settled: Promise.resolve(),
      barriers: 0,
      lastBarrier: Promise.resolve(),
    });
  }

  function after(kept: Kept, task: () => void): void {
    kept.barriers += 1;
    kept.settled = kept.settled.then(() => {
      kept.barriers -= 1;
      task();
    });
    kept.lastBarrier = kept.settled;
  }

  function write(kept: Kept, bytes: Uint8Array): Promise<void> {
    const put = () => new Promise<void>((resolve) => kept.screen.write(bytes, resolve));
    return kept.barriers === 0 ? put() : kept.lastBarrier.then(put);
  }

  return (message) => {
    if (message.type === 'open') return open(message);
    const kept = terminals.get(message.runId);
    if (!kept) return;
    const { runId } = message;
    switch (message.type) {
      case 'data': {
        const { bytes, atMs } = message;
        kept.recording?.output(atMs, bytes);
        const written = write(kept, bytes);
        kept.settled = kept.settled
          .then(() => written)
          .then(() => post({ type: 'consumed', runId, bytes: bytes.length }));
        return;
      }
      case 'resize': {
        const { cols, rows, atMs } = message;
        kept.recording?.resize(atMs, cols, rows);
        return after(kept, () => {
          kept.screen.resize(cols, rows);
          kept.cols = cols;
          kept.rows = rows;
        });
      }
      case 'snapshot': {
        const { id } = message;
        return after(kept, () => {
          const screen = new TextEncoder().encode(kept.screen.serialize());
          post({ type: 'snapshot', runId, id, screen, cols: kept.cols, rows: kept.rows });
        });
      }
      case 'close':
        terminals.delete(runId);
        after(kept, () => kept.screen.dispose());
        void finish(kept).then((recording) => post({ type: 'closed', runId, recording }));
        return;
      default:
        return message satisfies never;
    }
  };
}

function startRecording(
  message: Extract<ToWorker, { type: 'open' }>,
  onError: (error: Error) => void,
): Recording | null {
  const { recordingPath: path, cols, rows, startedAtMs } = message;
  try {
    return openRecording({
      path,
      cols,
      rows,
      startedAtMs,
      maxBytes: limits.recordingBytes,
      syncMs: limits.recordingSyncMs,
      onError,
    });
  } catch (error) {
    onError(error instanceof Error ? error : new Error(String(error)));
    return null;
  }
}

async function finish(kept: Kept) {
  await kept.settled;
  return kept.recording ? kept.recording.close().catch(() => null) : null;
}
