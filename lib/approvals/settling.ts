/** The one way an approval stops waiting: on the record and in the database first, then told to everybody. */
import type { AuditLog } from '@/lib/audit/log';
import type { Approval, ApprovalChoice } from '@/lib/contracts/approvals';
import { type Actor, actorLabel, actorName } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import type { Held, HeldQueue } from './queue';
import { type Settled, settledCompanion, toApproval } from './rows';
import type { RunApprovals } from './run-approvals';

export interface Settlement {
  status: Settled['status'];
  /** The row of the record. */
  action: 'approval.approve' | 'approval.deny' | 'approval.expire' | 'approval.cancel';
  choice?: ApprovalChoice;
  by: Actor;
  reason: string | null;
}

export interface Settler {
  /**
   * Called while the approval is held alone. `won` is false where the database knew another end of it.
   * @throws AppError AUDIT_UNAVAILABLE; then it still waits.
   */
  settle(held: Held, settlement: Settlement): Promise<{ approval: Approval; won: boolean }>;
  onSettled(listener: (approval: Approval) => void): void;
}

export interface SettlerOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  queue: HeldQueue;
  forRuns: RunApprovals;
  runAcceptsCalls: (runId: string) => boolean;
  onRunChanged: (runId: string) => void;
}

export function createSettler(options: SettlerOptions): Settler {
  const { db, audit, bus, clock, log, queue, forRuns, runAcceptsCalls, onRunChanged } = options;
  const listeners: Array<(approval: Approval) => void> = [];

  function tell(approval: Approval): void {
    for (const listener of listeners) {
      try {
        listener(approval);
      } catch (error) {
        log.error({ err: error, approvalId: approval.id }, 'a settled approval could not be carried out');
      }
    }
    bus.publish({ type: 'approval.decided', data: { ...approval, arguments: null } });
    onRunChanged(approval.runId);
  }

  return {
    onSettled: (listener) => void listeners.push(listener),
    async settle(held, { status, action, choice = null, by, reason }) {
      const { id, runId, callId, connectorId, toolName, argumentsSha256 } = held;
      const decidedBy = by.kind === 'server' ? null : actorLabel(by);
      const settled: Settled = { id, runId, status, choice, decidedAt: toIso(clock.now()), decidedBy, reason };
      const data = { runId, callId, connectorId, toolName, argumentsSha256, choice, reason };
      await audit.append({ actor: actorName(by), action, target: id, data }, [settledCompanion(settled)]);
      const approval = toApproval(await db.approval.findUniqueOrThrow({ where: { id } }));
      const won =
        approval.status === status && approval.decidedAt === settled.decidedAt && approval.decidedBy === decidedBy;
      // Nobody else writes this database while we run, so this is a hand at work: the record says that we were not the one.
      if (!won)
        audit.note({ actor: actorName(by), action, target: id, outcome: 'refused', data: { as: approval.status } });
      if (approval.status === 'approved' && approval.choice === 'run' && runAcceptsCalls(runId)) {
        forRuns.add(approval, { id, decidedBy: approval.decidedBy ?? '' });
      }
      queue.remove(held);
      tell(approval);
      return { approval, won };
    },
  };
}
