/** Revoke, the product's one press: one run or up to a thousand, durable before it answers, saying what it ended. */
import { maxRunsPerRevoke, type RevokeResult, type RunFilter } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import type { Database } from '@/lib/platform/database';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { Ending, RunEnder } from './ending';
import { findRunIds } from './query';

export interface RevocationService {
  /** Again: 200 with zeros. @throws AppError RUN_NOT_FOUND, AUDIT_UNAVAILABLE. */
  revokeRun(id: string, reason: string, by: Actor): Promise<RevokeResult>;
  /** A filter is frozen to the ids it matches now. Each run's result stands for itself. */
  revokeMany(
    selection: { ids?: string[] | undefined; filter?: RunFilter | undefined },
    reason: string,
    by: Actor,
  ): Promise<{ results: Array<{ runId: string; ok: boolean; error?: { code: string; message: string } }> }>;
}

export function createRevocationService({ db, ender }: { db: Database; ender: RunEnder }): RevocationService {
  async function revokeRun(id: string, reason: string, by: Actor): Promise<RevokeResult> {
    const row = await db.run.findUnique({ where: { id }, select: { id: true } });
    if (!row) throw new AppError('RUN_NOT_FOUND', { message: `No such run: ${id.slice(0, 64)}.` });
    const ending: Ending = {
      status: 'revoked',
      action: 'run.revoke',
      tokenReason: 'manual',
      by,
      reason,
      refuseUnrecorded: true,
    };
    return ender.end(id, ending);
  }

  async function revokeOne(runId: string, reason: string, by: Actor) {
    try {
      await revokeRun(runId, reason, by);
      return { runId, ok: true };
    } catch (error) {
      const { code, message } = toAppError(error);
      return { runId, ok: false, error: { code, message } };
    }
  }

  return {
    revokeRun,
    async revokeMany({ ids, filter }, reason, by) {
      if ((ids === undefined) === (filter === undefined))
        throw new AppError('BAD_REQUEST', { message: 'ids, filter: give one of the two.' });
      const frozen = ids ?? (await findRunIds(db, filter ?? {}, maxRunsPerRevoke));
      return { results: await Promise.all([...new Set(frozen)].map((id) => revokeOne(id, reason, by))) };
    },
  };
}
