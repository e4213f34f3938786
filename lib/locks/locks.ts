/**
 * Locks, a standing revoke. In this order: durable, true for the gate and for every start, then what is live of the target
 * ends. A run that starts at the same moment asks again once it is live, so none slips between the two.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { CompanionTable, CompanionValues } from '@/lib/audit/record-writer';
import type { Page } from '@/lib/contracts/common';
import type { CreateLockBody, Lock, LockKind } from '@/lib/contracts/locks';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import { type Clock, maxTimerMs, toIso } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Database, storedTime } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import type { Log } from '@/lib/platform/log';
import type { LockIndex } from './lock-index';
import { createStandingLocks, newestFirst } from './standing';

export interface LockService {
  readonly index: LockIndex;
  /** @throws AppError BAD_REQUEST for an end that is over, FORBIDDEN and NOT_FOUND for operators, AUDIT_UNAVAILABLE. */
  create(body: CreateLockBody, by: Actor): Promise<{ lock: Lock; ended: { runs: number; calls: number } }>;
  /** Newest first. */
  list(page: { limit: number; cursor?: string | undefined }): Page<Lock>;
  /** @throws AppError NOT_FOUND, also when it has ended already; FORBIDDEN for a lock on an operator. */
  remove(id: string, by: Actor): Promise<void>;
  /** Ends the live runs on which a lock stands: those that a stop between a lock and its effect left. */
  enforce(): Promise<void>;
  /** Takes down locks whose end has come. They bite no more by then; this tells the record and the pages. */
  expireDue(): Promise<void>;
  close(): void;
}

/** A live run, as far as locks care. */
export interface LockableRun {
  readonly id: string;
  readonly projectId: string;
  readonly pluginId: string | null;
  readonly startedById: string | null;
  readonly principal: { userId: string; userAliases?: string[] | undefined };
}

export interface LockServiceOptions {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  liveRuns: () => readonly LockableRun[];
  /** Ends a run with the lock's message as its reason. True when it was live until then. */
  endRun: (runId: string, message: string, by: Actor) => Promise<boolean>;
  /** Cancels the calls in flight of a connector and answers how many. */
  cancelCalls?: (connectorId: string, message: string) => number | Promise<number>;
}

const retryMs = 60_000;

export async function createLockService(options: LockServiceOptions): Promise<LockService> {
  const { db, audit, bus, clock, log, liveRuns, endRun, cancelCalls = () => 0 } = options;
  const standing = createStandingLocks(clock);
  let timer: NodeJS.Timeout | undefined;

  for (const row of await db.lock.findMany({ where: { endedAt: null } })) standing.add(toLock(row));
  arm();

  function arm(atLeastMs = 0): void {
    clearTimeout(timer);
    const nextMs = standing.nextEndMs();
    if (nextMs === null) return;
    timer = setTimeout(() => void expireDue(), Math.min(Math.max(nextMs - clock.now(), atLeastMs, 1), maxTimerMs));
    timer.unref();
  }

  /** Only an admin handles locks on operators, and nobody one on themselves: it would lock them out, or let them out. */
  async function requireMayLock(kind: LockKind, id: string, by: Actor): Promise<void> {
    if (kind !== 'operator') return;
    if (by.kind !== 'operator' || by.role !== 'admin')
      throw new AppError('FORBIDDEN', { message: 'An admin sets and lifts locks on operators.' });
    if (by.id === id) throw new AppError('FORBIDDEN', { message: 'Another admin sets and lifts a lock on you.' });
  }

  async function requireOperator(target: { kind: LockKind; id: string }): Promise<void> {
    if (target.kind !== 'operator') return;
    if (!(await db.operator.findUnique({ where: { id: target.id }, select: { id: true } })))
      throw new AppError('NOT_FOUND', { message: `No such operator: ${target.id.slice(0, 64)}.` });
  }

  async function endRunsOf(lock: Lock, by: Actor): Promise<number> {
    const bitten = liveRuns().filter((run) => bites(lock, run));
    const ended = await Promise.all(bitten.map(({ id }) => endRun(id, lock.message, by)));
    return ended.filter(Boolean).length;
  }

  async function takeDown(lock: Lock, action: string, by: Actor): Promise<void> {
    await audit.append(
      { actor: actorName(by), action, target: lock.id, data: { target: lock.target, message: lock.message } },
      [{ table: ended, values: { id: lock.id, at: storedTime(clock.now()) } }],
    );
    standing.remove(lock.id);
    bus.publish({ type: 'lock.changed', data: { id: lock.id, lock: null } });
  }

  async function expireDue(): Promise<void> {
    try {
      for (const lock of standing.over()) await takeDown(lock, 'lock.expire', serverActor);
      arm();
    } catch (error) {
      log.error({ err: error }, 'a lock that ended could not be written; it bites no more all the same');
      arm(retryMs);
    }
  }

  return {
    index: standing,
    expireDue,
    close: () => clearTimeout(timer),

    async create({ target, message, expiresAt = null }, by) {
      await requireMayLock(target.kind, target.id, by);
      await requireOperator(target);
      const nowMs = clock.now();
      if (expiresAt !== null && Date.parse(expiresAt) <= nowMs)
        throw new AppError('BAD_REQUEST', { message: 'expiresAt: must be in the future.' });
      const lock: Lock = {
        id: newId('lck'),
        target,
        message,
        createdBy: actorLabel(by),
        createdAt: toIso(nowMs),
        expiresAt: expiresAt === null ? null : toIso(Date.parse(expiresAt)),
      };
      await audit.append(
        {
          actor: actorName(by),
          action: 'lock.create',
          target: lock.id,
          data: { target, message, expiresAt: lock.expiresAt },
        },
        [{ table: created, values: rowOf(lock) }],
      );
      standing.add(lock);
      arm();
      bus.publish({ type: 'lock.changed', data: { id: lock.id, lock } });
      const calls = target.kind === 'connector' ? await cancelCalls(target.id, message) : 0;
      return { lock, ended: { runs: await endRunsOf(lock, by), calls } };
    },

    list({ limit, cursor }) {
      const after = cursor === undefined ? null : decodeTimeCursor(cursor);
      const last = after && { createdAt: toIso(after.time.getTime()), id: after.id };
      const rows = standing.all().filter((lock) => !last || newestFirst(lock, { ...lock, ...last }) > 0);
      return pageFrom(rows, limit, {
        cursor: ({ createdAt, id }) => [Date.parse(createdAt), id],
        item: (lock) => lock,
      });
    },

    async remove(id, by) {
      const lock = standing.get(id);
      if (!lock) throw new AppError('NOT_FOUND', { message: 'No such lock, or it has ended.' });
      await requireMayLock(lock.target.kind, lock.target.id, by);
      await takeDown(lock, 'lock.remove', by);
      arm();
    },

    async enforce() {
      for (const lock of standing.all()) await endRunsOf(lock, serverActor);
    },
  };
}

/** A connector's lock ends no run: its calls are refused and those in flight cancelled. */
function bites({ target: { kind, id } }: Lock, run: LockableRun): boolean {
  switch (kind) {
    case 'user':
      return run.principal.userId === id || (run.principal.userAliases ?? []).includes(id);
    case 'plugin':
      return run.pluginId === id;
    case 'project':
      return run.projectId === id;
    case 'operator':
      return run.startedById === id;
    case 'connector':
      return false;
  }
}

const created: CompanionTable = {
  statements: [
    `INSERT INTO "Lock" ("id", "kind", "targetId", "message", "createdBy", "createdAt", "expiresAt")
     VALUES (@id, @kind, @targetId, @message, @createdBy, @createdAt, @expiresAt)`,
  ],
};
const ended: CompanionTable = { statements: ['UPDATE "Lock" SET "endedAt" = @at WHERE "id" = @id'] };

function rowOf({ id, target, message, createdBy, createdAt, expiresAt }: Lock): CompanionValues {
  const times = { createdAt: storedTime(createdAt), expiresAt: expiresAt && storedTime(expiresAt) };
  return { id, kind: target.kind, targetId: target.id, message, createdBy, ...times };
}

function toLock(row: {
  id: string;
  kind: string;
  targetId: string;
  message: string;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
}): Lock {
  const { id, kind, targetId, message, createdBy, createdAt, expiresAt } = row;
  return {
    id,
    target: { kind: kind as LockKind, id: targetId },
    message,
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
