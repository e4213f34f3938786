/** The tools queue: calls that do nothing from a console over Redis to a worker in another process and back, a second. */
import { createClient, RESP_TYPES } from '@redis/client';
import { newId } from '@/lib/platform/ids';
import { startRedis } from '@/test/support/redis';
import { orderOf, recordPrefix, schemaHash, startConsole, writeRecord } from '@/test/support/tools-queue';
import { firstMessage, startPeer } from './support/load';
import { against, alone, bench, expectThat } from './support/report';
import { rounds } from './support/rounds';

const callsPerRound = 20_000;
/** Calls that are out at once. */
const out = 100;

await bench(async () => {
  const redis = await startRedis();
  const console = await startConsole(redis);
  const worker = startPeer('queue-worker', [redis.url, recordPrefix, schemaHash]);
  await firstMessage(worker);
  const bareWorker = startPeer('bare-queue', [redis.url]);
  await firstMessage(bareWorker);
  const bare = await openBare(redis.url);
  await writeRecord(console.link, 'trace-1', orderOf().principal);

  async function call(): Promise<void> {
    const { output } = await console.runner.run(orderOf({ callId: newId('call') }));
    expectThat(output.done === true, JSON.stringify(output));
  }
  try {
    const moved = await rounds({
      gatehouse: () => perSecond(call),
      peer: () => perSecond(bare.call),
    });
    const waits = await rounds({ gatehouse: () => medianMs(call) });
    return {
      rows: [
        against({ what: `tools queue, calls that do nothing, ${out} out at once`, unit: 'calls/s' }, moved.gatehouse, {
          name: 'bare XADD, XREADGROUP, XACK',
          values: moved.peer,
        }),
        alone(
          {
            what: 'tools queue, the same, by itself',
            unit: 'calls/s',
            goal: { text: '≥ 3 k', meets: (value) => value >= 3_000 },
          },
          moved.gatehouse,
        ),
        alone({ what: 'tools queue, one call after the other, p50', unit: 'ms' }, waits.gatehouse),
      ],
    };
  } finally {
    worker.kill();
    bareWorker.kill();
    bare.close();
    await console.stop();
    await redis.stop();
  }
});

async function perSecond(call: () => Promise<void>): Promise<number> {
  let left = callsPerRound;
  const startedMs = performance.now();
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: out }, caller));
  return callsPerRound / ((performance.now() - startedMs) / 1_000);
}

async function medianMs(call: () => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < 500; n += 1) {
    const startedMs = performance.now();
    await call();
    took.push(performance.now() - startedMs);
  }
  return took.sort((a, b) => a - b)[250] ?? Number.NaN;
}

/** Answers are matched by their order: one worker, one stream each way. */
async function openBare(url: string) {
  const client = createClient({ url });
  const reader = client.duplicate().withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  await Promise.all([client.connect(), reader.connect()]);
  const waiting: Array<() => void> = [];
  const envelope = Buffer.alloc(200, 1);
  let closed = false;
  let lastId = '0';
  async function read(): Promise<void> {
    while (!closed) {
      const streams = await reader.xRead({ key: 'bare:answers', id: lastId }, { COUNT: 256, BLOCK: 1_000 });
      for (const { id, message } of streams?.[0]?.messages ?? []) {
        lastId = String(id);
        expectThat(message.reply?.length === envelope.length, 'an answer was not the envelope');
        waiting.shift()?.();
      }
    }
  }
  read().catch(() => undefined);
  return {
    async call(): Promise<void> {
      const answered = new Promise<void>((resolve) => waiting.push(resolve));
      await client.xAdd('bare:calls', '*', { envelope });
      await answered;
    },
    close() {
      closed = true;
      reader.destroy();
      client.destroy();
    },
  };
}
