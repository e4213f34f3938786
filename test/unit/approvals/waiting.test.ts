import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '@/lib/platform/limits';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type ApprovalWorld, approvalWorld, person } from './world';

const sam = person('sam');
const ttlMs = 40;
let world: ApprovalWorld;
let runId: string;
beforeEach(async () => {
  world = await approvalWorld({ ttlMs });
  runId = await world.addRun();
});
afterEach(() => world.close());

describe('silence', () => {
  covers('approvals.silence');

  it('never consents: what nobody decides in time is expired, on the record', async () => {
    const { id } = await world.hold(runId);
    world.clock.advance(ttlMs);
    await eventually(() => world.settled.length === 1);
    expect(world.settled).toMatchObject([{ id, status: 'expired', choice: null, decidedBy: null }]);
    expect(await world.actions()).toEqual(['approval.expire server ok']);
    expect(await world.pendingOf(runId)).toBe(0);
  });

  it('is over at its last millisecond, even where the timer has not looked yet', async () => {
    const { id } = await world.hold(runId);
    world.clock.advance(ttlMs);
    const late = world.approvals.decide(id, { choice: 'once' }, sam);
    await expect(late).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED', status: 410 });
    const again = world.approvals.decide(id, { choice: 'once' }, sam);
    await expect(again).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED', status: 410 });
    expect(await world.row(id)).toMatchObject({ status: 'expired', decidedBy: null });
  });

  it('that cannot be recorded consents to nothing either', async () => {
    const { id } = await world.hold(runId);
    world.failRecord(true);
    world.clock.advance(ttlMs);
    await expect(world.approvals.decide(id, { choice: 'once' }, sam)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    world.failRecord(false);
    await expect(world.approvals.decide(id, { choice: 'once' }, sam)).rejects.toMatchObject({
      code: 'APPROVAL_EXPIRED',
    });
  });
});

describe('more time', () => {
  covers('approvals.extend');

  it('is added to the current end, and is on the record', async () => {
    const { id, expiresAt } = await world.hold(runId);
    const extended = await world.approvals.extend(id, 60, sam);
    expect(Date.parse(extended.expiresAt) - Date.parse(expiresAt)).toBe(60_000);
    world.clock.advance(ttlMs + 59_999);
    expect(await world.approvals.decide(id, { choice: 'once' }, sam)).toMatchObject({ status: 'approved' });
    expect(await world.actions()).toEqual([
      'approval.extend operator:op_sam ok',
      'approval.approve operator:op_sam ok',
    ]);
    expect(world.events.map(({ type }) => type)).toEqual([
      'approval.requested',
      'approval.extended',
      'approval.decided',
    ]);
  });

  it('ends a day after the request, however often somebody asks', async () => {
    const { id, requestedAt } = await world.hold(runId);
    await Promise.allSettled(Array.from({ length: 30 }, () => world.approvals.extend(id, 3_600, sam)));
    const { expiresAt } = await world.approvals.get(id);
    expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBe(limits.approvalMaxMs);
    await expect(world.approvals.extend(id, 1, sam)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('is not given to one that is decided or over', async () => {
    const decided = await world.hold(runId);
    const over = await world.hold(runId);
    await world.approvals.decide(decided.id, { choice: 'deny' }, sam);
    await expect(world.approvals.extend(decided.id, 60, sam)).rejects.toMatchObject({ code: 'ALREADY_DECIDED' });
    world.clock.advance(ttlMs);
    await expect(world.approvals.extend(over.id, 60, sam)).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED' });
  });
});

describe('the end of a run', () => {
  covers('approvals.run-ends');

  it('cancels what it holds and nothing else, and counts it', async () => {
    const other = await world.addRun();
    await Promise.all([world.hold(runId), world.hold(runId)]);
    const kept = await world.hold(other);
    expect(await world.approvals.cancelRun(runId)).toBe(2);
    expect(await world.approvals.cancelRun(runId)).toBe(0);
    expect(world.settled).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
    expect((await world.approvals.get(kept.id)).status).toBe('pending');
    expect(await world.pendingOf(runId)).toBe(0);
  });

  it('comes before a decision: nothing of an ended run is approved', async () => {
    const { id } = await world.hold(runId);
    world.live.delete(runId);
    await expect(world.approvals.decide(id, { choice: 'run' }, sam)).rejects.toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await world.row(id)).toMatchObject({ status: 'cancelled' });
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toBeUndefined();
  });

  it('cancels one that was held while its run ended', async () => {
    world.live.delete(runId);
    await world.hold(runId);
    await eventually(() => world.settled.some(({ status }) => status === 'cancelled'));
    expect(await world.pendingOf(runId)).toBe(0);
  });
});

describe('who waits for a decision', () => {
  covers('approvals.wait');
  const long = { ms: 60_000 };

  it('is told by the decision, all of them', async () => {
    const { id } = await world.hold(runId);
    const waiting = Promise.all([world.approvals.settled(id, long), world.approvals.settled(id, long)]);
    await world.approvals.decide(id, { choice: 'deny', reason: 'no' }, sam);
    expect(await waiting).toMatchObject([{ status: 'denied', reason: 'no' }, { status: 'denied' }]);
    expect(await world.approvals.settled(id, long)).toMatchObject({ status: 'denied' });
  });

  it('gets it as it is once its own time is over, or once it leaves', async () => {
    await world.close();
    world = await approvalWorld();
    const { id } = await world.hold(await world.addRun());
    expect(await world.approvals.settled(id, { ms: 5 })).toMatchObject({ status: 'pending' });
    const gone = new AbortController();
    const waiting = world.approvals.settled(id, { ...long, signal: gone.signal });
    gone.abort();
    expect(await waiting).toMatchObject({ status: 'pending' });
    expect(await world.approvals.settled(id, { ...long, signal: gone.signal })).toMatchObject({ status: 'pending' });
  });

  it('that leaves for good cancels it', async () => {
    const { id } = await world.hold(runId);
    await world.approvals.cancel(id, 'The agent left.');
    await world.approvals.cancel(id, 'The agent left.');
    expect(await world.row(id)).toMatchObject({ status: 'cancelled', reason: 'The agent left.' });
    expect(await world.actions()).toEqual(['approval.cancel server ok']);
  });
});

describe('a restart', () => {
  covers('approvals.restart');

  it('keeps what waits of live runs, with what is left of its time, and cancels the rest', async () => {
    await world.close();
    world = await approvalWorld();
    const live = await world.addRun();
    const over = await world.addRun();
    const kept = await world.hold(live);
    const lost = await world.hold(over);
    world.live.delete(over);
    world.clock.advance(299_000);
    const again = await world.restart();
    expect(again.pendingCount()).toBe(1);
    expect(await again.get(kept.id)).toEqual(kept);
    expect(await again.get(lost.id)).toMatchObject({ status: 'cancelled' });
    expect([await world.pendingOf(live), await world.pendingOf(over)]).toEqual([1, 0]);
    world.clock.advance(1_000);
    await expect(again.decide(kept.id, { choice: 'once' }, sam)).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED' });
    again.close();
  });

  it('lets somebody decide what was asked before it', async () => {
    const { id } = await world.hold(runId);
    const again = await world.restart();
    expect(await again.decide(id, { choice: 'once' }, sam)).toMatchObject({ status: 'approved' });
    again.close();
  });
});

describe('a run', () => {
  covers('approvals.limit');

  it('holds at most a hundred calls, also when it asks for more at once', async () => {
    const prepare = () => world.approvals.prepare(world.request(runId));
    for (let index = 0; index < limits.approvalsPerRun; index += 1) prepare();
    expect(prepare).toThrow(expect.objectContaining({ code: 'CONNECTOR_RATE_LIMITED' }));
    const other = await world.addRun();
    expect(() => world.approvals.prepare(world.request(other))).not.toThrow();
    // Those that never opened, since their commit failed, do not count for ever.
    world.clock.advance(30_001);
    expect(prepare).not.toThrow();
  });
});
