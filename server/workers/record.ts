import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteWriter } from '@/lib/audit/sqlite-writer';
import { answerFor } from '@/lib/audit/writer-thread';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker of the server.');
let answer: ReturnType<typeof answerFor> | undefined;
port.on('message', (question: string) => {
  // At the first question and no sooner: the database is made ready while this thread comes up.
  answer ??= answerFor(openSqliteWriter(String(workerData)));
  port.postMessage(answer(question));
});
