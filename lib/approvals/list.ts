/** Approvals for people: a page at a time, with the arguments for those who may see them. */
import type { Approval, ListApprovalsQuery } from '@/lib/contracts/approvals';
import type { Page } from '@/lib/contracts/common';
import { type Actor, actorMay } from '@/lib/platform/actor';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { toApproval } from './rows';

/** Operators by their role; a key that decides has to know what about. */
export function maySeeHeldArguments(by: Actor): boolean {
  return actorMay(by, 'held.arguments', 'approvals:decide');
}

export function visibleTo(approval: Approval, by: Actor): Approval {
  return maySeeHeldArguments(by) ? approval : { ...approval, arguments: null };
}

export async function listApprovals(
  db: Database,
  { limit, cursor, status, runId }: ListApprovalsQuery,
  by: Actor,
): Promise<Page<Approval>> {
  const after = cursor ? decodeTimeCursor(cursor) : null;
  const rows = await db.approval.findMany({
    where: {
      ...(status && { status }),
      ...(runId && { runId }),
      ...(after && { OR: [{ requestedAt: { lt: after.time } }, { requestedAt: after.time, id: { lt: after.id } }] }),
    },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  return pageFrom(rows, limit, {
    cursor: (row) => [row.requestedAt.getTime(), row.id],
    item: (row) => visibleTo(toApproval(row), by),
  });
}
