/** The record's writer as the server runs it: in a thread of its own. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { writerInThread } from '@/lib/audit/writer-thread';

export function recordThread(file: string) {
  return writerInThread(new Worker(path.resolve('build/workers/record.mjs'), { workerData: file }));
}
