/**
 * A load generator in a process of its own: keep-alive connections over bare sockets, one request at a time each, so that the
 * server and not the client is what is measured. Every answer is looked at.
 */
import { connect, type Socket } from 'node:net';
import type { LoadOrder, LoadResult } from '../support/load';
import { ascending, percentile } from '../support/report';

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});

async function run({ port, requests, connections, durationMs, expect }: LoadOrder): Promise<LoadResult> {
  const raw = requests.map((text) => Buffer.from(text, 'latin1'));
  const latencies: number[] = [];
  let [bad, next] = [0, 0];
  let firstBad: string | null = null;
  const startedMs = performance.now();
  const endsMs = startedMs + durationMs;

  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let sentMs = 0;
          let answer = '';
          const send = () => {
            sentMs = performance.now();
            if (sentMs >= endsMs) return resolve();
            const request = raw[next++ % raw.length];
            if (request) socket.write(request);
          };
          socket.on('data', (chunk: Buffer) => {
            answer += chunk.toString('latin1');
            if (!isWhole(answer)) return;
            latencies.push(performance.now() - sentMs);
            if (!answer.startsWith('HTTP/1.1 200') || !answer.includes(expect)) {
              bad += 1;
              firstBad ??= answer;
            }
            answer = '';
            send();
          });
          socket.once('error', reject);
          socket.once('close', () => reject(new Error('the server closed a connection')));
          send();
        }),
    ),
  );
  const elapsedMs = performance.now() - startedMs;
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  const sorted = ascending(latencies);
  return {
    perSecond: (sorted.length / elapsedMs) * 1_000,
    answers: sorted.length,
    bad,
    firstBad,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay();
    socket.once('error', reject);
  });
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  // A stream of events has no length: its last chunk is empty.
  if (/\r\ntransfer-encoding: *chunked/i.test(answer.slice(0, headEnd))) return answer.endsWith('\r\n0\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`An answer without a length: ${answer.slice(0, headEnd)}`);
  return answer.length >= headEnd + 4 + Number(length);
}
