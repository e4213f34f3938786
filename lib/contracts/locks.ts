/** Locks: a standing revoke. They end what is live of their target and refuse what is new. */
import { z } from 'zod';
import { isoTime, label, pageQuery } from './common';

export const lockKinds = ['user', 'plugin', 'project', 'connector', 'operator'] as const;
export type LockKind = (typeof lockKinds)[number];
export const lockTarget = z.strictObject({ kind: z.enum(lockKinds), id: label(200) });
export type LockTarget = z.infer<typeof lockTarget>;

export const lock = z.object({
  id: z.string(),
  target: lockTarget,
  /** Shown to everybody it bites. */
  message: z.string(),
  createdBy: z.string(),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
});
export type Lock = z.infer<typeof lock>;

export const createLockBody = z.strictObject({
  target: lockTarget,
  message: label(500),
  expiresAt: isoTime.optional(),
});
export type CreateLockBody = z.infer<typeof createLockBody>;
/** What the lock ended when it was made. */
export const createdLock = z.object({ lock, ended: z.object({ runs: z.number().int(), calls: z.number().int() }) });
export const listLocksQuery = pageQuery;
