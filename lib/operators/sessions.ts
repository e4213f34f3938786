/**
 * Operator sessions. The cookie holds a session id and nothing else; everything it is worth (who, which role, still valid)
 * is read from the database on each request, so that a sign-out, a disable or a role change bites at the very next one.
 */

import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { OperatorSession } from '@/lib/contracts/operators';
import { type Role, roles } from '@/lib/contracts/roles';
import { type Actor, actorName } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { limits } from '@/lib/platform/limits';
import type { SignalHub } from '@/lib/platform/signals';

export type OperatorActor = Extract<Actor, { kind: 'operator' }>;

export interface SessionService {
  /** Records the sign-in, then begins a session with a new id. @throws AppError UNAUTHENTICATED for a disabled operator. */
  start(options: {
    operatorId: string;
    address: string;
    userAgent: string;
    method: 'password' | 'oidc';
  }): Promise<string>;
  /** Who the session is for, or null when it ended, is too old, or its operator is disabled. */
  resolve(sessionId: string): Promise<OperatorActor | null>;
  list(
    operatorId: string,
    page: { limit: number; cursor?: string | undefined; currentId?: string },
  ): Promise<Page<OperatorSession>>;
  /** Ends one of the actor's own sessions. @throws AppError NOT_FOUND, also for somebody else's. */
  end(sessionId: string, by: OperatorActor): Promise<void>;
  /** Ends every session of an operator, wherever it is. @throws AppError NOT_FOUND. */
  endAll(operatorId: string, by: Actor): Promise<void>;
}

export interface SessionServiceOptions {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  signals: SignalHub;
}

const lastSeenStepMs = 60_000;

export function createSessionService({ db, audit, clock, signals }: SessionServiceOptions): SessionService {
  const oldestValid = () => new Date(clock.now() - limits.sessionMaxAgeMs);

  return {
    async start({ operatorId, address, userAgent, method }) {
      const operator = await db.operator.findUnique({ where: { id: operatorId } });
      if (!operator || operator.disabled) throw new AppError('UNAUTHENTICATED');
      const id = newId('ses');
      await audit.append({
        actor: `operator:${operator.id}`,
        action: 'sign_in',
        target: operator.id,
        data: { email: operator.email, address, method, sessionId: id },
      });
      const now = new Date(clock.now());
      await db.$transaction([
        db.operatorSession.create({
          data: {
            id,
            operatorId,
            epoch: operator.sessionEpoch,
            address,
            userAgent: userAgent.slice(0, 300),
            createdAt: now,
            lastSeenAt: now,
          },
        }),
        db.operator.update({ where: { id: operatorId }, data: { lastSignInAt: now } }),
      ]);
      return id;
    },

    async resolve(sessionId) {
      const session = await db.operatorSession.findUnique({ where: { id: sessionId }, include: { operator: true } });
      if (!session || session.endedAt || session.createdAt < oldestValid()) return null;
      const { operator } = session;
      const role = parseRole(operator.role);
      if (operator.disabled || session.epoch !== operator.sessionEpoch || !role) return null;
      const now = clock.now();
      if (now - session.lastSeenAt.getTime() >= lastSeenStepMs) {
        // A time that cannot be written is no reason to refuse whoever may come in.
        await db.operatorSession
          .updateMany({ where: { id: sessionId, endedAt: null }, data: { lastSeenAt: new Date(now) } })
          .catch(() => undefined);
      }
      return { kind: 'operator', id: operator.id, email: operator.email, role, sessionId };
    },

    async list(operatorId, { limit, cursor, currentId }) {
      const operator = await db.operator.findUnique({ where: { id: operatorId } });
      if (!operator) return { items: [], nextCursor: null };
      const after = cursor ? decodeTimeCursor(cursor) : null;
      const rows = await db.operatorSession.findMany({
        where: {
          operatorId,
          endedAt: null,
          epoch: operator.sessionEpoch,
          createdAt: { gte: oldestValid() },
          ...(after && { OR: [{ lastSeenAt: { lt: after.time } }, { lastSeenAt: after.time, id: { lt: after.id } }] }),
        },
        orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      return pageFrom(rows, limit, {
        cursor: (row) => [row.lastSeenAt.getTime(), row.id],
        item: (row) => ({
          id: row.id,
          operatorId,
          operatorEmail: operator.email,
          address: row.address,
          userAgent: row.userAgent,
          createdAt: row.createdAt.toISOString(),
          lastSeenAt: row.lastSeenAt.toISOString(),
          current: row.id === currentId,
        }),
      });
    },

    async end(sessionId, by) {
      const session = await db.operatorSession.findUnique({ where: { id: sessionId } });
      if (!session || session.endedAt || session.operatorId !== by.id)
        throw new AppError('NOT_FOUND', { message: 'No such session.' });
      await audit.append({
        actor: actorName(by),
        action: 'sign_out',
        target: by.id,
        data: { email: by.email, sessionId, own: sessionId === by.sessionId },
      });
      await db.operatorSession.updateMany({
        where: { id: sessionId, endedAt: null },
        data: { endedAt: new Date(clock.now()), endReason: sessionId === by.sessionId ? 'sign_out' : 'ended' },
      });
      signals.emit('operatorEnded', { operatorId: session.operatorId, sessionId });
    },

    async endAll(operatorId, by) {
      const operator = await db.operator.findUnique({ where: { id: operatorId } });
      if (!operator) throw new AppError('NOT_FOUND', { message: 'No such operator.' });
      await audit.append({
        actor: actorName(by),
        action: 'operator.sign_out',
        target: operatorId,
        data: { email: operator.email },
      });
      await db.operator.update({ where: { id: operatorId }, data: { sessionEpoch: { increment: 1 } } });
      signals.emit('operatorEnded', { operatorId });
    },
  };
}

/** A role this version does not know allows nothing. */
export function parseRole(text: string): Role | null {
  return roles.find((role) => role === text) ?? null;
}
