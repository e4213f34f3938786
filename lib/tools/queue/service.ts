/** The queue for people: who serves it, and its dead letters, each change on the record first. */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { DeadLetter, ReplayResult, ToolsQueue } from '@/lib/contracts/tools-queue';
import { type Actor, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import { AppError, isAppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { type RedisLink, within } from '@/lib/platform/redis';
import type { ChosenRunner } from './choosing';
import { findDeadLetter, type DeadLetter as Letter, readDeadLetters } from './dead-letters';
import { deadStream } from './keys';
import type { WorkerWatch } from './workers';

export interface ToolsQueueService {
  view(): ToolsQueue;
  /** Newest first. @throws AppError REDIS_UNAVAILABLE, as everything below. */
  deadLetters(page: { limit: number; cursor?: string | undefined }): Promise<Page<DeadLetter>>;
  /**
   * Makes the call anew: as its run, through the whole gate, as things are now. The letter goes once the gate let it through.
   * @throws AppError DEAD_LETTER_NOT_FOUND, ALREADY_DECIDED, what the gate refused it with.
   */
  replay(id: string, by: Actor): Promise<ReplayResult>;
  /** @throws AppError DEAD_LETTER_NOT_FOUND, ALREADY_DECIDED. */
  discard(id: string, by: Actor): Promise<void>;
}

export interface ToolsQueueOptions {
  runner: ChosenRunner;
  /** Null where there is no Redis. */
  queue: { link: RedisLink; workers: WorkerWatch } | null;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  /** @throws what the gate refused it with; what became of a call that was let through is no error. */
  makeAgain(callId: string): Promise<ReplayResult>;
}

const letterId = /^\d{1,20}-\d{1,20}$/;

export function createToolsQueueService(options: ToolsQueueOptions): ToolsQueueService {
  const { runner, queue, audit, bus, clock, makeAgain } = options;
  /** Those that somebody decides about now. */
  const busy = new Set<string>();
  queue?.workers.onChanged(() => bus.publish({ type: 'tools.changed', data: view() }));

  function view(): ToolsQueue {
    const state = queue?.workers.state() ?? { workers: [], deadLetters: 0 };
    const nowMs = clock.now();
    return {
      runsIn: runner.runsIn(),
      problem: queue?.link.problem() ?? null,
      workers: state.workers.map(({ name, idleMs, held, info }) => ({
        name,
        host: info?.host ?? null,
        pid: info?.pid ?? null,
        running: info?.running ?? held,
        seenAt: toIso(nowMs - idleMs),
        shell: info?.shell ?? null,
      })),
      deadLetters: state.deadLetters,
    };
  }

  async function require(id: string): Promise<{ letter: Letter; link: RedisLink }> {
    if (!queue || !letterId.test(id)) throw new AppError('DEAD_LETTER_NOT_FOUND');
    const letter = await asked(findDeadLetter(queue.link.client, id));
    if (!letter) throw new AppError('DEAD_LETTER_NOT_FOUND');
    return { letter, link: queue.link };
  }

  /** Two who decide about one letter at once would have its call made twice. */
  async function alone<T>(id: string, work: (found: { letter: Letter; link: RedisLink }) => Promise<T>): Promise<T> {
    if (busy.has(id)) throw new AppError('ALREADY_DECIDED');
    busy.add(id);
    try {
      return await work(await require(id));
    } finally {
      busy.delete(id);
    }
  }

  async function remove(link: RedisLink, id: string): Promise<void> {
    await asked(link.client.xDel(deadStream, id));
    await queue?.workers.look().catch(() => undefined);
  }

  function record(action: string, { id, callId, runId, tool, reason }: Letter, by: Actor): Promise<unknown> {
    const data = { letterId: id, callId, runId, tool, reason };
    return audit.append({ actor: actorName(by), action, target: callId ?? `dead-letter:${id}`, data });
  }

  return {
    view,

    async deadLetters({ limit, cursor = null }) {
      if (!queue) return { items: [], nextCursor: null };
      if (cursor !== null && !letterId.test(cursor))
        throw new AppError('BAD_REQUEST', { message: 'cursor: is not one of this list.' });
      const found = await asked(readDeadLetters(queue.link.client, { limit: limit + 1, cursor }));
      const items = found.slice(0, limit);
      return {
        items: items.map((letter) => ({ ...letter, at: toIso(Number(letter.id.split('-')[0])) })),
        nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null,
      };
    },

    replay: (id, by) =>
      alone(id, async ({ letter, link }) => {
        const { callId } = letter;
        if (callId === null)
          throw new AppError('CALL_NOT_FOUND', { message: 'Nobody knows which call this was. It can be discarded.' });
        await record('tool.replay', letter, by);
        const result = await makeAgain(callId);
        await remove(link, id);
        return result;
      }),

    discard: (id, by) =>
      alone(id, async ({ letter, link }) => {
        await record('tool.discard', letter, by);
        await remove(link, id);
      }),
  };
}

/** @throws AppError REDIS_UNAVAILABLE. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await within(answer);
  } catch (error) {
    throw isAppError(error) ? error : new AppError('REDIS_UNAVAILABLE', { cause: error });
  }
}
