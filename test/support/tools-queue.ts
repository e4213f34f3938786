/** Both ends of the tools queue in this process over a real Redis, with tools of the test's own. */
import { pino } from 'pino';
import type { Principal } from '@/lib/contracts/runs';
import { newId } from '@/lib/platform/ids';
import { openRedis, type RedisLink } from '@/lib/platform/redis';
import { createQueueRunner } from '@/lib/tools/queue/producer';
import { createToolsWorker, type ToolsWorker, type ToolsWorkerOptions } from '@/lib/tools/queue/worker';
import { createWorkerWatch } from '@/lib/tools/queue/workers';
import type { ToolAnswer, ToolOrder, ToolRunner } from '@/lib/tools/runner';
import { encodeRecord } from '@/lib/traces/encoding';
import { eventually } from './eventually';
import type { TestRedis } from './redis';

const log = pino({ level: process.env.QUEUE_LOG ?? 'silent' });
export const recordPrefix = 'gatehouse:tools:session:';
export const schemaHash = 'test-schema';
export const ann: Principal = { userId: 'ann', platform: 'test' };

export type Run = (order: ToolOrder) => Promise<ToolAnswer>;

export async function openLink(redis: Pick<TestRedis, 'url'>, name = 'test'): Promise<RedisLink> {
  const link = await openRedis({ url: redis.url, name, log });
  await eventually(() => link.problem() === null);
  return link;
}

export function runnerOf(run: Run): ToolRunner {
  return { run, shell: () => null, onShellChanged: () => () => undefined, close: async () => undefined };
}

export interface TestWorker extends ToolsWorker {
  link: RedisLink;
  stop(): Promise<void>;
}

export async function startWorker(
  redis: Pick<TestRedis, 'url'>,
  run: Run,
  more: Partial<ToolsWorkerOptions> = {},
): Promise<TestWorker> {
  const link = await openLink(redis, 'worker');
  const worker = createToolsWorker({
    ...{ link, recordPrefix, schemaHash, log, host: 'here', pid: process.pid, name: newId('call') },
    runner: runnerOf(run),
    prepare: async () => undefined,
    ...more,
  });
  await worker.ready;
  return {
    ...worker,
    link,
    async stop() {
      await worker.drain();
      await link.close();
    },
  };
}

export async function startConsole(redis: Pick<TestRedis, 'url'>, { hash = schemaHash } = {}) {
  const link = await openLink(redis, 'console');
  const workers = createWorkerWatch({ link, log });
  await workers.look();
  const runner = createQueueRunner({
    ...{ link, workers, log, recordPrefix, schemaHash: hash, processId: newId('call') },
  });

  return {
    link,
    runner,
    workers,
    /** A record for the trace, and a call of `shell` with it. */
    async call(more: Partial<ToolOrder> = {}): Promise<ToolAnswer> {
      const order = orderOf(more);
      await writeRecord(link, order.traceId, order.principal);
      return runner.run(order);
    },
    async stop() {
      workers.close();
      await runner.close();
      await link.close();
    },
  };
}

export function orderOf(more: Partial<ToolOrder> = {}): ToolOrder {
  return {
    callId: newId('call'),
    runId: 'run_test',
    traceId: 'trace-1',
    tool: 'shell',
    arguments: { command: 'true' },
    principal: ann,
    privileges: 1n << 63n,
    directory: '/tmp',
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    ...more,
  };
}

export async function writeRecord(link: RedisLink, traceId: string, principal: Principal, runId: string | null = null) {
  const value = Buffer.from(encodeRecord({ principal, runId }));
  await link.client.set(recordPrefix + traceId, value, { expiration: { type: 'EX', value: 300 } });
}
