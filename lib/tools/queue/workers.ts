/** Which workers read the queue, as Redis and they themselves say: whether one lives is told by the clock of Redis alone. */
import { z } from 'zod';
import { parseJson } from '@/lib/platform/json';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { type RedisLink, within } from '@/lib/platform/redis';
import type { ShellState } from '../runner';
import { deadStream, queueGroup, queueStream, returned, workersKey } from './keys';

/** What a worker says of itself, every second. */
const said = z.object({
  host: z.string().max(255),
  pid: z.number().int(),
  running: z.number().int(),
  shell: z.object({ sandboxed: z.boolean(), note: z.string().max(1_000) }).nullable(),
  /** By the clock of Redis, milliseconds. */
  seenAtMs: z.number(),
});
export type WorkerInfo = z.infer<typeof said>;

export interface QueueWorker {
  name: string;
  /** Milliseconds since it was last heard of. */
  idleMs: number;
  /** Calls it holds and has not answered. */
  held: number;
  info: WorkerInfo | null;
}

export interface QueueState {
  /** A tools service was started on this Redis, now or once. */
  inUse: boolean;
  /** Those alive, the one seen last first. */
  workers: QueueWorker[];
  deadLetters: number;
}

export interface WorkerWatch {
  /** As it was a moment ago. */
  state(): QueueState;
  shell(): ShellState | null;
  /** As it is. Rejects while Redis is away. */
  look(): Promise<QueueState>;
  /** Told when workers come or go, and when the number of dead letters changes. @returns a way to stop that. */
  onChanged(listener: () => void): () => void;
  close(): void;
}

const unknown: QueueState = { inUse: false, workers: [], deadLetters: 0 };

export function createWorkerWatch({ link, log }: { link: RedisLink; log: Log }): WorkerWatch {
  let state = unknown;
  const listeners = new Set<() => void>();

  async function look(): Promise<QueueState> {
    const [consumers, deadLetters] = await within(Promise.all([consumersOf(link), link.text.xLen(deadStream)]));
    const workers = (consumers ?? [])
      .filter(({ name, idleMs }) => name !== returned && idleMs < limits.toolWorkerSeenMs)
      .sort((a, b) => a.idleMs - b.idleMs);
    const next = { inUse: consumers !== null, workers, deadLetters };
    const changed = summary(state) !== summary(next);
    state = next;
    if (changed) for (const listener of listeners) listener();
    return next;
  }

  const timer = setInterval(() => {
    if (link.problem() === null)
      look().catch((error: unknown) => log.debug({ err: error }, 'the workers of the tools service could not be read'));
  }, limits.toolWatchMs);
  timer.unref();

  return {
    state: () => (link.problem() === null ? state : { ...state, workers: [] }),
    shell: () => state.workers.find(({ info }) => info?.shell)?.info?.shell ?? null,
    look,
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}

/** Says of a worker what it is and that it lives. */
export async function describeWorker({ text }: RedisLink, name: string, info: Omit<WorkerInfo, 'seenAtMs'>) {
  const seenAtMs = await within(text.time().then(msOf));
  await within(text.hSet(workersKey, name, JSON.stringify({ ...info, seenAtMs })));
}

/** Every consumer of the group, alive or not; null where no tools service was ever started. */
export async function consumersOf({ text }: RedisLink): Promise<QueueWorker[] | null> {
  try {
    const [consumers, infos, nowMs] = await Promise.all([
      text.xInfoConsumers(queueStream, queueGroup),
      text.hGetAll(workersKey),
      text.time().then(msOf),
    ]);
    return consumers.map(({ name, idle, pending }) => {
      const info = readInfo(infos[name]);
      // Redis counts a consumer that waits for work as idle: from version 7.2 on it does not.
      const idleMs = info ? Math.min(idle, Math.max(0, nowMs - info.seenAtMs)) : idle;
      return { name, idleMs, held: pending, info };
    });
  } catch (error) {
    if (error instanceof Error && /no such key|NOGROUP/.test(error.message)) return null;
    throw error;
  }
}

/** Seconds and microseconds, as `TIME` has them. */
function msOf([seconds, micros]: readonly string[]): number {
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

function readInfo(text: string | undefined): WorkerInfo | null {
  return said.safeParse(text === undefined ? undefined : parseJson(text)).data ?? null;
}

function summary({ inUse, workers, deadLetters }: QueueState): string {
  return JSON.stringify([inUse, deadLetters, workers.map(({ name, info }) => [name, info?.shell]).sort()]);
}
