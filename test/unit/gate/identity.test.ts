/** For whom a call is made, as the gate finds out, and what that principal must hold. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TraceRecord } from '@/lib/contracts/traces';
import type { AppError } from '@/lib/platform/errors';
import { bitOf } from '@/lib/privileges/bits';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { callWith, codeOf, connector, type GateWorld, gateWorld, operator, type StartedRun, tool } from './world';

covers('traces.record-alone', 'privileges.required');

let world: GateWorld;
let run: StartedRun;
beforeEach(async () => {
  world = await gateWorld();
  run = await world.startRun();
});
afterEach(() => world.close());

const call = (more: Parameters<typeof callWith>[1] = {}) => world.gate.call(callWith(run.token, more));

describe('a call', () => {
  it('takes the identity from the record of its trace and from no other run', async () => {
    const other = await world.startRun();
    world.traces.set('t1', { runId: run.id, principal: { userId: 'lea', platform: 'slack' } });
    await call({ traceId: 't1' });
    expect(await codeOf(world.gate.call(callWith(other.token, { traceId: 't1' })))).toBe('IDENTITY_UNKNOWN');
    const { items } = await world.calls.list(run.id, { limit: 1 }, operator);
    expect(items[0]?.principal).toEqual({ userId: 'lea', platform: 'slack' });
  });

  it('waits for a record that is kept elsewhere, and asks everything again once it is there', async () => {
    const maya = { runId: null, principal: { userId: 'maya', platform: 'discord' } };
    let answer = (_record: TraceRecord | null): void => undefined;
    const elsewhere = () =>
      new Promise<TraceRecord | null>((resolve) => {
        answer = resolve;
      });
    world.findElsewhere(elsewhere);
    const revokedMeanwhile = codeOf(call({ traceId: 't1' }));
    run.run.acceptsCalls = false;
    answer(maya);
    expect(await revokedMeanwhile).toBe('RUN_NOT_ACTIVE');
    run.run.acceptsCalls = true;
    const unknown = codeOf(call({ traceId: 't1' }));
    answer(null);
    expect(await unknown).toBe('IDENTITY_UNKNOWN');
    const stranger = codeOf(world.gate.call(callWith('gth_tool_nonsense', { traceId: 't1' })));
    world.findElsewhere(() => {
      throw new Error('a stranger had a trace looked up');
    });
    expect(await stranger).toBe('TOOL_TOKEN_INVALID');
  });

  it('notes who the request said it was, and believes the record', async () => {
    world.traces.set('t1', { runId: null, principal: { userId: 'lea', platform: 'slack' } });
    await call({ traceId: 't1', claims: { userId: 'root', platform: 'slack' } });
    const { items } = await world.calls.list(run.id, { limit: 1 }, operator);
    expect(items[0]).toMatchObject({ principal: { userId: 'lea' }, claimed: { userId: 'root' } });
    expect(items[0]?.steps.find(({ step }) => step === 'identity')?.note).toContain('the request said userId root');
    const row = await world.db.auditRow.findFirst({ where: { action: 'tool.allow' } });
    expect(JSON.parse(row?.data ?? '{}')).toMatchObject({ principal: { userId: 'lea' }, claimed: { userId: 'root' } });
  });

  it('needs the privilege its tool asks for, as the principal holds it at that moment', async () => {
    const tools = new Map([['echo', { ...tool('echo'), privilege: 'FILE_OPS' as const }]]);
    world.connectors.set('files', connector('files', { tools }));
    world.traces.set('t1', { runId: null, principal: { userId: 'lea ü', platform: 'slack', guildId: 'g1' } });
    const once = () => call({ traceId: 't1' }).catch((error: AppError) => error);
    expect(await once()).toMatchObject({
      code: 'PRIVILEGE_REQUIRED',
      details: { privilege: 'FILE_OPS', grantAt: 'http://127.0.0.1:3000/identities/lea%20%C3%BC?platform=slack' },
    });
    const lea = { userId: 'lea ü', platform: 'slack' };
    world.privileges.set(lea, { guildId: null, channelId: null }, bitOf('FILE_OPS'));
    expect(await codeOf(call({ traceId: 't1' }))).toBe('ok');
    world.privileges.set(lea, { guildId: 'g1', channelId: null }, 0n);
    expect(await codeOf(call({ traceId: 't1' }))).toBe('PRIVILEGE_REQUIRED');
    expect(await codeOf(call({}))).toBe('PRIVILEGE_REQUIRED');
  });

  it('that was held is carried out for whom it was made, and only while that principal may', async () => {
    const tools = new Map([['write', { ...tool('write', 'write'), privilege: 'FILE_OPS' as const }]]);
    world.connectors.set('files', connector('files', { tools }));
    const lea = { userId: 'lea', platform: 'slack' };
    world.privileges.set(lea, { guildId: null, channelId: null }, bitOf('FILE_OPS'));
    world.traces.set('t1', { runId: run.id, principal: lea });
    const held = [
      call({ tool: 'write', traceId: 't1', waitMs: 5_000 }),
      call({ tool: 'write', traceId: 't1', waitMs: 5_000 }),
    ];
    const [first, second] = await eventuallyFound(async () => {
      const { items } = await world.approvals.list({ limit: 10, status: 'pending' }, operator);
      return items.length === 2 ? items : undefined;
    });
    // The record has ended by then: what an operator takes to think is none of its business.
    world.traces.delete('t1');
    await world.approvals.decide(first?.id ?? '', { choice: 'once' }, operator);
    await eventually(() => world.reached.length === 1);
    world.privileges.remove(lea, { guildId: null, channelId: null });
    await world.approvals.decide(second?.id ?? '', { choice: 'once' }, operator);
    expect((await Promise.all(held.map(codeOf))).sort()).toEqual(['PRIVILEGE_REQUIRED', 'ok']);
    expect(world.reached).toHaveLength(1);
  });
});
