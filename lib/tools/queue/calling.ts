/**
 * One entry of the queue, from its bytes to its answer. Of everything that can go wrong before the tool is asked, what another
 * attempt may cure is tried again and then becomes a dead letter; from the moment the tool is asked there is no second attempt.
 */
import { monotonicMs } from '@/lib/platform/clock';
import { AppError, executionFailed, toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type RedisLink, within } from '@/lib/platform/redis';
import type { ToolRunner } from '../runner';
import { createAnswering } from './answering';
import { begin, giveMarkBack, type Work } from './beginning';
import { type Claimed, giveBack } from './claiming';
import { insist } from './insisting';
import { failuresKey } from './keys';
import { decodeEnvelope, type Envelope, errorOf, type Order, type Reply } from './messages';

export interface CallingOptions {
  link: RedisLink;
  runner: Pick<ToolRunner, 'run'>;
  /** Of tool-session records. */
  recordPrefix: string;
  schemaHash: string;
  /** Sees to it that the call can be made on this machine. What it throws is no fault of the call: another worker may do better. */
  prepare(work: Work): Promise<void>;
  log: Log;
}

export interface RunningCall {
  readonly callId: string;
  readonly entryId: string;
  readonly sinceMs: number;
  readonly abort: AbortController;
}

type Read = { entryId: string; envelope: Envelope; digest: string; call: RunningCall };

export interface Calling {
  running(): RunningCall[];
  cancel(callId: string, message: string): void;
  /** Never rejects. Resolves once the entry is answered, or left to another delivery. */
  take(entry: Claimed): Promise<void>;
  /** What is read from now on is given back. */
  stop(): void;
}

export function createCalling({ link, runner, recordPrefix, schemaHash, prepare, log }: CallingOptions): Calling {
  const { client } = link;
  const end = createAnswering({ link, log });
  const calls = new Map<string, RunningCall>();
  let stopped = false;

  async function handle({ id: entryId, envelope: bytes, abandoned }: Claimed): Promise<void> {
    if (stopped) return giveBack(link, entryId);
    const decoded = decodeEnvelope(bytes);
    if (!decoded.ok) {
      const { callId, replyTo, digest, reason } = decoded;
      log.warn({ entryId, callId, reason }, 'an entry of the tools queue cannot be read');
      const reply = callId === null ? null : failure(callId, digest, executionFailed(`${reason} Nothing was run.`));
      const dead = { callId, tool: null, runId: null, reason, times: 1 };
      return end({ entryId, digest, replyTo, reply, ordered: false, dead });
    }
    const { envelope, digest } = decoded;
    // Known before it is begun: what cancels it must find it.
    const call = { callId: envelope.call_id, entryId, sinceMs: monotonicMs(), abort: new AbortController() };
    calls.set(entryId, call);
    try {
      await begun({ entryId, envelope, digest, call }, abandoned);
    } finally {
      calls.delete(entryId);
    }
  }

  async function begun(read: Read, abandoned: boolean): Promise<void> {
    const { entryId, envelope, digest } = read;
    const found = await begin({ client, recordPrefix, schemaHash }, read);
    if (found.kind === 'copy') {
      log.warn({ entryId, callId: envelope.call_id }, 'a copy of an envelope was dropped');
      return end({ entryId, digest, replyTo: null, reply: null, ordered: false });
    }
    if (found.kind === 'lost') {
      const message =
        'The worker that had begun this call ended before it answered. It may have happened: look before you call it again.';
      return answer(read, found.order, failure(envelope.call_id, digest, executionFailed(message)));
    }
    if (found.kind === 'refused') {
      log.warn({ entryId, callId: envelope.call_id, code: found.error.code }, 'a call of the tools queue was refused');
      return answer(read, found.order, failure(envelope.call_id, digest, found.error));
    }
    const { work } = found;
    try {
      if (abandoned && (await failuresOf(digest)) >= limits.toolAttempts)
        return dead(read, work.order, `${limits.toolAttempts} workers that had this call ended before they began it.`);
      await prepare(work);
    } catch (error) {
      return retry(read, work.order, error);
    }
    return answer(read, work.order, await made(read, work));
  }

  async function made({ envelope, digest, call }: Read, { order, principal, tool, ...work }: Work): Promise<Reply> {
    const { call_id, trace_id } = envelope;
    // The runner keeps to its time; one that does not must not hold its place.
    const late = () =>
      call.abort.abort(
        executionFailed(`The tool did not end within ${Math.round(order.timeout_ms / 1_000)} seconds and was ended.`),
      );
    const timer = setTimeout(late, order.timeout_ms + limits.toolAnswerGraceMs / 2);
    try {
      call.abort.signal.throwIfAborted();
      const { output } = await runner.run({
        callId: call_id,
        runId: order.run_id,
        traceId: trace_id,
        tool,
        arguments: work.arguments,
        principal,
        privileges: BigInt(`0x${order.privileges}`),
        directory: order.directory,
        timeoutMs: order.timeout_ms,
        signal: call.abort.signal,
      });
      return { call_id, envelope_sha256: digest, output };
    } catch (thrown) {
      const error = toAppError(call.abort.signal.aborted ? call.abort.signal.reason : thrown);
      if (error.code === 'INTERNAL')
        log.error({ err: thrown, callId: call_id }, 'a tool failed in a way it should not');
      return failure(call_id, digest, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async function answer({ entryId, envelope, digest }: Read, order: Order | null, reply: Reply): Promise<void> {
    const ordered = order?.envelope_sha256 === digest;
    await end({ entryId, digest, replyTo: envelope.reply_to, reply, ordered });
  }

  /** Nothing has happened yet: it is somebody's turn again after a moment, up to a number of times. */
  async function retry(read: Read, order: Order, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const times = await failuresOf(read.digest);
    log.warn({ callId: read.envelope.call_id, times, reason }, 'a call could not be begun here');
    if (times >= limits.toolAttempts) return dead(read, order, reason);
    await giveMarkBack(client, read.digest);
    await giveBack(link, read.entryId);
  }

  async function dead({ entryId, envelope, digest }: Read, order: Order, reason: string): Promise<void> {
    const { call_id: callId, tool, reply_to: replyTo } = envelope;
    const error = executionFailed(
      `The tools service could not begin the call: ${reason} Nothing was run. It waits for an admin as a dead letter.`,
    );
    const letter = { callId, tool, runId: order.run_id, reason, times: limits.toolAttempts };
    await end({ entryId, digest, replyTo, reply: failure(callId, digest, error), ordered: true, dead: letter });
  }

  async function failuresOf(digest: string): Promise<number> {
    const key = failuresKey(digest);
    const [times] = await within(Promise.all([client.incr(key), client.pExpire(key, limits.toolBegunMs)]));
    return times;
  }

  return {
    running: () => [...calls.values()],
    cancel(callId, message) {
      for (const call of calls.values())
        if (call.callId === callId) call.abort.abort(new AppError('CALL_CANCELLED', { message }));
    },
    take: (entry) =>
      handle(entry).catch((error: unknown) => {
        log.warn({ err: error, entryId: entry.id }, 'an entry was left for later');
        return insist(() => giveBack(link, entry.id)).catch(() => undefined);
      }),
    stop() {
      stopped = true;
    },
  };
}

function failure(callId: string, digest: string, error: AppError): Reply {
  return { call_id: callId, envelope_sha256: digest, error: errorOf(error) };
}
