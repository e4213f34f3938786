import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteWriter } from '@/lib/audit/sqlite-writer';
import { answerFor } from '@/lib/audit/writer-thread';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker of the server.');
const answer = answerFor(openSqliteWriter(String(workerData)));
port.on('message', (question: string) => port.postMessage(answer(question)));
