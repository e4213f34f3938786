/** Tool calls as people and agents read them later. Arguments and results are for those who may see them, while they are kept. */
import type { CallStatus, ListCallsQuery, ToolCall } from '@/lib/contracts/calls';
import type { Page } from '@/lib/contracts/common';
import { principalKey } from '@/lib/contracts/identities';
import { roleAllows } from '@/lib/contracts/roles';
import type { Principal } from '@/lib/contracts/runs';
import type { Actor } from '@/lib/platform/actor';
import type { Clock } from '@/lib/platform/clock';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { CallRecord } from './call-record';
import { toCallRecord, withPayload } from './rows';

export interface CallService {
  /** Newest first. @throws AppError RUN_NOT_FOUND */
  list(runId: string, query: ListCallsQuery, by: Actor): Promise<{ items: ToolCall[]; nextCursor: string | null }>;
  /** Those made for one principal, newest first. */
  listFor(
    principal: Pick<Principal, 'userId' | 'platform'>,
    page: { limit: number; cursor?: string | undefined },
    by: Actor,
  ): Promise<Page<ToolCall>>;
  /** @throws AppError CALL_NOT_FOUND */
  get(id: string, by: Actor): Promise<ToolCall>;
  /** One call with what it was answered, for the gate. Undefined when there is none. */
  find(id: string): Promise<{ call: CallRecord; result: unknown } | undefined>;
  /** Calls that a crash left without an end. */
  unfinished(): Promise<CallRecord[]>;
  /** How many calls of these runs reached each connector. */
  made(runIds: string[]): Promise<Array<{ runId: string; connectorId: string; count: number }>>;
  /** Deletes arguments and results whose time is over; their digests stay. */
  forgetOld(): Promise<void>;
}

const dayMs = 24 * 60 * 60_000;

export function createCallService({ db, clock }: { db: Database; clock: Clock }): CallService {
  const maySee = (by: Actor) =>
    by.kind === 'server' ||
    (by.kind === 'operator' && roleAllows(by.role, 'calls.arguments')) ||
    (by.kind === 'key' && by.scopes.includes('audit:read'));

  async function pageOfCalls(
    which: { runId: string; status: CallStatus | undefined } | { principal: string },
    { limit, cursor }: { limit: number; cursor?: string | undefined },
    by: Actor,
  ): Promise<Page<ToolCall>> {
    const after = cursor === undefined ? null : decodeTimeCursor(cursor);
    const rows = await db.toolCall.findMany({
      where: {
        ...which,
        ...(after ? { AND: [{ at: { lte: after.time } }, { NOT: { at: after.time, id: { gte: after.id } } }] } : {}),
      },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    const payloads = maySee(by)
      ? await db.callPayload.findMany({ where: { callId: { in: rows.map(({ id }) => id) } } })
      : [];
    const byCall = new Map(payloads.map((payload) => [payload.callId, payload]));
    return pageFrom(rows, limit, {
      cursor: (row) => [row.at.getTime(), row.id],
      item: (row) => withPayload(toCallRecord(row), byCall.get(row.id)),
    });
  }

  return {
    async list(runId, { limit, cursor, status }, by) {
      const run = await db.run.findUnique({ where: { id: runId }, select: { id: true } });
      if (!run) throw new AppError('RUN_NOT_FOUND', { message: `No such run: ${runId.slice(0, 64)}.` });
      return pageOfCalls({ runId, status }, { limit, cursor }, by);
    },

    listFor: (principal, page, by) => pageOfCalls({ principal: principalKey(principal) }, page, by),

    async get(id, by) {
      const row = await db.toolCall.findUnique({ where: { id } });
      if (!row) throw new AppError('CALL_NOT_FOUND', { message: `No such call: ${id.slice(0, 64)}.` });
      const payload = maySee(by) ? await db.callPayload.findUnique({ where: { callId: id } }) : null;
      return withPayload(toCallRecord(row), payload);
    },

    async find(id) {
      const row = await db.toolCall.findUnique({ where: { id } });
      if (!row) return undefined;
      const payload = await db.callPayload.findUnique({ where: { callId: id } });
      const call = toCallRecord(row);
      return { call, result: withPayload(call, payload).result };
    },

    async unfinished() {
      const rows = await db.toolCall.findMany({ where: { status: { in: ['held', 'running'] } } });
      return rows.map(toCallRecord);
    },

    async made(runIds) {
      const groups = await db.toolCall.groupBy({
        by: ['runId', 'connectorId'],
        where: { runId: { in: runIds }, status: { notIn: ['held', 'refused'] } },
        _count: { _all: true },
      });
      return groups.map(({ runId, connectorId, _count }) => ({ runId, connectorId, count: _count._all }));
    },

    async forgetOld() {
      const before = new Date(clock.now() - limits.callPayloadDays * dayMs);
      await db.callPayload.deleteMany({ where: { at: { lt: before } } });
      const decided = { status: { not: 'pending' }, requestedAt: { lt: before }, arguments: { not: 'null' } };
      await db.approval.updateMany({ where: decided, data: { arguments: 'null' } });
    },
  };
}
