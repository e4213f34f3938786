/**
 * A worker of the tools service: reads envelopes, makes the calls the gate ordered, answers each once. It decides nothing itself.
 * It promises that no call has its effect twice, that each is answered, also when the worker before it was killed, and that a call
 * that must end does: told by the channel, by an order that is gone, or by a Redis that stays away.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import { within } from '@/lib/platform/redis';
import type { ToolRunner } from '../runner';
import { type CallingOptions, createCalling } from './calling';
import { type Claimed, claim, entriesOf, forget, refresh } from './claiming';
import { cancelChannel, orderKey, queueGroup, queueStream } from './keys';
import { describeWorker } from './workers';

export interface ToolsWorkerOptions extends CallingOptions {
  runner: ToolRunner;
  /** Of this worker among those of the group. */
  name: string;
  host: string;
  pid: number;
}

export interface ToolsWorker {
  /** Resolves once it is there to take calls. */
  ready: Promise<void>;
  /** Takes nothing more, ends what it has within `limits.drainMs`, and gives back what it had not begun. */
  drain(): Promise<void>;
}

export function createToolsWorker(options: ToolsWorkerOptions): ToolsWorker {
  const { link, runner, name, host, pid, log } = options;
  const { client, text } = link;
  const blocking = link.another('gatehouse-worker-read');
  const listening = link.another('gatehouse-worker-cancel');
  const calling = createCalling(options);
  const taken = new Set<Promise<void>>();
  let onRoom: () => void = () => undefined;
  let draining = false;
  let awaySinceMs: number | null = null;

  listening.onReady(() => {
    if (!listening.text.isPubSubActive)
      listening.text
        .subscribe(cancelChannel, (callId) => calling.cancel(callId, 'The call was cancelled.'))
        .catch((error: unknown) => log.warn({ err: error }, 'cancelled calls are noticed with a delay'));
  });
  const ready = makeGroup();
  const reading = ready.then(read);
  let beating = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(beat).catch((error: unknown) => log.debug({ err: error }, 'a beat of the worker failed'));
  }, limits.toolWorkerBeatMs);
  runner.onShellChanged(() => void describe().catch(() => undefined));

  const room = () => limits.toolWorkerCalls - taken.size;

  function take(entry: Claimed): void {
    const work = calling.take(entry).finally(() => {
      taken.delete(work);
      onRoom();
    });
    taken.add(work);
  }

  async function read(): Promise<void> {
    while (!draining) {
      if (room() <= 0) {
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
        continue;
      }
      try {
        const asked = blocking.client.xReadGroup(
          queueGroup,
          name,
          { key: queueStream, id: '>' },
          { COUNT: room(), BLOCK: limits.toolWorkerBeatMs },
        );
        const streams = await within(asked, limits.toolWorkerBeatMs + limits.redisAnswerMs);
        for (const entry of entriesOf(streams?.[0]?.messages ?? [])) take({ ...entry, abandoned: false });
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('NOGROUP')) await makeGroup();
        else await delay(limits.redisRetryMs);
      }
    }
  }

  /** From the first entry on: what came while there was no worker is answered too. */
  async function makeGroup(): Promise<void> {
    while (!draining) {
      try {
        await within(text.xGroupCreate(queueStream, queueGroup, '0', { MKSTREAM: true })).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
        });
        await within(text.xGroupCreateConsumer(queueStream, queueGroup, name));
        return await describe();
      } catch (error) {
        log.debug({ err: error }, 'the queue could not be made yet');
        await delay(limits.redisRetryMs * 4);
      }
    }
  }

  const describe = () => describeWorker(link, name, { host, pid, running: taken.size, shell: runner.shell() });

  async function beat(): Promise<void> {
    awaySinceMs = link.problem() === null ? null : (awaySinceMs ?? monotonicMs());
    if (awaySinceMs !== null) {
      // Nobody could say that a run was revoked: what cannot be stopped from outside does not go on.
      if (monotonicMs() - awaySinceMs >= limits.toolRedisAwayMs)
        for (const { callId } of calling.running()) calling.cancel(callId, 'Redis went away during the call.');
      return;
    }
    await describe();
    const running = calling.running();
    await refresh(
      link,
      name,
      running.map(({ entryId }) => entryId),
    );
    await endUnordered(running.filter(({ sinceMs }) => monotonicMs() - sinceMs >= limits.toolWorkerBeatMs));
    if (!draining && room() > 0) for (const entry of await claim(link, name, room())) take(entry);
  }

  /** Whoever gives a call up removes its order: a worker that missed the message sees that. */
  async function endUnordered(calls: ReturnType<typeof calling.running>): Promise<void> {
    const ordered = await within(Promise.all(calls.map(({ callId }) => client.exists(orderKey(callId)))));
    calls.forEach(({ callId }, index) => {
      if (ordered[index] === 0) calling.cancel(callId, 'The call was given up.');
    });
  }

  async function drain(): Promise<void> {
    draining = true;
    calling.stop();
    onRoom();
    await reading;
    const ended = Promise.all(taken);
    const late = new AbortController();
    await Promise.race([ended, delay(limits.drainMs, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    for (const { callId } of calling.running())
      calling.cancel(callId, 'The tools service was shut down during the call.');
    await ended;
    clearInterval(timer);
    await beating;
    await leave().catch((error: unknown) => log.debug({ err: error }, 'the worker could not sign off'));
    await Promise.all([blocking.close(), listening.close()]);
  }

  async function leave(): Promise<void> {
    const held = await within(text.xPendingRange(queueStream, queueGroup, '-', '+', 1, { consumer: name }));
    if (held.length === 0) await forget(link, name);
  }

  return { ready, drain };
}
