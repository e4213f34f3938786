/** What a start finds of the last one: what still waits goes on waiting, with what is left of its time. */
import type { AuditLog } from '@/lib/audit/log';
import type { Approval } from '@/lib/contracts/approvals';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { settledCompanion, toApproval } from './rows';
import type { RunApprovals } from './run-approvals';

const lostReason = 'The run ended.';

export async function restoreApprovals({
  db,
  audit,
  clock,
  forRuns,
  runAcceptsCalls,
  adopt,
}: {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  forRuns: RunApprovals;
  runAcceptsCalls: (runId: string) => boolean;
  adopt: (approval: Approval) => void;
}): Promise<void> {
  const pending = await db.approval.findMany({ where: { status: 'pending' } });
  const cancelled: Array<Promise<unknown>> = [];
  for (const approval of pending.map(toApproval)) {
    if (runAcceptsCalls(approval.runId)) adopt(approval);
    else cancelled.push(cancel(approval, { audit, clock }));
  }
  await Promise.all(cancelled);
  const given = await db.approval.findMany({
    where: { status: 'approved', choice: 'run' },
    omit: { arguments: true },
    orderBy: { decidedAt: 'asc' },
  });
  for (const row of given) {
    if (runAcceptsCalls(row.runId)) forRuns.add(row, { id: row.id, decidedBy: row.decidedBy ?? '' });
  }
}

/** Nobody listens yet: the gate finds what became of its calls by itself at a start. */
async function cancel({ id, runId }: Approval, { audit, clock }: { audit: AuditLog; clock: Clock }): Promise<void> {
  const settled = { id, runId, status: 'cancelled', choice: null, decidedBy: null, reason: lostReason } as const;
  await audit.append({ actor: 'server', action: 'approval.cancel', target: id, data: { runId, reason: lostReason } }, [
    settledCompanion({ ...settled, decidedAt: toIso(clock.now()) }),
  ]);
}
