/** 100 MB from a program on a terminal to a viewer, beside node-pty's bytes put straight into a WebSocket. */
import { type Gatehouse, startGatehouse } from './support/gatehouse';
import { firstMessage, startPeer } from './support/load';
import { against, bench, expectThat, type Row } from './support/report';
import { rounds } from './support/rounds';
import { expectedBytes, lineOf, printer, type ViewerOrder, type ViewerResult } from './support/terminal';

const lines = Math.ceil(100_000_000 / lineOf().length);
const roundsEach = 5;

async function throughput(server: Gatehouse, draws: boolean): Promise<Row> {
  const bare = startPeer('bare-terminal');
  const { port } = await firstMessage<{ port: number }>(bare);
  const viewer = startPeer('terminal-viewer');
  const watch = async (order: Pick<ViewerOrder, 'url' | 'acknowledges'>) => {
    viewer.send({ ...order, draws, lines });
    const result = await firstMessage<ViewerResult & { failed?: string }>(viewer);
    expectThat(result.failed === undefined, result.failed ?? '');
    return expectedBytes(lines) / 1e6 / (result.ms / 1_000);
  };
  const measured = await rounds(
    {
      async gatehouse() {
        const runId = await server.startPty(printer(lines));
        const speed = await watch({ url: await server.ptyUrl(runId), acknowledges: true });
        await server.api.call('runs.revoke', { params: { id: runId }, body: { reason: 'measured' } });
        return speed;
      },
      peer: () =>
        watch({
          url: `ws://127.0.0.1:${port}/?command=${encodeURIComponent(JSON.stringify(printer(lines)))}`,
          acknowledges: false,
        }),
    },
    { count: roundsEach, warmUp: false },
  );
  for (const child of [bare, viewer]) child.kill();
  const what = `terminal, 100 MB to a viewer that ${draws ? 'draws' : 'counts'}`;
  const goal = { text: '≥ 80 %', meets: (ratio: number) => ratio >= 0.8 };
  return against({ what, unit: 'MB/s', goal }, measured.gatehouse, { name: 'node-pty → ws', values: measured.peer });
}

await bench(async () => {
  const server = await startGatehouse();
  try {
    return { rows: [await throughput(server, true), await throughput(server, false)] };
  } finally {
    await server.stop();
  }
});
