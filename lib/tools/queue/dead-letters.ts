/** Calls that no worker could begin. They hold no argument and no result: what is made again is made from the record of the call. */

import { limits } from '@/lib/platform/limits';
import type { RedisClient } from '@/lib/platform/redis';
import { deadStream } from './keys';

export interface DeadLetter {
  /** Where it is in the stream, which is when it got there. */
  id: string;
  /** Null where it could not be read. */
  callId: string | null;
  tool: string | null;
  runId: string | null;
  reason: string;
  /** How often it was tried. */
  times: number;
}

export function writeDeadLetter(client: RedisClient, { callId, tool, runId, reason, times }: Omit<DeadLetter, 'id'>) {
  const fields = { call_id: callId ?? '', tool: tool ?? '', run_id: runId ?? '', reason: reason.slice(0, 500) };
  return client.xAdd(
    deadStream,
    '*',
    { ...fields, times: String(times) },
    { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: limits.toolDeadLetters } },
  );
}

/** The newest first, from before `cursor` on. */
export async function readDeadLetters(
  client: RedisClient,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<DeadLetter[]> {
  const entries = await client.xRevRange(deadStream, cursor === null ? '+' : `(${cursor}`, '-', { COUNT: limit });
  return (entries ?? []).map(({ id, message }) => letterOf(String(id), message));
}

export async function findDeadLetter(client: RedisClient, id: string): Promise<DeadLetter | null> {
  const [found] = (await client.xRange(deadStream, id, id)) ?? [];
  return found ? letterOf(String(found.id), found.message) : null;
}

/** Of entries that something else wrote as much is shown as is there. */
function letterOf(id: string, message: Record<string, unknown>): DeadLetter {
  const text = (name: string) => (message[name] === undefined ? '' : String(message[name])).slice(0, 500);
  return {
    id,
    callId: text('call_id') || null,
    tool: text('tool') || null,
    runId: text('run_id') || null,
    reason: text('reason') || 'It says no reason.',
    times: Number.parseInt(text('times'), 10) || 1,
  };
}
