/**
 * A viewer of a terminal in a process of its own: tells the program to begin, reads a known number of bytes of a known text,
 * and says how long it took. It either only counts, or also draws on a headless xterm as the page does.
 */
import headless from '@xterm/headless';
import WebSocket from 'ws';
import { lineOf, readyMark, type ViewerOrder, type ViewerResult } from '../support/terminal';

const ackEveryBytes = 64 * 1_024;
/** Beyond this, a viewer without acknowledgements of its own leaves what comes in the kernel. */
const pauseAtBytes = 1_024 * 1_024;

process.on('message', (order: ViewerOrder) => {
  watch(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});

function watch({ url, acknowledges, draws, coloured, lines }: ViewerOrder): Promise<ViewerResult> {
  const line = lineOf(coloured);
  const expected = lines * line.length;
  // Longer than any frame, so that any piece of the stream can be compared at its own offset.
  const pattern = Buffer.alloc(line.length * Math.ceil((4 * 1_024 * 1_024) / line.length), line);
  const terminal = draws ? new headless.Terminal({ cols: 120, rows: 32, scrollback: 1_000 }) : null;
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    let [received, drawn, unacknowledged, startedMs] = [0, 0, 0, 0];
    const begin = () => {
      startedMs = performance.now();
      ws.send(Buffer.from('\n'));
    };
    const consumed = (bytes: number) => {
      drawn += bytes;
      unacknowledged += bytes;
      if (acknowledges && unacknowledged >= ackEveryBytes) {
        ws.send(JSON.stringify({ type: 'ack', bytes: unacknowledged }));
        unacknowledged = 0;
      }
      if (!acknowledges && ws.isPaused && received - drawn < pauseAtBytes) ws.resume();
      if (drawn < expected) return;
      resolve({ ms: performance.now() - startedMs });
      ws.terminate();
    };
    ws.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      if (startedMs === 0) {
        if (data.includes(readyMark)) begin();
        return;
      }
      const from = received % line.length;
      if (!data.equals(pattern.subarray(from, from + data.length)))
        return reject(
          new Error(`another text at byte ${received}: ${JSON.stringify(data.subarray(0, 80).toString())}`),
        );
      received += data.length;
      if (!terminal) return consumed(data.length);
      terminal.write(data, () => consumed(data.length));
      if (!acknowledges && received - drawn >= pauseAtBytes) ws.pause();
    });
    ws.on('close', (code) => reject(new Error(`closed with ${code} after ${received} of ${expected} bytes`)));
    ws.on('error', reject);
  });
}
