/** The server's side of the terminal worker: typed calls over its message port. */
import type { LeakCount } from '@/lib/leaks/scanner';
import type { RecordingSummary } from './recording';
import type { FromWorker, ToWorker } from './worker-protocol';

export interface Snapshot {
  screen: Uint8Array;
  cols: number;
  rows: number;
}

export interface KeptTerminal {
  data(atMs: number, bytes: Uint8Array): void;
  resize(atMs: number, cols: number, rows: number): void;
  /** The screen after everything sent before this call and nothing sent after it. */
  snapshot(): Promise<Snapshot>;
  /** Null when nothing could be recorded. */
  close(): Promise<RecordingSummary | null>;
}

export interface OpenOptions {
  runId: string;
  cols: number;
  rows: number;
  recordingPath: string;
  startedAtMs: number;
  /** Bytes that are now on the kept screen: what flow control counts. */
  onConsumed: (bytes: number) => void;
  onRecordingFailed: (message: string) => void;
  /** Something in the shape of a secret was shown. */
  onLeaked: (leaks: LeakCount[]) => void;
}

/** What a worker thread offers; a test gives the worker's own handler instead. */
export interface WorkerPort {
  post(message: ToWorker): void;
  onMessage(handler: (message: FromWorker) => void): void;
}

export interface ScreenKeeper {
  open(options: OpenOptions): KeptTerminal;
}

interface Pending extends Pick<OpenOptions, 'onConsumed' | 'onRecordingFailed' | 'onLeaked'> {
  snapshots: Map<number, (snapshot: Snapshot) => void>;
  closed: ((recording: RecordingSummary | null) => void) | null;
}

export function createScreenKeeper(port: WorkerPort): ScreenKeeper {
  const open = new Map<string, Pending>();
  let nextId = 1;

  port.onMessage((message) => {
    const pending = open.get(message.runId);
    if (!pending) return;
    switch (message.type) {
      case 'consumed':
        return pending.onConsumed(message.bytes);
      case 'snapshot':
        pending.snapshots.get(message.id)?.({ screen: message.screen, cols: message.cols, rows: message.rows });
        pending.snapshots.delete(message.id);
        return;
      case 'leaked':
        return pending.onLeaked(message.leaks);
      case 'recordingFailed':
        return pending.onRecordingFailed(message.message);
      case 'closed':
        open.delete(message.runId);
        return pending.closed?.(message.recording);
      default:
        return message satisfies never;
    }
  });

  return {
    open({ runId, cols, rows, recordingPath, startedAtMs, onConsumed, onRecordingFailed, onLeaked }) {
      const pending: Pending = { onConsumed, onRecordingFailed, onLeaked, snapshots: new Map(), closed: null };
      open.set(runId, pending);
      port.post({ type: 'open', runId, cols, rows, recordingPath, startedAtMs });
      return {
        data: (atMs, bytes) => port.post({ type: 'data', runId, atMs, bytes }),
        resize: (atMs, newCols, newRows) => port.post({ type: 'resize', runId, atMs, cols: newCols, rows: newRows }),
        snapshot: () =>
          new Promise((resolve) => {
            const id = nextId++;
            pending.snapshots.set(id, resolve);
            port.post({ type: 'snapshot', runId, id });
          }),
        close: () =>
          new Promise((resolve) => {
            pending.closed = resolve;
            port.post({ type: 'close', runId });
          }),
      };
    },
  };
}
