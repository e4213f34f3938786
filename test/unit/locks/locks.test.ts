import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { LiveEventPayload } from '@/lib/contracts/events';
import type { LockKind } from '@/lib/contracts/locks';
import { createLockService, type LockableRun } from '@/lib/locks/locks';
import type { Actor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { covers } from '@/test/requirements';
import { type TestDatabase, temporaryDatabase } from '@/test/support/database';

covers('locks.bite', 'locks.end', 'locks.durable', 'locks.operators');

const ada: Actor = { kind: 'operator', id: 'op_ada', email: 'ada@example.com', role: 'admin', sessionId: 's' };
const eve: Actor = { kind: 'operator', id: 'op_eve', email: 'eve@example.com', role: 'operator', sessionId: 's' };
const key: Actor = { kind: 'key', id: 'key_1', name: 'ci', scopes: ['runs:write'] };

let database: TestDatabase;
let world: Awaited<ReturnType<typeof lockWorld>>;
beforeEach(async () => {
  database = await temporaryDatabase();
  world = await lockWorld();
});
afterEach(async () => {
  world.locks.close();
  await database.close();
});

async function lockWorld() {
  const { db } = database;
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => nowMs };
  const log = createLog('silent');
  const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
  let auditFails = false;
  const audit: AuditLog = {
    ...real,
    append: (event, companions) =>
      auditFails ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(event, companions),
  };
  const bus = createEventBus({ clock, replayLimit: 100, onListenerError: () => undefined });
  const events: LiveEventPayload[] = [];
  bus.subscribe((event) => void events.push(event));
  const live: LockableRun[] = [];
  const ended: Array<{ runId: string; message: string; foundLock: boolean }> = [];
  const open = () =>
    createLockService({
      ...{ db, audit, bus, clock, log },
      liveRuns: () => live,
      cancelCalls: (connectorId) => (connectorId === 'mail' ? 3 : 0),
      async endRun(runId, message) {
        ended.push({ runId, message, foundLock: locks.index.find({ projectId: 'shop' }) !== undefined });
        return true;
      },
    });
  const locks = await open();
  for (const actor of [ada, eve])
    await db.operator.create({
      data: { id: actor.id, email: `${actor.id}@x`, name: actor.id, role: 'operator', createdAt: new Date(nowMs) },
    });
  return {
    ...{ db, locks, events, live, ended, open },
    advance: (ms: number) => {
      nowMs += ms;
    },
    failAudit: (fails: boolean) => {
      auditFails = fails;
    },
    record: () => db.auditRow.findMany({ orderBy: { seq: 'asc' } }),
  };
}

const aRun = (id: string, more: Partial<LockableRun> = {}): LockableRun => {
  return { id, projectId: 'p', pluginId: null, startedById: null, principal: { userId: 'u' }, ...more };
};
const lock = (kind: LockKind, id: string, by: Actor = ada, expiresAt?: string) =>
  world.locks.create({ target: { kind, id }, message: 'Stop for now.', expiresAt }, by);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: AppError) => error.code,
  );

describe('a lock', () => {
  it('ends exactly the live runs of its target, a user also by an alias, and says how many', async () => {
    world.live.push(
      aRun('user', { principal: { userId: 'dana' } }),
      aRun('alias', { principal: { userId: 'x', userAliases: ['dana'] } }),
      aRun('plugin', { pluginId: 'notes' }),
      aRun('project', { projectId: 'shop' }),
      aRun('operator', { startedById: 'op_eve' }),
      aRun('other'),
    );
    const cases: Array<[LockKind, string, string[]]> = [
      ['user', 'dana', ['user', 'alias']],
      ['plugin', 'notes', ['plugin']],
      ['project', 'shop', ['project']],
      ['operator', 'op_eve', ['operator']],
    ];
    for (const [kind, id, runs] of cases) {
      world.ended.splice(0);
      expect((await lock(kind, id)).ended).toEqual({ runs: runs.length, calls: 0 });
      expect(world.ended.map(({ runId, message }) => [runId, message])).toEqual(
        runs.map((run) => [run, 'Stop for now.']),
      );
    }
  });

  it('on a connector ends no run and cancels its calls', async () => {
    world.live.push(aRun('a'));
    expect((await lock('connector', 'mail')).ended).toEqual({ runs: 0, calls: 3 });
  });

  it('is durable and true for every start before any run ends', async () => {
    world.live.push(aRun('project', { projectId: 'shop' }));
    await lock('project', 'shop');
    expect(world.ended).toMatchObject([{ foundLock: true }]);
  });

  it('that cannot be recorded bites nobody', async () => {
    world.live.push(aRun('project', { projectId: 'shop' }));
    world.failAudit(true);
    expect(await codeOf(lock('project', 'shop'))).toBe('AUDIT_UNAVAILABLE');
    expect(world.locks.index.find({ projectId: 'shop' })).toBeUndefined();
    expect(world.ended).toEqual([]);
  });

  it('bites its own kind alone, whatever the id looks like', async () => {
    await lock('user', 'shop');
    await lock('project', 'user:dana');
    const { index } = world.locks;
    expect(
      index.find({ projectId: 'shop', pluginId: 'shop', operatorId: 'shop', connectorId: 'shop' }),
    ).toBeUndefined();
    expect(index.find({ userIds: ['dana'] })).toBeUndefined();
    expect(index.find({ userIds: ['x', 'shop'] })).toMatchObject({ target: { kind: 'user', id: 'shop' } });
  });

  it('survives a restart, which ends what a stop in between had left', async () => {
    const { lock: made } = await lock('plugin', 'notes', eve, '2026-11-22T13:00:00Z');
    world.live.push(aRun('left', { pluginId: 'notes' }));
    const again = await world.open();
    expect(again.index.find({ pluginId: 'notes' })).toEqual(made);
    await again.enforce();
    expect(world.ended).toMatchObject([{ runId: 'left' }]);
    again.close();
  });
});

describe('the end of a lock', () => {
  it('comes at its time, to the millisecond, and is told to the record and the pages', async () => {
    const { lock: made } = await lock('project', 'shop', ada, '2026-11-22T12:01:00Z');
    world.advance(59_999);
    expect(world.locks.index.find({ projectId: 'shop' })).toBeDefined();
    world.advance(1);
    expect(world.locks.index.find({ projectId: 'shop' })).toBeUndefined();
    expect(world.locks.list({ limit: 10 }).items).toEqual([]);
    await world.locks.expireDue();
    expect((await world.record()).at(-1)).toMatchObject({ actor: 'server', action: 'lock.expire', target: made.id });
    expect(world.events.at(-1)).toMatchObject({ type: 'lock.changed', data: { id: made.id, lock: null } });
    expect(await codeOf(world.locks.remove(made.id, ada))).toBe('NOT_FOUND');
  });

  it('must lie ahead', async () => {
    expect(await codeOf(lock('project', 'shop', ada, '2026-11-22T12:00:00Z'))).toBe('BAD_REQUEST');
  });

  it('by hand lets the target go on, but not while another lock stands on it', async () => {
    const [one, two] = [await lock('project', 'shop'), await lock('project', 'shop')];
    await world.locks.remove(one.lock.id, eve);
    expect(world.locks.index.find({ projectId: 'shop' })).toEqual(two.lock);
    await world.locks.remove(two.lock.id, eve);
    expect(world.locks.index.find({ projectId: 'shop' })).toBeUndefined();
    const again = await world.open();
    expect(again.list({ limit: 10 }).items).toEqual([]);
    expect(await codeOf(world.locks.remove(two.lock.id, eve))).toBe('NOT_FOUND');
  });

  it('that cannot be recorded does not come', async () => {
    const { lock: made } = await lock('project', 'shop');
    world.failAudit(true);
    expect(await codeOf(world.locks.remove(made.id, ada))).toBe('AUDIT_UNAVAILABLE');
    expect(world.locks.index.find({ projectId: 'shop' })).toEqual(made);
  });
});

describe('a lock on an operator', () => {
  it('needs an admin, and is never one on themselves', async () => {
    expect(await codeOf(lock('operator', 'op_ada', eve))).toBe('FORBIDDEN');
    expect(await codeOf(lock('operator', 'op_ada', key))).toBe('FORBIDDEN');
    expect(await codeOf(lock('operator', 'op_ada', ada))).toBe('FORBIDDEN');
    expect(await codeOf(lock('operator', 'op_nobody', ada))).toBe('NOT_FOUND');
    expect(await codeOf(lock('operator', 'op_eve', ada))).toBe('ok');
  });

  it('is lifted by an admin, and never by whom it locks', async () => {
    const { lock: made } = await lock('operator', 'op_eve');
    expect(await codeOf(world.locks.remove(made.id, eve))).toBe('FORBIDDEN');
    expect(await codeOf(world.locks.remove(made.id, key))).toBe('FORBIDDEN');
    const promoted: Actor = { ...eve, role: 'admin' };
    expect(await codeOf(world.locks.remove(made.id, promoted))).toBe('FORBIDDEN');
    expect(await codeOf(world.locks.remove(made.id, ada))).toBe('ok');
  });
});

it('lists locks newest first, each once, page by page', async () => {
  const made: string[] = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    made.unshift((await lock('user', id)).lock.id);
    if (id !== 'b') world.advance(1_000);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = world.locks.list({ limit: 2, cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect([...seen].sort()).toEqual([...made].sort());
  expect(seen.slice(0, 2)).toEqual(made.slice(0, 2));
});
