import { parentPort } from 'node:worker_threads';
import { createTerminalWorker } from '@/lib/terminal/worker';
import type { ToWorker } from '@/lib/terminal/worker-protocol';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker of the server.');
const handle = createTerminalWorker((message) => port.postMessage(message));
port.on('message', (message: ToWorker) => handle(message));
