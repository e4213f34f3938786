import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '@/lib/contracts/approvals';
import { covers } from '@/test/requirements';
import { type ApprovalWorld, approvalWorld, person } from './world';

let world: ApprovalWorld;
let runId: string;
beforeEach(async () => {
  world = await approvalWorld();
  runId = await world.addRun();
});
afterEach(() => world.close());

const sam = person('sam');
const mira = person('mira', 'admin');

describe('a held call', () => {
  covers('approvals.held', 'approvals.one-decides', 'approvals.on-record');

  it('is counted by its run in the commit that holds it, and is told without its arguments', async () => {
    const approval = await world.hold(runId);
    expect(await world.pendingOf(runId)).toBe(1);
    expect(world.approvals.pendingCount()).toBe(1);
    expect(await world.approvals.get(approval.id)).toEqual(approval);
    expect(world.events).toMatchObject([{ type: 'approval.requested', data: { id: approval.id, arguments: null } }]);
    expect(JSON.stringify(world.events)).not.toContain('secret plan');
    expect(world.changedRuns).toEqual([runId]);
  });

  it('waits five minutes', async () => {
    const { requestedAt, expiresAt } = await world.hold(runId);
    expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBe(300_000);
  });

  it('is let through once, and everybody hears of it after it is durable', async () => {
    const { id, argumentsSha256 } = await world.hold(runId);
    let stored: Promise<string> | undefined;
    world.approvals.onSettled((approval) => {
      stored = world.row(approval.id).then(({ status }) => status);
    });
    const decided = await world.approvals.decide(id, { choice: 'once' }, sam);
    expect(decided).toMatchObject({
      status: 'approved',
      choice: 'once',
      decidedBy: 'sam@example.com',
      argumentsSha256,
    });
    expect(await stored).toBe('approved');
    expect(world.settled).toEqual([decided]);
    expect(await world.pendingOf(runId)).toBe(0);
    expect(world.approvals.pendingCount()).toBe(0);
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toBeUndefined();
    expect(await world.actions()).toEqual(['approval.approve operator:op_sam ok']);
    expect(world.events.at(-1)).toMatchObject({ type: 'approval.decided', data: { id, arguments: null } });
  });

  it('is denied with a reason that goes back to the agent', async () => {
    const { id } = await world.hold(runId);
    await world.approvals.decide(id, { choice: 'deny', reason: 'Not on a Friday.' }, sam);
    expect(world.settled).toMatchObject([
      { status: 'denied', reason: 'Not on a Friday.', decidedBy: 'sam@example.com' },
    ]);
    expect(await world.actions()).toEqual(['approval.deny operator:op_sam ok']);
  });

  it('is decided by exactly one of forty operators who decide at once; the others are told who it was', async () => {
    const { id } = await world.hold(runId);
    const answers = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        world.approvals.decide(id, { choice: index % 2 ? 'once' : 'deny' }, person(`p${index}`)),
      ),
    );
    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(won).toHaveLength(1);
    const winner = won[0]?.decidedBy;
    const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(lost).toHaveLength(39);
    for (const error of lost) expect(error).toMatchObject({ code: 'ALREADY_DECIDED', details: { decidedBy: winner } });
    expect(await world.actions()).toHaveLength(1);
    expect(world.settled).toHaveLength(1);
  });

  it('stays as the database has it when another hand decided there first', async () => {
    const { id } = await world.hold(runId);
    world.tamper(
      `UPDATE "Approval" SET status = 'denied', choice = 'deny', decidedBy = 'other@example.com' WHERE id = ?`,
      id,
    );
    await expect(world.approvals.decide(id, { choice: 'run' }, sam)).rejects.toMatchObject({
      code: 'ALREADY_DECIDED',
      details: { decidedBy: 'other@example.com', status: 'denied' },
    });
    expect(await world.row(id)).toMatchObject({ status: 'denied', decidedBy: 'other@example.com' });
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toBeUndefined();
    expect(world.settled).toMatchObject([{ status: 'denied' }]);
  });

  it('is not approved by a decision that cannot be recorded, and can be decided later', async () => {
    const { id } = await world.hold(runId);
    world.failRecord(true);
    await expect(world.approvals.decide(id, { choice: 'run' }, sam)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    expect(await world.row(id)).toMatchObject({ status: 'pending', decidedBy: null });
    expect(world.settled).toEqual([]);
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toBeUndefined();
    world.failRecord(false);
    expect(await world.approvals.decide(id, { choice: 'deny' }, mira)).toMatchObject({ status: 'denied' });
  });

  it('cannot be decided by a run, not even by its own', async () => {
    const { id } = await world.hold(runId);
    const decision = world.approvals.decide(id, { choice: 'once' }, { kind: 'run', id: runId });
    await expect(decision).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const extension = world.approvals.extend(id, 60, { kind: 'run', id: runId });
    await expect(extension).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(world.approvals.pendingCount()).toBe(1);
  });

  it('that does not exist is APPROVAL_NOT_FOUND', async () => {
    const unknown = world.approvals.decide('apr_nothing', { choice: 'once' }, sam);
    await expect(unknown).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    await expect(world.approvals.get('apr_nothing')).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
  });
});

describe('an approval for the rest of the run', () => {
  covers('approvals.for-run');

  it('lets the same tool of the same run through, and no other tool, connector or run', async () => {
    const other = await world.addRun();
    const { id } = await world.hold(runId);
    await world.approvals.decide(id, { choice: 'run' }, sam);
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toEqual({ id, decidedBy: 'sam@example.com' });
    for (const [run, connector, tool] of [
      [other, 'files', 'write_file'],
      [runId, 'files', 'delete_file'],
      [runId, 'mail', 'write_file'],
      [runId, 'files","write_file', ''],
    ] as const) {
      expect(world.approvals.forRun(run, connector, tool)).toBeUndefined();
    }
    await world.approvals.cancelRun(runId);
    expect(world.approvals.forRun(runId, 'files', 'write_file')).toBeUndefined();
  });

  it('is known again after a restart while the run lives, and forgotten with it', async () => {
    const over = await world.addRun();
    for (const run of [runId, over]) {
      const { id } = await world.hold(run);
      await world.approvals.decide(id, { choice: 'run' }, sam);
    }
    world.live.delete(over);
    const again = await world.restart();
    expect(again.forRun(runId, 'files', 'write_file')).toMatchObject({ decidedBy: 'sam@example.com' });
    expect(again.forRun(over, 'files', 'write_file')).toBeUndefined();
    again.close();
  });
});

describe('who may see arguments', () => {
  covers('approvals.arguments');
  const seenBy = async (by: Parameters<typeof world.approvals.show>[1]) => {
    const { id } = await world.hold(runId);
    const listed = await world.approvals.list({ limit: 1 }, by);
    return [(await world.approvals.show(id, by)).arguments, listed.items[0]?.arguments];
  };
  const all = { path: 'notes/today.md', content: 'the secret plan' };
  const key = (scopes: ['approvals:decide'] | ['runs:read']) =>
    ({ kind: 'key', id: 'key_1', name: 'ci', scopes }) as const;

  it('is an operator, an auditor, an admin or a key that decides; a viewer and any other key get null', async () => {
    for (const role of ['operator', 'auditor', 'admin'] as const) {
      expect(await seenBy(person(role, role))).toEqual([all, all]);
    }
    expect(await seenBy(key(['approvals:decide']))).toEqual([all, all]);
    expect(await seenBy(key(['runs:read']))).toEqual([null, null]);
    expect(await seenBy(person('viewer', 'viewer'))).toEqual([null, null]);
  });
});

describe('the list', () => {
  it('gives every approval once, newest first, also those of one millisecond', async () => {
    const held: Approval[] = [];
    for (let index = 0; index < 25; index += 1) {
      held.push(await world.hold(runId));
      if (index % 5 === 0) world.clock.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.approvals.list({ limit: 4, ...(cursor && { cursor }) }, mira);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.toSorted()).toEqual(held.map(({ id }) => id).toSorted());
    expect(seen[0]).not.toBe(held[0]?.id);
  });

  it('shows those of one state and of one run', async () => {
    const other = await world.addRun();
    const first = await world.hold(runId);
    const second = await world.hold(other);
    await world.approvals.decide(first.id, { choice: 'deny' }, sam);
    const ids = async (query: { status?: 'pending' | 'denied'; runId?: string }) =>
      (await world.approvals.list({ limit: 50, ...query }, mira)).items.map(({ id }) => id);
    expect(await ids({ status: 'pending' })).toEqual([second.id]);
    expect(await ids({ status: 'denied' })).toEqual([first.id]);
    expect(await ids({ runId: other })).toEqual([second.id]);
    expect(await ids({ status: 'denied', runId: other })).toEqual([]);
  });
});
