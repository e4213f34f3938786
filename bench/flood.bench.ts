/** While a program floods its terminal: how soon Ctrl-C stops it, how soon another terminal echoes a key, what memory does. */
import { setTimeout as wait } from 'node:timers/promises';
import WebSocket from 'ws';
import { within } from '@/test/support/eventually';
import { type Gatehouse, rssMb, startGatehouse } from './support/gatehouse';
import { alone, ascending, bench, percentile } from './support/report';
import { roundCount } from './support/rounds';

const floodMs = 10_000;
const keysPerRound = 40;
const deadlineMs = 30_000;

/** A viewer that acknowledges what it gets, as the page does. */
async function view(server: Gatehouse, runId: string) {
  const ws = new WebSocket(await server.ptyUrl(runId), { perMessageDeflate: false });
  let onBytes: (bytes: Buffer) => void = () => undefined;
  let [received, since] = [0, 0];
  ws.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    received += data.length;
    since += data.length;
    if (since >= 64 * 1_024) {
      ws.send(JSON.stringify({ type: 'ack', bytes: since }));
      since = 0;
    }
    onBytes(data);
  });
  /** Resolves with the milliseconds from now until output that `matches` has come. */
  const until = (matches: (bytes: Buffer) => boolean, what: string): Promise<number> => {
    const startedMs = performance.now();
    const seen = new Promise<number>((resolve) => {
      onBytes = (bytes) => {
        if (matches(bytes)) resolve(performance.now() - startedMs);
      };
    });
    return within(seen, deadlineMs, what);
  };
  await new Promise((resolve, reject) => {
    ws.once('message', resolve);
    ws.once('error', reject);
  });
  return {
    send: (text: string) => ws.send(Buffer.from(text)),
    until,
    received: () => received,
    close: () => ws.terminate(),
  };
}

/** `yes` on one terminal; Ctrl-C; the shell says which signal ended it. */
async function interruptMs(server: Gatehouse): Promise<number> {
  const runId = await server.startPty([
    'bash',
    '--norc',
    '--noprofile',
    '-c',
    'trap : INT; yes; echo stopped; sleep 60',
  ]);
  const viewer = await view(server, runId);
  await wait(1_500);
  const stopped = viewer.until((bytes) => bytes.includes('stopped'), 'The answer to Ctrl-C');
  viewer.send('\u0003');
  const ms = await stopped;
  viewer.close();
  await server.api.call('runs.revoke', { params: { id: runId }, body: { reason: 'measured' } });
  return ms;
}

async function echoMs(server: Gatehouse): Promise<number[]> {
  const runId = await server.startPty(['sh', '-c', 'stty raw -echo; exec cat']);
  const viewer = await view(server, runId);
  await wait(500);
  const times: number[] = [];
  for (let key = 0; key < keysPerRound; key += 1) {
    const letter = String.fromCharCode(97 + (key % 26));
    const echoed = viewer.until((bytes) => bytes.includes(letter), 'The echo of a key');
    viewer.send(letter);
    times.push(await echoed);
    await wait(10);
  }
  viewer.close();
  await server.api.call('runs.revoke', { params: { id: runId }, body: { reason: 'measured' } });
  return times;
}

await bench(async () => {
  const server = await startGatehouse();
  try {
    const interrupts: number[] = [];
    for (let round = 0; round < roundCount; round += 1) interrupts.push(await interruptMs(server));
    const quiet: number[] = [];
    for (let round = 0; round < roundCount; round += 1) quiet.push(percentile(ascending(await echoMs(server)), 0.5));

    const flood = await server.startPty(['yes']);
    const floodViewer = await view(server, flood);
    await wait(2_000);
    const before = rssMb(server.pid);
    const [p50, p99]: [number[], number[]] = [[], []];
    for (let round = 0; round < roundCount; round += 1) {
      const sorted = ascending(await echoMs(server));
      p50.push(percentile(sorted, 0.5));
      p99.push(percentile(sorted, 0.99));
    }
    await wait(floodMs);
    const grownMb = rssMb(server.pid) - before;
    const megabytes = floodViewer.received() / 1e6;
    floodViewer.close();
    await server.api.call('runs.revoke', { params: { id: flood }, body: { reason: 'measured' } });

    const under = (most: number, text: string) => ({ text, meets: (value: number) => value < most });
    return {
      rows: [
        alone({ what: 'Ctrl-C during `yes`, answered', unit: 'ms', goal: under(250, '< 250 ms') }, interrupts),
        alone({ what: 'echo of a key, nothing else running, p50', unit: 'ms' }, quiet),
        alone({ what: 'echo of a key while another run floods, p50', unit: 'ms', goal: under(50, '< 50 ms') }, p50),
        alone({ what: 'echo of a key while another run floods, p99', unit: 'ms' }, p99),
        alone(
          { what: `memory gained over ${megabytes.toFixed(0)} MB of \`yes\``, unit: 'MB', goal: under(64, '< 64 MB') },
          [grownMb],
        ),
      ],
    };
  } finally {
    await server.stop();
  }
});
