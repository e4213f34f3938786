import { encode } from '@msgpack/msgpack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { sha256Hex } from '@/lib/platform/secrets';
import { readDeadLetters } from '@/lib/tools/queue/dead-letters';
import { begunKey, deadStream, orderKey, queueGroup, queueStream, repliesKey } from '@/lib/tools/queue/keys';
import { encodeOrder, type Order } from '@/lib/tools/queue/messages';
import type { ToolOrder } from '@/lib/tools/runner';
import { encodeRecord } from '@/lib/traces/encoding';
import { covers } from '../../requirements';
import { eventually } from '../../support/eventually';
import { startRedis, type TestRedis } from '../../support/redis';
import {
  ann,
  openLink,
  orderOf,
  type Run,
  recordPrefix,
  schemaHash,
  startConsole,
  startWorker,
  type TestWorker,
  writeRecord,
} from '../../support/tools-queue';

let redis: TestRedis;
let worker: TestWorker;
let gate: Awaited<ReturnType<typeof startConsole>>;
/** What the worker runs, as each test has it, and the calls that came to it. */
let run: Run;
let prepare: () => Promise<void>;
let seen: ToolOrder[] = [];

const hello: Run = async () => ({ output: { stdout: 'hello' } });

beforeAll(async () => {
  redis = await startRedis();
  const runs: Run = (order) => {
    seen.push(order);
    return run(order);
  };
  worker = await startWorker(redis, runs, { prepare: () => prepare() });
  gate = await startConsole(redis);
});
beforeEach(async () => {
  run = hello;
  prepare = async () => undefined;
  seen = [];
  await gate.link.client.del(deadStream);
});
afterAll(async () => {
  await gate.stop();
  await worker.stop();
  await redis.stop();
});

const dead = () => readDeadLetters(gate.link.client, { limit: 10, cursor: null });
const envelopeFor = (callId: string, more: Record<string, unknown> = {}) => ({
  trace_id: 'trace-1',
  call_id: callId,
  tool: 'shell',
  arguments: { command: 'true' },
  reply_to: repliesKey('elsewhere'),
  schema_hash: schemaHash,
  ...more,
});
const add = (value: unknown) => gate.link.client.xAdd(queueStream, '*', { envelope: Buffer.from(encode(value)) });
/** Resolves once nothing waits and nothing is being made. */
const idle = () =>
  eventually(async () => {
    expect(await gate.link.client.xLen(queueStream)).toBe(0);
    expect((await gate.link.client.xPending(queueStream, queueGroup)).pending).toBe(0);
  });

async function order(callId: string, bytes: Uint8Array, more: Partial<Order> = {}): Promise<void> {
  const written = encodeOrder({
    run_id: 'run_test',
    trace_id: 'trace-1',
    envelope_sha256: sha256Hex(bytes),
    directory: '/tmp',
    privileges: '0',
    timeout_ms: 10_000,
    identity: encodeRecord({ principal: ann, runId: null }),
    record_ended: false,
    ...more,
  });
  await gate.link.client.set(orderKey(callId), Buffer.from(written), { expiration: { type: 'EX', value: 60 } });
}

describe('a call over the queue', () => {
  covers('tools.queue', 'tools.queue-order');

  it('is made as the gate ordered it, is answered once and leaves nothing behind', async () => {
    const answer = await gate.call({ callId: 'call_1', privileges: 2n ** 63n + 4n });
    expect(answer).toEqual({ output: { stdout: 'hello' } });
    expect(seen.map(({ signal: _, ...rest }) => rest)).toEqual([
      {
        callId: 'call_1',
        runId: 'run_test',
        traceId: 'trace-1',
        tool: 'shell',
        arguments: { command: 'true' },
        principal: ann,
        privileges: 2n ** 63n + 4n,
        directory: '/tmp',
        timeoutMs: 10_000,
      },
    ]);
    await idle();
    expect(await gate.link.text.keys('gatehouse:tools:queue:order:*')).toEqual([]);
    expect(await gate.link.text.keys('gatehouse:tools:queue:begun:*')).toEqual([]);
  });

  it('answers a tool that failed with its code and its text, and an error nobody expected with neither', async () => {
    const { AppError } = await import('@/lib/platform/errors');
    run = async () => {
      throw new AppError('PATH_REFUSED', { message: 'It leads out.', details: { path: 'x' } });
    };
    await expect(gate.call()).rejects.toMatchObject({
      code: 'PATH_REFUSED',
      message: 'It leads out.',
      details: { path: 'x' },
    });
    run = async () => {
      throw new Error('password=hunter2');
    };
    await expect(gate.call()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  it('makes many at once, each answered with its own', async () => {
    run = async ({ arguments: input }) => ({ output: { said: input.command } });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => gate.call({ arguments: { command: `echo ${n}` } })),
    );
    expect(answers.map(({ output }) => output.said)).toEqual(Array.from({ length: 300 }, (_, n) => `echo ${n}`));
    await idle();
  });

  it('ends at the worker at once when it is cancelled', async () => {
    let began = 0;
    let endedAfterMs = -1;
    const abort = new AbortController();
    run = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          endedAfterMs = performance.now() - began;
          reject(signal.reason);
        });
        began = performance.now();
        abort.abort();
      });
    await expect(gate.call({ signal: abort.signal })).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await eventually(() => expect(endedAfterMs).toBeGreaterThan(0));
    // 2 ms on an idle machine; the next look of a worker that missed the message comes after a second.
    expect(endedAfterMs).toBeLessThan(500);
    await idle();
  });

  it('ends within a beat of the worker when its order is gone, should the message be lost', async () => {
    run = ({ callId, signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        void gate.link.client.del(orderKey(callId));
      });
    await expect(gate.call()).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('says that the catalogue is stale when the worker is of another version, and runs nothing', async () => {
    covers('tools.catalog-stale');
    const other = await startConsole(redis, { hash: 'older' });
    await expect(other.call()).rejects.toMatchObject({ code: 'CATALOG_STALE', status: 409 });
    expect(seen).toEqual([]);
    await other.stop();
  });
});

describe('attack: whoever can write to the stream', () => {
  covers('tools.queue-forged');

  it('runs nothing the gate did not order', async () => {
    await writeRecord(gate.link, 'trace-1', ann);
    await add(envelopeFor('call_forged'));
    await idle();
    expect(seen).toEqual([]);
  });

  it('cannot put other arguments under the order of a real call, nor take its turn, nor answer it', async () => {
    run = async ({ callId, arguments: input }) => {
      // While the real one runs, forged ones come under its id: with other arguments, and to where the real answer goes.
      if (input.command === 'true') {
        const replyTo = (await gate.link.text.keys('gatehouse:tools:queue:replies:*'))[0];
        await add(envelopeFor(callId, { arguments: { command: 'id' }, reply_to: replyTo }));
        await eventually(async () => expect(await gate.link.client.xLen(queueStream)).toBe(1));
      }
      return { output: { stdout: String(input.command) } };
    };
    expect(await gate.call()).toEqual({ output: { stdout: 'true' } });
    expect(seen).toHaveLength(1);
  });

  it('does not have a call made twice by sending its envelope again', async () => {
    run = async ({ callId }) => {
      const [entry] = (await gate.link.client.xRange(queueStream, '-', '+')) ?? [];
      for (let copy = 0; copy < 3; copy += 1)
        await gate.link.client.xAdd(queueStream, '*', { envelope: entry?.message.envelope ?? '' });
      await eventually(async () => expect(await gate.link.client.xLen(queueStream)).toBe(1));
      return { output: { callId } };
    };
    await gate.call({ callId: 'call_copied' });
    await idle();
    expect(seen).toHaveLength(1);
  });

  it('gains no identity, run or directory by what an envelope says', async () => {
    await writeRecord(gate.link, 'trace-1', ann);
    const claims = {
      user_id: 'root',
      principal: { userId: 'root' },
      run_id: 'run_other',
      directory: '/',
      privileges: 'ff',
    };
    const bytes = encode(envelopeFor('call_claims', claims));
    await order('call_claims', bytes);
    await gate.link.client.xAdd(queueStream, '*', { envelope: Buffer.from(bytes) });
    await idle();
    expect(seen).toMatchObject([{ principal: ann, runId: 'run_test', directory: '/tmp', privileges: 0n }]);
  });

  it('has no answer written to a key of its choice', async () => {
    await gate.link.client.set('gatehouse:tools:queue:replies:text', 'x');
    for (const replyTo of [queueStream, 'other', `${repliesKey('a')}:b`, 'gatehouse:tools:queue:replies:text'])
      await add(envelopeFor('call_x', { reply_to: replyTo }));
    await idle();
    expect(await gate.link.text.keys('other')).toEqual([]);
    expect(await gate.link.client.xLen(queueStream)).toBe(0);
    // A console that is not there gets no stream either.
    expect(await gate.link.text.exists(repliesKey('elsewhere'))).toBe(0);
  });

  it('leaves a dead letter with what cannot be read, and a call that can be answered is answered', async () => {
    await gate.link.client.xAdd(queueStream, '*', { envelope: Buffer.from([0xc1, 0xff, 0x00]) });
    await gate.link.client.xAdd(queueStream, '*', { other: 'field' });
    await add('text');
    await add({ ...envelopeFor('call_odd'), arguments: 'none' });
    await add(envelopeFor('call_big', { arguments: { command: 'x'.repeat(limits.toolEnvelopeBytes) } }));
    await idle();
    expect((await dead()).map(({ reason }) => reason).reverse()).toEqual([
      'The envelope is not MessagePack.',
      'The entry has no envelope.',
      expect.stringContaining('The envelope is not one'),
      'The envelope is not one: arguments.',
      expect.stringMatching(/^The envelope has 11\d{5} bytes\.$/),
    ]);
    expect(seen).toEqual([]);
  });
});

describe('identity at the worker', () => {
  covers('tools.queue-identity');

  async function answered(more: Partial<ToolOrder> = {}): Promise<unknown> {
    return gate.runner.run(orderOf({ traceId: 'trace-2', ...more })).catch((error: unknown) => error);
  }
  const unknown = { code: 'IDENTITY_UNKNOWN' };

  it('comes from the record: of another principal, of another run, undecodable, it runs nothing', async () => {
    await writeRecord(gate.link, 'trace-2', { userId: 'mallory', platform: 'test' });
    expect(await answered()).toMatchObject(unknown);
    await writeRecord(gate.link, 'trace-2', ann, 'run_other');
    expect(await answered()).toMatchObject(unknown);
    await gate.link.client.set(`${recordPrefix}trace-2`, Buffer.from([0xc1]));
    expect(await answered()).toMatchObject(unknown);
    expect(seen).toEqual([]);
  });

  it('is refused when the record ends on the way, and the one that was approved when it had ended before', async () => {
    await writeRecord(gate.link, 'trace-2', ann);
    const bytes = encode(envelopeFor('call_late', { trace_id: 'trace-2' }));
    await gate.link.client.del(`${recordPrefix}trace-2`);
    await order('call_late', bytes, { trace_id: 'trace-2' });
    await gate.link.client.xAdd(queueStream, '*', { envelope: Buffer.from(bytes) });
    await idle();
    expect(seen).toEqual([]);
    // An operator took longer than the record lived: the gate says so, and for whom it was approved.
    expect(await answered()).toMatchObject({ output: { stdout: 'hello' } });
    expect(seen).toMatchObject([{ principal: ann }]);
  });
});

describe('a worker that fails', () => {
  covers('tools.queue-once', 'tools.dead-letters');

  it('lets another try what it could not begin, and the call is made once', async () => {
    let failures = 0;
    prepare = async () => {
      failures += 1;
      if (failures <= 2) throw new Error('The disk is away.');
    };
    expect(await gate.call()).toEqual({ output: { stdout: 'hello' } });
    expect(seen).toHaveLength(1);
    expect(await dead()).toEqual([]);
  });

  it('leaves a dead letter after three attempts and answers the caller', async () => {
    prepare = async () => {
      throw new Error('The disk is away.');
    };
    await expect(gate.call({ callId: 'call_dead' })).rejects.toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: expect.stringContaining('The disk is away. Nothing was run.'),
    });
    expect(await dead()).toMatchObject([
      { callId: 'call_dead', tool: 'shell', runId: 'run_test', reason: 'The disk is away.', times: 3 },
    ]);
    expect(seen).toEqual([]);
  });

  it('has its calls taken over: what it had not begun is made once, what it had begun is answered as lost', async () => {
    await gate.link.text.xGroupCreateConsumer(queueStream, queueGroup, 'ghost');
    const ghost = await openLink(redis, 'ghost');
    await writeRecord(gate.link, 'trace-1', ann);
    // The worker is kept busy, so that the ghost is the one that reads.
    const answers = await withWorkerBusy(async () => {
      const fresh = gate.runner.run(orderOf({ callId: 'call_fresh' }));
      const begun = gate.runner.run(orderOf({ callId: 'call_begun' })).catch((error: unknown) => error);
      const entries = await eventually(async () => {
        await ghost.client.xReadGroup(queueGroup, 'ghost', { key: queueStream, id: '>' }, { COUNT: 10 });
        const held = await ghost.text.xPendingRange(queueStream, queueGroup, '-', '+', 10, { consumer: 'ghost' });
        expect(held).toHaveLength(2);
        return held;
      });
      const last = entries[1]?.id ?? '';
      const [entry] = (await ghost.client.xRange(queueStream, last, last)) ?? [];
      await ghost.client.set(begunKey(sha256Hex(entry?.message.envelope ?? Buffer.alloc(0))), last);
      const ids = entries.map(({ id }) => id);
      await ghost.text.xClaimJustId(queueStream, queueGroup, 'ghost', 0, ids, { IDLE: limits.toolTimeoutMs });
      return { fresh, begun };
    });
    expect(await answers.begun).toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: expect.stringContaining('It may have happened'),
    });
    expect(await answers.fresh).toEqual({ output: { stdout: 'hello' } });
    expect(seen.map(({ callId }) => callId).filter((id) => id.startsWith('call_f') || id === 'call_begun')).toEqual([
      'call_fresh',
    ]);
    await ghost.close();
    await idle();
  });
});

async function withWorkerBusy<T>(work: () => Promise<T>): Promise<T> {
  const release: Array<() => void> = [];
  run = async (order) => {
    if (order.callId.startsWith('busy')) await new Promise<void>((resolve) => release.push(resolve));
    return hello(order);
  };
  const busy = Array.from({ length: limits.toolWorkerCalls }, (_, n) => gate.call({ callId: `busy_${n}` }));
  await eventually(() => expect(release).toHaveLength(limits.toolWorkerCalls));
  const result = await work();
  for (const go of release) go();
  await Promise.all(busy);
  return result;
}

describe('without a worker', () => {
  it('gives a call up that nobody takes and says what to start; it does not run later', async () => {
    const other = await startRedis();
    const alone = await startConsole(other);
    await expect(alone.call({ callId: 'call_alone' })).rejects.toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: 'The tools service did not answer: is npm run tools running? Nothing was run.',
    });
    const late = await startWorker(other, async (given) => {
      seen.push(given);
      return hello(given);
    });
    expect(await alone.call()).toEqual({ output: { stdout: 'hello' } });
    expect(seen).toHaveLength(1);

    // A drain ends what runs and takes nothing more; what comes meanwhile waits for the next worker.
    await late.stop();
    const waiting = alone.call({ callId: 'call_waiting' });
    const next = await startWorker(other, hello);
    expect(await waiting).toEqual({ output: { stdout: 'hello' } });
    expect(await next.link.text.xInfoConsumers(queueStream, queueGroup)).toHaveLength(1);
    await next.stop();
    await alone.stop();
    await other.stop();
  });
});

describe('Redis that is started anew in the middle of a call', () => {
  covers('tools.queue-redis');

  it.each([
    ['with its memory, has it answered', true],
    ['without its memory, has it told that nobody knows', false],
  ])('%s; the next call works', async (_, durable) => {
    const other = await startRedis({ durable });
    const release: Array<() => void> = [];
    const its = await startWorker(other, async (given) => {
      if (given.callId === 'call_cut') await new Promise<void>((resolve) => release.push(resolve));
      return hello(given);
    });
    const console = await startConsole(other);
    const answer = console.call({ callId: 'call_cut' }).catch((error: unknown) => error);
    await eventually(() => expect(release).toHaveLength(1));
    await other.restart();
    if (durable) release[0]?.();
    const told = {
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: expect.stringContaining('It may have happened'),
    };
    expect(await answer).toMatchObject(durable ? { output: { stdout: 'hello' } } : told);
    release[0]?.();
    expect(await eventually(() => console.call())).toEqual({ output: { stdout: 'hello' } });
    await console.stop();
    await its.stop();
    await other.stop();
  });

  it('refuses at once while it is away, and says so', async () => {
    const other = await startRedis();
    const console = await startConsole(other);
    await other.kill9();
    await eventually(() => expect(console.link.problem()).not.toBeNull());
    await expect(console.runner.run(orderOf())).rejects.toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: expect.stringMatching(/^The tools service cannot be reached: Redis at .* Nothing was run\.$/),
    });
    await console.stop();
    await other.stop();
  });
});

describe('workers, as the console shows them', () => {
  it('are there while they live, with what they say of themselves', async () => {
    expect((await gate.workers.look()).workers).toMatchObject([{ info: { host: 'here', pid: process.pid } }]);
  });
});
