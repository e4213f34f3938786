/** The worker's side: one screen, one recording and one look-out for secrets a terminal. Messages of a terminal are handled in the order they came. */
import { createLeakScanner, type LeakCount, type LeakScanner } from '@/lib/leaks/scanner';
import { limits } from '@/lib/platform/limits';
import { openRecording, type Recording } from './recording';
import { createScreen, type Screen } from './screen';
import { createScrolledAway, type ScrolledAway } from './scrolled-away';
import type { FromWorker, ToWorker } from './worker-protocol';

interface Kept {
  screen: Screen;
  recording: Recording | null;
  cols: number;
  rows: number;
  scrolledAway: ScrolledAway;
  scanner: LeakScanner;
  /** Takes the last word of a terminal that has gone quiet for what it is. */
  settling: NodeJS.Timeout | undefined;
  /** Resolves when all that was asked so far is done. */
  settled: Promise<void>;
  /** Output that waits to be drawn; null when there is none, or a resize or a snapshot came after it. */
  batch: Batch | null;
}

/** Nobody looks at a kept screen until somebody attaches, and the more is drawn at a time, the more of it has scrolled away. */
interface Batch {
  chunks: Uint8Array[];
  bytes: number;
  /** Draws it now. */
  release(): void;
}

const batchMs = 500;
/** Half the window, so that the process goes on while one half is drawn. */
const batchBytes = limits.screenWindowBytes / 2;

export function createTerminalWorker(post: (message: FromWorker) => void): (message: ToWorker) => void {
  const terminals = new Map<string, Kept>();

  function open(message: Extract<ToWorker, { type: 'open' }>): void {
    const { runId, cols, rows } = message;
    terminals.set(runId, {
      screen: createScreen({ cols, rows, scrollback: limits.terminalScrollbackLines }),
      recording: startRecording(message, (error) => post({ type: 'recordingFailed', runId, message: error.message })),
      cols,
      rows,
      scrolledAway: createScrolledAway(),
      scanner: createLeakScanner(cols),
      settling: undefined,
      settled: Promise.resolve(),
      batch: null,
    });
  }

  /** Output that comes after a resize or a snapshot waits for it, or it would be on the wrong screen. */
  function after(kept: Kept, task: () => void): void {
    kept.batch?.release();
    kept.batch = null;
    kept.settled = kept.settled.then(task);
  }

  function startBatch(kept: Kept, runId: string): Batch {
    const batch: Batch = { chunks: [], bytes: 0, release: () => undefined };
    const due = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, batchMs);
      batch.release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    kept.settled = kept.settled
      .then(() => due)
      .then(() => {
        if (kept.batch === batch) kept.batch = null;
        return draw(kept, batch, runId);
      })
      .then(() => post({ type: 'consumed', runId, bytes: batch.bytes }));
    return batch;
  }

  async function draw(kept: Kept, { chunks }: Batch, runId: string): Promise<void> {
    const { screen, scrolledAway } = kept;
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    scan(kept, bytes, runId);
    const parts = scrolledAway.keep(bytes, screen.linesThatScroll());
    await Promise.all(parts.map((part) => new Promise<void>((resolve) => screen.write(part, resolve))));
  }

  function scan(kept: Kept, bytes: Uint8Array, runId: string): void {
    tell(runId, kept.scanner.scan(bytes));
    clearTimeout(kept.settling);
    if (kept.scanner.waits())
      kept.settling = setTimeout(() => tell(runId, kept.scanner.settle()), limits.leakSettleMs).unref();
  }

  function tell(runId: string, leaks: LeakCount[]): void {
    if (leaks.length > 0) post({ type: 'leaked', runId, leaks });
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
        kept.batch ??= startBatch(kept, runId);
        kept.batch.chunks.push(bytes);
        kept.batch.bytes += bytes.length;
        if (kept.batch.bytes >= batchBytes) kept.batch.release();
        return;
      }
      case 'resize': {
        const { cols, rows, atMs } = message;
        kept.recording?.resize(atMs, cols, rows);
        return after(kept, () => {
          kept.screen.resize(cols, rows);
          kept.scanner.resize(cols);
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
        after(kept, () => {
          clearTimeout(kept.settling);
          tell(runId, kept.scanner.settle());
          kept.screen.dispose();
        });
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
