/** Alerts over a real SQLite file and a real record. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditLog, openAuditLog } from '@/lib/audit/log';
import type { LeakAlert } from '@/lib/contracts/leaks';
import { createLeakService } from '@/lib/leaks/leaks';
import { AppError } from '@/lib/platform/errors';
import { createEventBus } from '@/lib/platform/event-bus';
import { createLog } from '@/lib/platform/log';
import { temporaryDatabase } from '@/test/support/database';
import { eventually } from '@/test/support/eventually';
import { manualClock } from '@/test/support/manual-clock';
import { person } from '../approvals/world';

let world: Awaited<ReturnType<typeof leakWorld>>;
beforeEach(async () => {
  world = await leakWorld();
});
afterEach(() => world.close());

async function leakWorld() {
  const database = await temporaryDatabase();
  const clock = manualClock();
  const log = createLog('silent');
  const bus = createEventBus({ clock, replayLimit: 10, onListenerError: () => undefined });
  const told: LeakAlert[] = [];
  bus.subscribe((event) => void (event.type === 'leak.changed' && told.push(event.data)));
  const raised: LeakAlert[] = [];
  const real = await openAuditLog({ writer: database.openWriter(), clock, log, onAppended: () => undefined });
  let failing = 0;
  const audit: AuditLog = {
    ...real,
    append: (...given) => (failing-- > 0 ? Promise.reject(new AppError('AUDIT_UNAVAILABLE')) : real.append(...given)),
  };
  const leaks = createLeakService({
    ...{ db: database.db, audit, bus, clock, log, gatherMs: 50 },
    onRaised: (alert) => void raised.push(alert),
  });
  return {
    ...{ leaks, told, raised, clock },
    fail(times: number) {
      failing = times;
    },
    show: (count = 1, callId: string | null = null, pattern = 'AWS access key id') =>
      leaks.found({ runId: 'run_1', callId, leaks: [{ pattern, count }] }),
    list: async (query = {}) => (await leaks.list({ limit: 50, ...query })).items,
    rows: async () =>
      (await database.db.auditRow.findMany({ orderBy: { seq: 'asc' } })).map(({ actor, action, target, data }) => ({
        ...{ actor, action, target },
        data: JSON.parse(data) as unknown,
      })),
    async close() {
      await leaks.close();
      await database.close();
    },
  };
}

describe('an alert', () => {
  it('is one for each source and pattern, and is on the record by its name', async () => {
    world.show();
    world.show(1, 'call_1');
    world.show(2, null, 'GitHub token');
    const alerts = await eventually(async () => {
      expect(world.told).toHaveLength(3);
      return world.list();
    });
    expect(alerts.map(({ callId, pattern, count }) => ({ callId, pattern, count }))).toEqual(
      expect.arrayContaining([
        { callId: null, pattern: 'AWS access key id', count: 1 },
        { callId: 'call_1', pattern: 'AWS access key id', count: 1 },
        { callId: null, pattern: 'GitHub token', count: 2 },
      ]),
    );
    expect((await world.rows())[0]).toEqual({
      actor: 'run:run_1',
      action: 'leak.detected',
      target: 'run_1',
      data: { pattern: 'AWS access key id', source: 'terminal', count: 1 },
    });
  });

  it('gathers what a run goes on showing, so that rows do not grow with it', async () => {
    for (let times = 0; times < 1_000; times += 1) world.show();
    await eventually(async () => expect(await world.list()).toMatchObject([{ count: 1_000 }]));
    expect((await world.rows()).length).toBeLessThan(20);
    expect(world.raised).toHaveLength(1);
  });

  it('is open again, and told again, when more is shown after somebody acknowledged it', async () => {
    world.show();
    const [alert] = await eventually(async () => {
      expect(world.told).toHaveLength(1);
      return world.told;
    });
    const id = alert?.id ?? '';
    const acknowledged = await world.leaks.acknowledge(id, person('ada'));
    expect(acknowledged).toMatchObject({ acknowledgedBy: 'ada@example.com', acknowledgedAt: expect.any(String) });
    expect(await world.list({ status: 'open' })).toEqual([]);
    world.show();
    await eventually(async () =>
      expect(await world.list({ status: 'open' })).toMatchObject([{ id, count: 2, acknowledgedBy: null }]),
    );
    await eventually(() => expect(world.raised).toHaveLength(2));
  });

  it('that cannot be put on the record is not shown, and comes with the next one', async () => {
    world.fail(1);
    world.show(3);
    await eventually(async () => expect(await world.list()).toMatchObject([{ count: 3 }]));
    await expect(world.leaks.acknowledge('leak_none', person('ada'))).rejects.toThrow('No such alert');
  });
});
