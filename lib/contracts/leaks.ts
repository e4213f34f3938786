/** Texts in the shape of a secret that a run showed: named by their pattern, never told. */
import { z } from 'zod';
import { isoTime, pageQuery } from './common';

export const leakAlert = z.object({
  id: z.string(),
  runId: z.string(),
  runTitle: z.string(),
  /** The tool call whose output it was; null for the terminal. */
  callId: z.string().nullable(),
  /** What it looked like, in words: "AWS access key id". */
  pattern: z.string(),
  count: z.number().int(),
  firstAt: isoTime,
  lastAt: isoTime,
  acknowledgedAt: isoTime.nullable(),
  acknowledgedBy: z.string().nullable(),
});
export type LeakAlert = z.infer<typeof leakAlert>;

export const listLeaksQuery = pageQuery.extend({
  status: z.enum(['open', 'acknowledged']).optional(),
  runId: z.string().max(64).optional(),
});
export type ListLeaksQuery = z.infer<typeof listLeaksQuery>;

/** `1`: what looks like a secret is given out by its name alone. The stored file, whose hash is on the record, stays as it is. */
export const recordingQuery = z.strictObject({ redact: z.enum(['0', '1']).optional() });
