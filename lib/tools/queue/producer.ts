/**
 * The tools service as its own process, seen from the gate: the order is written, then the envelope is put on the stream, then the
 * answer is waited for. Every call ends in one way and in bounded time, also when Redis or the worker does not come back; and a
 * call that was given up is not begun later, since its order is gone.
 */

import { monotonicMs } from '@/lib/platform/clock';
import { AppError, executionFailed } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type RedisLink, within } from '@/lib/platform/redis';
import { sha256Hex } from '@/lib/platform/secrets';
import { encodeRecord } from '@/lib/traces/encoding';
import type { ToolAnswer, ToolOrder, ToolRunner } from '../runner';
import { begunKey, cancelChannel, orderKey, queueStream, repliesKey } from './keys';
import { encodeEnvelope, encodeOrder } from './messages';
import { createPendingCalls, type Pending } from './pending';
import { createReplyReader } from './replies';
import { watchPending } from './watching';
import type { WorkerWatch } from './workers';

export interface QueueRunnerOptions {
  link: RedisLink;
  /** Of tool-session records. */
  recordPrefix: string;
  schemaHash: string;
  workers: WorkerWatch;
  /** Names the answers of this process. */
  processId: string;
  log: Log;
}

export function createQueueRunner(options: QueueRunnerOptions): ToolRunner {
  const { link, recordPrefix, schemaHash, workers, processId, log } = options;
  const { client } = link;
  const replyTo = repliesKey(processId);
  const pending = createPendingCalls();
  const replies = createReplyReader({ link, key: replyTo, onReply: pending.onReply });
  const watching = watchPending({ ...options, pending, giveUp });

  async function orderBytes(
    { runId, traceId, principal, privileges, directory, timeoutMs }: ToolOrder,
    digest: string,
  ) {
    return encodeOrder({
      run_id: runId,
      trace_id: traceId,
      envelope_sha256: digest,
      directory,
      privileges: privileges.toString(16),
      timeout_ms: timeoutMs,
      identity: encodeRecord({ principal, runId: null }),
      record_ended: (await within(client.exists(recordPrefix + traceId))) === 0,
    });
  }

  async function send(call: Pending, envelope: Buffer): Promise<void> {
    const { callId, timeoutMs, signal } = call.order;
    const order = await orderBytes(call.order, call.digest);
    if (signal.aborted) return;
    // One connection keeps the order of what it is given: the order is there before the envelope.
    const lifeMs = limits.toolTimeoutMs + timeoutMs + limits.toolWorkerWaitMs;
    const ordered = client.set(orderKey(callId), order, { expiration: { type: 'PX', value: lifeMs } });
    const added = client.xAdd(queueStream, '*', { envelope: envelope });
    // Without an order the worker refuses it, and that is the answer.
    ordered.catch((error: unknown) => log.warn({ err: error, callId }, 'an order of the tools queue was not written'));
    call.entryId = String(await within(added));
  }

  /**
   * From here on no worker begins it, and one that has begun ends it. A worker takes its mark before it reads the order, and here
   * the order goes before the mark is read: whoever comes second sees the other. One that has ended removed the order already.
   * @returns whether a worker had begun it.
   */
  async function giveUp({ order: { callId }, digest, entryId }: Pending): Promise<boolean> {
    const [removed, begun] = await within(
      Promise.all([
        client.del(orderKey(callId)),
        client.exists(begunKey(digest)),
        client.publish(cancelChannel, callId),
      ]),
    );
    if (begun === 1 || removed === 0) return true;
    if (entryId !== null) client.xDel(queueStream, entryId).catch(() => undefined);
    return false;
  }

  async function run(order: ToolOrder): Promise<ToolAnswer> {
    const { callId, traceId, tool, signal } = order;
    const problem = link.problem();
    if (problem !== null) throw executionFailed(`The tools service cannot be reached: ${problem}. Nothing was run.`);
    if (pending.size >= limits.toolQueueCalls)
      throw new AppError('CAPACITY', { message: 'Too many calls wait for the tools service. Nothing was run.' });
    const envelope = encodeEnvelope({
      trace_id: traceId,
      call_id: callId,
      tool,
      arguments: order.arguments,
      reply_to: replyTo,
      schema_hash: schemaHash,
    });
    const digest = sha256Hex(envelope);
    await replies.open().catch((error: unknown) => {
      throw executionFailed(`The tools service cannot be reached: ${problemOf(error)}. Nothing was run.`, error);
    });
    const { pending: call, answer } = pending.add(order, digest, monotonicMs());
    const cancel = () => {
      call.fail(new AppError('CALL_CANCELLED'));
      giveUp(call).catch(() => watching.abandon(call));
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      send(call, envelope).catch((error: unknown) => notSent(call, error));
      return await answer;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  function notSent(call: Pending, error: unknown): void {
    const left = giveUp(call).catch(() => watching.abandon(call));
    // What Redis itself refused did not arrive. Of what the connection lost nobody knows.
    const what = link.isRefusal(error)
      ? `The tools service cannot be reached: ${error.message}. Nothing was run.`
      : 'Redis went away while the call was handed to the tools service. It may have happened: look before you call it again.';
    left.finally(() => call.fail(executionFailed(what, error)));
  }

  return {
    run,
    shell: workers.shell,
    onShellChanged: workers.onChanged,
    async close() {
      watching.close();
      for (const call of pending.all()) call.fail(new AppError('SHUTTING_DOWN'));
      await replies.close();
    },
  };
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Redis failed';
}
