/** 100 MB from a program on a terminal to a viewer, beside node-pty's bytes put straight into a WebSocket. */
import { type Gatehouse, startGatehouse } from './support/gatehouse';
import { firstMessage, startPeer } from './support/load';
import { against, bench, expectThat, type Row } from './support/report';
import { rounds } from './support/rounds';
import { linesFor, printer, type ViewerOrder, type ViewerResult } from './support/terminal';

const totalBytes = 100_000_000;

/** What is on the terminal, and what the viewer does with it. */
interface Case {
  draws: boolean;
  coloured: boolean;
  goal?: { text: string; meets: (ratio: number) => boolean };
}

async function throughput(server: Gatehouse, { draws, coloured, goal }: Case): Promise<Row> {
  const bare = startPeer('bare-terminal');
  const { port } = await firstMessage<{ port: number }>(bare);
  const viewer = startPeer('terminal-viewer');
  const print = { lines: linesFor(totalBytes, coloured), coloured };
  const command = printer(print);
  const watch = async (order: Pick<ViewerOrder, 'url' | 'acknowledges'>) => {
    viewer.send({ ...order, ...print, draws });
    const result = await firstMessage<ViewerResult & { failed?: string }>(viewer);
    expectThat(result.failed === undefined, result.failed ?? '');
    return totalBytes / 1e6 / (result.ms / 1_000);
  };
  const measured = await rounds({
    async gatehouse() {
      const runId = await server.startPty(command);
      const speed = await watch({ url: await server.ptyUrl(runId), acknowledges: true });
      await server.api.call('runs.revoke', { params: { id: runId }, body: { reason: 'measured' } });
      return speed;
    },
    peer: () =>
      watch({
        url: `ws://127.0.0.1:${port}/?command=${encodeURIComponent(JSON.stringify(command))}`,
        acknowledges: false,
      }),
  });
  for (const child of [bare, viewer]) child.kill();
  const what = `terminal, 100 MB ${coloured ? 'with a colour in each line ' : ''}to a viewer that ${draws ? 'draws' : 'counts'}`;
  return against({ what, unit: 'MB/s', ...(goal ? { goal } : {}) }, measured.gatehouse, {
    name: 'node-pty → ws',
    values: measured.peer,
  });
}

await bench(async () => {
  const server = await startGatehouse();
  try {
    const goal = { text: '≥ 80 %', meets: (ratio: number) => ratio >= 0.8 };
    return {
      rows: [
        await throughput(server, { draws: true, coloured: false, goal }),
        await throughput(server, { draws: true, coloured: true }),
        await throughput(server, { draws: false, coloured: false }),
      ],
    };
  } finally {
    await server.stop();
  }
});
