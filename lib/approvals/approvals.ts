/**
 * Held calls and who decides them. Memory knows what waits and for how long; the database knows what was decided, in the
 * commit of the decision's row of the record. Silence never consents: what nobody decides in time is expired, and what
 * cannot be written is not approved.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Approval, DecisionBody, ListApprovalsQuery } from '@/lib/contracts/approvals';
import type { Page } from '@/lib/contracts/common';
import { type Actor, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import type { HeldCalls } from './held-calls';
import { newApproval, tooManyHeld, waitsLongEnough } from './holding';
import { listApprovals, visibleTo } from './list';
import { type Held, HeldQueue } from './queue';
import { decidedAlready } from './refusals';
import { restoreApprovals } from './restore';
import { extendedCompanion, requestedCompanion, toApproval } from './rows';
import { createRunApprovals } from './run-approvals';
import { createSettler, type Settlement } from './settling';

export interface ApprovalService extends HeldCalls {
  /** Newest first. Arguments are null for whoever may not see those of held calls. */
  list(query: ListApprovalsQuery, by: Actor): Promise<Page<Approval>>;
  /** @throws AppError APPROVAL_NOT_FOUND. */
  show(id: string, by: Actor): Promise<Approval>;
  /** @throws AppError APPROVAL_NOT_FOUND, ALREADY_DECIDED, APPROVAL_EXPIRED (410), AUDIT_UNAVAILABLE. */
  decide(id: string, decision: DecisionBody, by: Actor): Promise<Approval>;
  /** Adds to its current end, at most up to a day after the request. @throws as `decide`, and BAD_REQUEST at that end. */
  extend(id: string, seconds: number, by: Actor): Promise<Approval>;
  pendingCount(): number;
  /** Once, after the live runs are known and before anything is served. */
  restore(): Promise<void>;
  close(): void;
}

export interface ApprovalServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  /** False once a run's end is durable: nothing of it is approved from then on. */
  runAcceptsCalls: (runId: string) => boolean;
  /** A run's count of pending approvals has changed. */
  onRunChanged: (runId: string) => void;
  ttlMs?: number;
}

/** A timer looks again at least this often, so that a clock that was set or a machine that slept is noticed. */
const lookMs = 30_000;
const retryMs = 5_000;
const runEnded: Settlement = {
  status: 'cancelled',
  action: 'approval.cancel',
  by: serverActor,
  reason: 'The run ended.',
};
const timeOver: Settlement = { status: 'expired', action: 'approval.expire', by: serverActor, reason: null };

export function createApprovalService(options: ApprovalServiceOptions): ApprovalService {
  const { db, audit, bus, clock, log, runAcceptsCalls, onRunChanged, ttlMs = limits.approvalTtlMs } = options;
  const queue = new HeldQueue();
  const forRuns = createRunApprovals();
  const settler = createSettler({ db, audit, bus, clock, log, queue, forRuns, runAcceptsCalls, onRunChanged });

  async function get(id: string): Promise<Approval> {
    const row = await db.approval.findUnique({ where: { id } });
    if (!row) throw new AppError('APPROVAL_NOT_FOUND');
    return toApproval(row);
  }

  /** What has become of it by itself, if anything. */
  function over(held: Held): Settlement | undefined {
    if (!runAcceptsCalls(held.runId)) return runEnded;
    return clock.now() >= held.expiresAtMs ? timeOver : undefined;
  }

  function watch(held: Held, delayMs = Math.min(held.expiresAtMs - clock.now(), lookMs)): void {
    clearTimeout(held.timer);
    held.timer = setTimeout(() => void look(held), Math.max(0, delayMs)).unref();
  }

  async function look(held: Held): Promise<void> {
    try {
      await held.alone(async () => {
        const settlement = over(held);
        if (settlement && queue.get(held.id)) await settler.settle(held, settlement);
      });
      if (queue.get(held.id)) watch(held);
    } catch (error) {
      log.error({ err: error, approvalId: held.id }, 'the end of an approval could not be written; it is tried again');
      watch(held, retryMs);
    }
  }

  /** A change by somebody: alone, and only of what still waits. */
  async function change<T>(id: string, by: Actor, work: (held: Held) => Promise<T>): Promise<T> {
    // A run that could decide would approve its own calls.
    if (by.kind === 'run') throw new AppError('FORBIDDEN');
    const held = queue.get(id);
    if (!held) throw decidedAlready(await get(id));
    return held.alone(async () => {
      const settlement = queue.get(id) ? over(held) : undefined;
      if (settlement) await settler.settle(held, settlement);
      if (!queue.get(id)) throw decidedAlready(await get(id));
      return work(held);
    });
  }

  async function cancelHeld(held: Held, settlement: Settlement): Promise<number> {
    return held.alone(async () => {
      if (!queue.get(held.id)) return 0;
      await settler.settle(held, settlement);
      return 1;
    });
  }

  function adopt(approval: Approval): void {
    const held = queue.add(approval);
    // Its run may have ended while the call's row was written.
    if (runAcceptsCalls(held.runId)) watch(held);
    else watch(held, 0);
  }

  return {
    prepare: (request) => {
      const nowMs = clock.now();
      if (queue.countOf(request.runId, nowMs) >= limits.approvalsPerRun) throw tooManyHeld();
      queue.prepare(request.id, request.runId, nowMs);
      const approval = newApproval(request, { nowMs, ttlMs });
      return { approval, companion: requestedCompanion(approval) };
    },
    open(approval) {
      adopt(approval);
      bus.publish({ type: 'approval.requested', data: { ...approval, arguments: null } });
      onRunChanged(approval.runId);
    },
    async settled(id, { ms, signal }) {
      const held = queue.get(id);
      if (held) await queue.gone(held, { ms, ...(signal && { signal }) });
      return get(id);
    },
    get,
    forRun: (runId, connectorId, toolName) => forRuns.find(runId, connectorId, toolName),
    async cancel(id, reason) {
      const held = queue.get(id);
      if (held) await cancelHeld(held, { ...runEnded, reason });
    },
    async cancelRun(runId) {
      forRuns.endRun(runId);
      const cancelled = await Promise.all(
        queue.ofRun(runId).map((held) =>
          cancelHeld(held, runEnded).catch((error: unknown) => {
            log.error({ err: error, approvalId: held.id }, 'an approval of an ended run could not be cancelled yet');
            watch(held, retryMs);
            return 0;
          }),
        ),
      );
      return cancelled.reduce((sum, count) => sum + count, 0);
    },
    onSettled: (listener) => settler.onSettled(listener),

    list: (query, by) => listApprovals(db, query, by),
    show: async (id, by) => visibleTo(await get(id), by),
    decide: (id, { choice, reason = null }, by) =>
      change(id, by, async (held) => {
        const { approval, won } = await settler.settle(held, {
          status: choice === 'deny' ? 'denied' : 'approved',
          action: choice === 'deny' ? 'approval.deny' : 'approval.approve',
          choice,
          by,
          reason,
        });
        if (!won) throw decidedAlready(approval);
        return visibleTo(approval, by);
      }),
    extend: (id, seconds, by) =>
      change(id, by, async (held) => {
        const latestMs = held.requestedAtMs + limits.approvalMaxMs;
        const expiresAtMs = Math.min(held.expiresAtMs + seconds * 1_000, latestMs);
        if (expiresAtMs <= held.expiresAtMs) throw waitsLongEnough();
        const expiresAt = toIso(expiresAtMs);
        const event = {
          actor: actorName(by),
          action: 'approval.extend',
          target: id,
          data: { runId: held.runId, expiresAt },
        };
        await audit.append(event, [extendedCompanion({ id, runId: held.runId, expiresAt })]);
        held.expiresAtMs = expiresAtMs;
        watch(held);
        const approval = await get(id);
        bus.publish({ type: 'approval.extended', data: { ...approval, arguments: null } });
        return visibleTo(approval, by);
      }),
    pendingCount: () => queue.size,
    restore: () => restoreApprovals({ db, audit, clock, forRuns, runAcceptsCalls, adopt }),
    close() {
      for (const held of queue.all()) clearTimeout(held.timer);
    },
  };
}
