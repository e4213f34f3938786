/** Between the server and its terminal worker, which keeps screens and recordings off the thread that serves calls. */
import type { LeakCount } from '@/lib/leaks/scanner';
import type { RecordingSummary } from './recording';

export type ToWorker =
  | { type: 'open'; runId: string; cols: number; rows: number; recordingPath: string; startedAtMs: number }
  | { type: 'data'; runId: string; atMs: number; bytes: Uint8Array }
  | { type: 'resize'; runId: string; atMs: number; cols: number; rows: number }
  | { type: 'snapshot'; runId: string; id: number }
  | { type: 'close'; runId: string };

export type FromWorker =
  | { type: 'consumed'; runId: string; bytes: number }
  | { type: 'snapshot'; runId: string; id: number; screen: Uint8Array; cols: number; rows: number }
  | { type: 'closed'; runId: string; recording: RecordingSummary | null }
  | { type: 'leaked'; runId: string; leaks: LeakCount[] }
  | { type: 'recordingFailed'; runId: string; message: string };
