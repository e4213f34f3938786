/**
 * The people who may sign in. Each change is on the record before it takes effect, takes effect at their very next request,
 * and closes their sockets. Somebody always stays admin, however many changes race.
 */
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { CreateOperatorBody, Operator, UpdateOperatorBody } from '@/lib/contracts/operators';
import type { Role } from '@/lib/contracts/roles';
import { type Actor, actorName, serverActor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Database, isUniqueViolation } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import { newId } from '@/lib/platform/ids';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import type { SignalHub } from '@/lib/platform/signals';
import type { Prisma } from '@/prisma/generated/client';
import type { Passwords } from './passwords';
import { parseRole } from './sessions';

export interface OperatorService {
  /** By email, ascending. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<Operator>>;
  count(): Promise<number>;
  /** @throws AppError NOT_FOUND. */
  requireById(id: string): Promise<Operator>;
  /** @throws AppError ALREADY_EXISTS for a known email. */
  create(body: CreateOperatorBody, by: Actor): Promise<Operator>;
  /** @throws AppError NOT_FOUND, LAST_ADMIN. */
  update(id: string, body: UpdateOperatorBody, by: Actor): Promise<Operator>;
  /** Creates the admin the environment names; an account of that email stays as it is. */
  ensureAdmin(admin: { email: string; password: string }): Promise<void>;
  /** The operator whose password this is, or null: no account, no password, disabled and wrong look and last the same. */
  verifyPassword(email: string, password: string, options?: { urgent?: boolean }): Promise<Operator | null>;
  /** The operator of a single sign-on subject, else (and from then on) the one of its verified email; null for nobody. */
  matchIdentity(identity: { subject: string; verifiedEmail: string | null }): Promise<Operator | null>;
}

export interface OperatorServiceOptions {
  db: Database;
  audit: AuditLog;
  clock: Clock;
  bus: EventBus;
  signals: SignalHub;
  passwords: Passwords;
}

export function createOperatorService(options: OperatorServiceOptions): OperatorService {
  const { db, audit, clock, bus, signals, passwords } = options;
  const oneAtATime = createOneAtATime();

  async function requireRow(id: string) {
    const row = await db.operator.findUnique({ where: { id } });
    if (!row) throw new AppError('NOT_FOUND', { message: 'No such operator.' });
    return row;
  }

  async function requireAnotherAdmin(id: string): Promise<void> {
    const others = await db.operator.count({ where: { role: 'admin', disabled: false, id: { not: id } } });
    if (others === 0) throw new AppError('LAST_ADMIN');
  }

  async function create(body: CreateOperatorBody, by: Actor): Promise<Operator> {
    const passwordHash = await passwords.hash(body.password);
    return oneAtATime(async () => {
      const { email, name, role } = body;
      if (await db.operator.findUnique({ where: { email } })) throw emailTaken(email);
      const id = newId('op');
      await audit.append({ actor: actorName(by), action: 'operator.create', target: id, data: { email, name, role } });
      try {
        const row = await db.operator.create({
          data: { id, email, name, role, passwordHash, createdAt: new Date(clock.now()) },
        });
        bus.publish({ type: 'operator.changed', data: { operatorId: id } });
        return toOperator(row);
      } catch (error) {
        throw isUniqueViolation(error) ? emailTaken(email) : error;
      }
    });
  }

  async function update(id: string, body: UpdateOperatorBody, by: Actor): Promise<Operator> {
    const passwordHash = body.password === undefined ? undefined : await passwords.hash(body.password);
    return oneAtATime(async () => {
      const before = await requireRow(id);
      const role = body.role ?? before.role;
      const disabled = body.disabled ?? before.disabled;
      const wasAdmin = before.role === 'admin' && !before.disabled;
      if (wasAdmin && (role !== 'admin' || disabled)) await requireAnotherAdmin(id);

      const append = (action: string, data: Record<string, unknown> = {}) =>
        audit.append({ actor: actorName(by), action, target: id, data: { email: before.email, ...data } });
      if (role !== before.role) await append('operator.role', { from: before.role, to: role });
      if (disabled !== before.disabled) await append(disabled ? 'operator.disable' : 'operator.enable');
      if (passwordHash) await append('operator.password');

      // Sessions from before a disable or a new password must not come back to life when it is undone.
      const endsSessions = passwordHash !== undefined || (disabled && !before.disabled);
      const data: Prisma.OperatorUpdateInput = { role, disabled };
      if (passwordHash) data.passwordHash = passwordHash;
      if (endsSessions) data.sessionEpoch = { increment: 1 };
      const after = await db.operator.update({ where: { id }, data });

      if (endsSessions || role !== before.role) signals.emit('operatorEnded', { operatorId: id });
      bus.publish({ type: 'operator.changed', data: { operatorId: id } });
      return toOperator(after);
    });
  }

  return {
    create,
    update,
    count: () => db.operator.count(),
    requireById: async (id) => toOperator(await requireRow(id)),

    async list({ limit, cursor }) {
      const [after] = cursor ? decodeCursor(cursor) : [];
      const rows = await db.operator.findMany({
        where: after === undefined ? {} : { email: { gt: String(after) } },
        orderBy: { email: 'asc' },
        take: limit + 1,
      });
      return pageFrom(rows, limit, { cursor: (row) => [row.email], item: toOperator });
    },

    async ensureAdmin({ email, password }) {
      if (await db.operator.findUnique({ where: { email } })) return;
      await create({ email, password, name: email.split('@')[0] ?? email, role: 'admin' }, serverActor);
    },

    async verifyPassword(email, password, { urgent = false } = {}) {
      const row = await db.operator.findUnique({ where: { email }, omit: { passwordHash: false } });
      const matches = await passwords.verify(password, row?.passwordHash ?? null, { urgent });
      if (!row || !matches || row.disabled) return null;
      if (row.passwordHash && passwords.needsRehash(row.passwordHash)) {
        const passwordHash = await passwords.hash(password);
        await db.operator.updateMany({ where: { id: row.id, passwordHash: row.passwordHash }, data: { passwordHash } });
      }
      return toOperator(row);
    },

    async matchIdentity({ subject, verifiedEmail }) {
      const bySubject = await db.operator.findUnique({ where: { oidcSubject: subject } });
      if (bySubject) return bySubject.disabled ? null : toOperator(bySubject);
      if (!verifiedEmail) return null;
      const byEmail = await db.operator.findUnique({ where: { email: verifiedEmail.toLowerCase() } });
      // An account that belongs to another subject is not handed on with a reused address.
      if (!byEmail || byEmail.disabled || byEmail.oidcSubject) return null;
      await audit.append({
        actor: 'server',
        action: 'operator.link',
        target: byEmail.id,
        data: { email: byEmail.email },
      });
      const linked = await db.operator.updateMany({
        where: { id: byEmail.id, oidcSubject: null },
        data: { oidcSubject: subject },
      });
      return linked.count === 1 ? toOperator(byEmail) : null;
    },
  };
}

function emailTaken(email: string): AppError {
  return new AppError('ALREADY_EXISTS', { message: `email: ${email} already has an account.` });
}

interface OperatorRow {
  id: string;
  email: string;
  name: string;
  role: string;
  disabled: boolean;
  createdAt: Date;
  lastSignInAt: Date | null;
}

function toOperator(row: OperatorRow): Operator {
  const role: Role = parseRole(row.role) ?? 'viewer';
  const { id, email, name, disabled } = row;
  return {
    id,
    email,
    name,
    role,
    disabled,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}
