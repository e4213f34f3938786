/** The tools service as its own process, as people see it: who serves the queue, and what nobody could begin. */
import { z } from 'zod';
import { isoTime, pageQuery } from './common';

const shell = z.object({ sandboxed: z.boolean(), note: z.string() });

export const toolsWorker = z.object({
  name: z.string(),
  /** Null until it has said so. */
  host: z.string().nullable(),
  pid: z.number().int().nullable(),
  /** Calls it has now. */
  running: z.number().int(),
  seenAt: isoTime,
  shell: shell.nullable(),
});
export type ToolsWorker = z.infer<typeof toolsWorker>;

export const toolsQueue = z.object({
  /** `queue` once `npm run tools` was started with the same Redis, and from then on. */
  runsIn: z.enum(['process', 'queue']),
  /** What is wrong with Redis; null while it answers, and where none is set. */
  problem: z.string().nullable(),
  workers: z.array(toolsWorker),
  deadLetters: z.number().int(),
});
export type ToolsQueue = z.infer<typeof toolsQueue>;

/** A call that no worker could begin, or an entry that none could read. It holds no arguments. */
export const deadLetter = z.object({
  id: z.string(),
  at: isoTime,
  callId: z.string().nullable(),
  runId: z.string().nullable(),
  tool: z.string().nullable(),
  reason: z.string(),
  /** How often it was tried. */
  times: z.number().int(),
});
export type DeadLetter = z.infer<typeof deadLetter>;
export const listDeadLettersQuery = pageQuery;

/** The call that was made of it: a new one, with an id of its own. `pending` waits for an operator. */
export const replayResult = z.object({ callId: z.string(), status: z.enum(['made', 'pending']) });
export type ReplayResult = z.infer<typeof replayResult>;
