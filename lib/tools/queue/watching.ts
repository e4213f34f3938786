/** Looks after the calls that are out: none waits for a worker, an answer or a Redis that does not come. */
import { monotonicMs } from '@/lib/platform/clock';
import { executionFailed } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type RedisLink, within } from '@/lib/platform/redis';
import { begunKey, orderKey } from './keys';
import type { Pending, PendingCalls } from './pending';
import type { WorkerWatch } from './workers';

export interface WatchPendingOptions {
  link: RedisLink;
  workers: WorkerWatch;
  log: Log;
  pending: PendingCalls;
  giveUp: (call: Pending) => Promise<boolean>;
}

const mayHaveHappened = 'It may have happened: look before you call it again.';
const everyMs = 500;

export function watchPending({ link, workers, log, pending, giveUp }: WatchPendingOptions) {
  const { client } = link;
  /** Given up while Redis was away, and told to it once it is back. */
  const abandoned = new Set<Pending>();
  let awaySinceMs: number | null = null;
  let aloneSinceMs: number | null = null;
  let looking = false;

  async function look(): Promise<void> {
    const nowMs = monotonicMs();
    awaySinceMs = link.problem() === null ? null : (awaySinceMs ?? nowMs);
    aloneSinceMs = workers.state().workers.length > 0 ? null : (aloneSinceMs ?? nowMs);
    if (awaySinceMs === null) {
      await forgetAbandoned();
      const old = pending.all().filter(({ sentAtMs }) => nowMs - sentAtMs >= everyMs * 2);
      await Promise.all(old.map((call) => inspect(call, nowMs)));
    } else if (nowMs - awaySinceMs >= limits.toolRedisAwayMs) {
      for (const call of pending.all()) {
        abandoned.add(call);
        const happened = call.entryId === null ? '' : ` ${mayHaveHappened}`;
        call.fail(executionFailed(`Redis went away while the tools service had the call.${happened}`));
      }
    }
  }

  async function forgetAbandoned(): Promise<void> {
    for (const call of abandoned) {
      await giveUp(call);
      abandoned.delete(call);
    }
  }

  async function inspect(call: Pending, nowMs: number): Promise<void> {
    const { order, digest, sentAtMs } = call;
    const [begun, ordered] = await within(
      Promise.all([client.exists(begunKey(digest)), client.exists(orderKey(order.callId))]),
    );
    if (begun === 1) call.begunAtMs ??= nowMs;
    if (ordered === 0) call.goneAtMs ??= nowMs;
    const aloneMs = aloneSinceMs === null ? 0 : nowMs - aloneSinceMs;

    if (call.goneAtMs !== null) {
      // The worker removes the order as it answers, so the answer is on its way, or Redis lost both.
      if (nowMs - call.goneAtMs < limits.toolAnswerGraceMs) return;
      call.fail(
        executionFailed(`The answer of the tools service was lost, perhaps with what Redis held. ${mayHaveHappened}`),
      );
    } else if (call.begunAtMs === null) {
      const waitedMs = nowMs - sentAtMs;
      if (Math.min(waitedMs, aloneMs) >= limits.toolWorkerWaitMs)
        await end(call, 'The tools service did not answer: is npm run tools running?');
      else if (waitedMs >= limits.toolTimeoutMs)
        await end(call, 'The tools service had no time for the call: its workers are busy.');
    } else if (aloneMs >= limits.toolWorkerLostMs) {
      await end(call, 'The worker that had the call is gone.');
    } else if (nowMs - call.begunAtMs >= order.timeoutMs + limits.toolAnswerGraceMs) {
      await end(call, `The tool did not answer within ${Math.round(order.timeoutMs / 1_000)} seconds.`);
    }
  }

  async function end(call: Pending, what: string): Promise<void> {
    const begun = await giveUp(call);
    call.fail(executionFailed(`${what} ${begun ? mayHaveHappened : 'Nothing was run.'}`));
  }

  const timer = setInterval(() => {
    if (looking) return;
    if (pending.size === 0 && abandoned.size === 0) {
      awaySinceMs = null;
      aloneSinceMs = null;
      return;
    }
    looking = true;
    look()
      .catch((error: unknown) =>
        log.debug({ err: error }, 'calls that wait for the tools service could not be looked at'),
      )
      .finally(() => {
        looking = false;
      });
  }, everyMs);
  timer.unref();

  return {
    abandon: (call: Pending) => void abandoned.add(call),
    close: () => clearInterval(timer),
  };
}
