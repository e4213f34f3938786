/** What the gate promises of one call: the first rule that says no wins, and nothing happens before its row is durable. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPending } from '@/lib/gate/request';
import { AppError } from '@/lib/platform/errors';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import {
  callWith,
  codeOf,
  connector,
  type GateWorld,
  gateWorld,
  generous,
  operator,
  type StartedRun,
  tool,
} from './world';

covers(
  'gate.durable-first',
  'gate.audit-unavailable',
  'gate.refusal-order',
  'gate.not-granted-alike',
  'gate.current-grants',
  'gate.rate-limits',
  'approvals.digest-bound',
  'approvals.silence-denies',
  'approvals.reauthorised',
  'approvals.agent-left',
  'approvals.survive-restart',
  'approvals.single-use',
  'gate.revoke-in-flight',
  'gate.lost-calls',
);

let world: GateWorld;
let run: StartedRun;
beforeEach(async () => {
  world = await gateWorld();
  run = await world.startRun();
});
afterEach(() => world.close());

const call = (more: Parameters<typeof callWith>[1] = {}) => world.gate.call(callWith(run.token, more));
async function callIdOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: AppError) => thrown,
  );
  return String(error?.details?.callId);
}
async function held(more: Parameters<typeof callWith>[1] = {}) {
  const answer = await call({ tool: 'write', input: { path: 'a' }, ...more });
  if (!isPending(answer)) throw new Error('The call was not held.');
  return answer;
}
const outcomeOf = (callId: string, waitMs = 5_000) =>
  world.gate.outcome(callId, {
    credential: { kind: 'bearer', token: run.token },
    waitMs,
    leaving: new AbortController().signal,
  });

describe('an allowed call', () => {
  it('answers with what the connector said, and its row says how it came through', async () => {
    const answer = await call({ input: { text: 'hi' } });
    expect(answer).toMatchObject({ ok: true, connectorId: 'files', toolName: 'echo', outputSummary: '{"text":"hi"}' });
    await world.gate.settled();
    const { items } = await world.calls.list(run.id, { limit: 10 }, { kind: 'server', id: 'server' });
    expect(items).toMatchObject([{ status: 'completed', code: null, arguments: { text: 'hi' }, result: { ok: true } }]);
    expect(items[0]?.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'token passed',
      'run passed',
      'identity passed',
      'plugin passed',
      'connector passed',
      'privilege passed',
      'safety passed',
      'limits passed',
      'record passed',
    ]);
    expect(await world.actions(items[0]?.id ?? '')).toEqual(['tool.allow', 'tool.result']);
  });

  it('reaches the connector only once its decision is durable', async () => {
    let rowsSeen = -1;
    world.serve(async () => {
      rowsSeen = await world.db.auditRow.count({ where: { action: 'tool.allow' } });
      return { output: { content: [] }, bytes: 0, redactions: 0 };
    });
    await call();
    expect(rowsSeen).toBe(1);
  });

  it('is refused, and sent nowhere, when its decision cannot be written', async () => {
    world.failAudit(true);
    expect(await codeOf(call())).toBe('AUDIT_UNAVAILABLE');
    world.failAudit(false);
    expect(world.reached).toEqual([]);
    expect(await world.db.toolCall.count()).toBe(0);
  });

  it('counts on its run, and refused ones count as refused', async () => {
    await call();
    await codeOf(call({ to: 'nowhere' }));
    expect(await world.db.run.findUnique({ where: { id: run.id } })).toMatchObject({ toolCalls: 2, denied: 1 });
  });
});

describe('a refused call', () => {
  it('says what is wrong in the order of the contract, the caller before the asked', async () => {
    world.install('helper', 'restricted');
    const bounded = await world.startRun({ pluginId: 'helper' });
    const bad = {
      target: () => {
        throw new AppError('BAD_REQUEST');
      },
      traceId: 'trace-of-nobody',
    };
    const as = (token: string | undefined, more: Parameters<typeof callWith>[1] = {}) =>
      codeOf(world.gate.call(callWith(token ?? '', more)));

    expect(await as(undefined, bad)).toBe('TOOL_TOKEN_MISSING');
    expect(await as('gth_tool_wrong', bad)).toBe('TOOL_TOKEN_INVALID');
    world.lock({ kind: 'user', id: 'dana' });
    expect(await as(bounded.token, bad)).toBe('LOCKED');
    world.locks.pop();
    expect(await as(bounded.token, bad)).toBe('IDENTITY_UNKNOWN');
    expect(await as(bounded.token, { ...bad, traceId: null })).toBe('BAD_REQUEST');
    expect(await as(bounded.token, { to: 'nowhere' })).toBe('CONNECTOR_NOT_GRANTED');
    expect(await as(run.token, { to: 'nowhere' })).toBe('CONNECTOR_NOT_FOUND');
    expect(await as(run.token, { tool: 'none' })).toBe('CONNECTOR_TOOL_NOT_FOUND');
    expect(await as(run.token, { tool: 'write', input: { bad: 1 } })).toBe('CONNECTOR_INPUT_SCHEMA_MISMATCH');
    expect(await as(run.token, { tool: 'off' })).toBe('CONNECTOR_SAFETY_DENIED');
    world.connectors.set('files', connector('files', { enabled: false }));
    expect(await as(run.token, { tool: 'write', input: { bad: 1 } })).toBe('CONNECTOR_DISABLED');
    await world.endRun(run);
    expect(await as(run.token, bad)).toBe('TOOL_TOKEN_INVALID');
  });

  it('does not tell an ungranted run whether a connector exists', async () => {
    world.install('helper', 'restricted');
    const bounded = await world.startRun({ pluginId: 'helper' });
    world.lock({ kind: 'connector', id: 'mail' });
    const answers = await Promise.all(
      ['mail', 'ghost'].map((to) =>
        world.gate
          .call(callWith(bounded.token, { to }))
          .catch(({ code, message }: AppError) => ({ code, message: message.replaceAll(to, 'X') })),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ code: 'CONNECTOR_NOT_GRANTED' });
  });

  it('is refused by the plugin as it is now, and let through once it is granted', async () => {
    world.install('helper', 'restricted', ['connector:files']);
    const bounded = await world.startRun({ pluginId: 'helper' });
    const once = () => codeOf(world.gate.call(callWith(bounded.token)));
    expect(await once()).toBe('ok');
    world.install('helper', 'restricted', []);
    expect(await once()).toBe('CONNECTOR_NOT_GRANTED');
    world.install('helper', 'trusted', []);
    expect(await once()).toBe('ok');
    world.plugins.delete('helper');
    expect(await once()).toBe('CONNECTOR_NOT_GRANTED');
  });

  it('names the capability and where an operator grants it', async () => {
    world.install('helper', 'restricted');
    const bounded = await world.startRun({ pluginId: 'helper' });
    const error = await world.gate.call(callWith(bounded.token)).catch((thrown: AppError) => thrown);
    expect(error).toMatchObject({
      details: { capability: 'connector:files', grantAt: 'http://127.0.0.1:3000/plugins/helper' },
    });
  });

  it('counts calls a minute and a run, and not those it refused', async () => {
    world.connectors.set('files', connector('files', { limits: { ...generous, callsPerMinute: 2, callsPerRun: 3 } }));
    await codeOf(call({ tool: 'off' }));
    expect([await codeOf(call()), await codeOf(call()), await codeOf(call())]).toEqual([
      'ok',
      'ok',
      'CONNECTOR_RATE_LIMITED',
    ]);
    world.clock.advance(60_000);
    expect([await codeOf(call()), await codeOf(call())]).toEqual(['ok', 'CONNECTOR_RATE_LIMITED']);
    world.clock.advance(60_000);
    expect(await codeOf(call())).toBe('CONNECTOR_RATE_LIMITED');
    await world.gate.settled();
    await world.restart();
    expect(await codeOf(call())).toBe('CONNECTOR_RATE_LIMITED');
  });

  it('is refused once the budget is spent', async () => {
    const poor = await world.startRun({ budgetLimitUsd: 1, spentUsd: 1 });
    expect(await codeOf(world.gate.call(callWith(poor.token)))).toBe('BUDGET_EXCEEDED');
  });
});

describe('a held call', () => {
  it('waits, and is made once it is approved, with exactly its arguments', async () => {
    const { callId, approvalId } = await held();
    expect(world.reached).toEqual([]);
    await world.approvals.decide(approvalId, { choice: 'once' }, operator);
    expect(await outcomeOf(callId)).toMatchObject({ ok: true, metadata: { approvalId } });
    expect(world.reached).toMatchObject([{ toolName: 'write', input: { path: 'a' } }]);
    await world.gate.settled();
    expect(await outcomeOf(callId)).toMatchObject({ ok: true });
    expect(world.reached).toHaveLength(1);
    expect(await world.actions(callId)).toEqual(['tool.hold', 'tool.allow', 'tool.result']);
  });

  it('answers the agent that waits for the decision', async () => {
    const answer = call({ tool: 'write', waitMs: 20_000 });
    const id = await eventuallyFound(async () => (await world.approvals.list({ limit: 1 }, operator)).items[0]?.id);
    await world.approvals.decide(id, { choice: 'deny', reason: 'not today' }, operator);
    await expect(answer).rejects.toMatchObject({
      code: 'APPROVAL_DENIED',
      message: expect.stringContaining('not today'),
    });
    expect(world.reached).toEqual([]);
  });

  it('lets the same tool through for the rest of the run, and no other run', async () => {
    const { callId, approvalId } = await held();
    await world.approvals.decide(approvalId, { choice: 'run' }, operator);
    await outcomeOf(callId);
    expect(await call({ tool: 'write', input: { path: 'b' } })).toMatchObject({ ok: true });
    const other = await world.startRun();
    expect(isPending(await world.gate.call(callWith(other.token, { tool: 'write' })))).toBe(true);
  });

  it('expires: silence never consents', async () => {
    const { callId, approvalId } = await held();
    world.clock.advance(5 * 60_000);
    await world.restart();
    await expect(outcomeOf(callId)).rejects.toMatchObject({ code: 'APPROVAL_EXPIRED' });
    await expect(world.approvals.decide(approvalId, { choice: 'once' }, operator)).rejects.toMatchObject({
      status: 410,
    });
    expect(world.reached).toEqual([]);
  });

  it('is asked the whole rule again when it is carried out', async () => {
    world.install('helper', 'restricted', ['connector:files']);
    const bounded = await world.startRun({ pluginId: 'helper' });
    const answer = await world.gate.call(callWith(bounded.token, { tool: 'write' }));
    if (!isPending(answer)) throw new Error('It was not held.');
    world.install('helper', 'restricted', []);
    await world.approvals.decide(answer.approvalId, { choice: 'once' }, operator);
    const outcome = world.gate.outcome(answer.callId, {
      credential: { kind: 'bearer', token: bounded.token },
      waitMs: 5_000,
      leaving: new AbortController().signal,
    });
    await expect(outcome).rejects.toMatchObject({ code: 'CONNECTOR_NOT_GRANTED' });
    expect(world.reached).toEqual([]);
  });

  it('is never made with other arguments than those that were approved', async () => {
    const { callId, approvalId } = await held();
    await world.db.approval.update({ where: { id: approvalId }, data: { arguments: '{"path":"/etc/shadow"}' } });
    await world.approvals.decide(approvalId, { choice: 'once' }, operator);
    await expect(outcomeOf(callId)).rejects.toMatchObject({ code: 'APPROVAL_DENIED' });
    expect(world.reached).toEqual([]);
  });

  it('is cancelled when the agent goes away while it waits', async () => {
    const leaving = new AbortController();
    const answer = call({ tool: 'write', waitMs: 60_000, leaving: leaving.signal });
    await eventually(async () => (await world.approvals.list({ limit: 1 }, operator)).items.length > 0);
    leaving.abort();
    await answer.catch(() => undefined);
    await eventually(async () => {
      const { items } = await world.approvals.list({ limit: 1 }, operator);
      return items[0]?.status === 'cancelled';
    });
    expect(world.reached).toEqual([]);
  });

  it('survives a restart of the server, and is made after it when it is approved', async () => {
    const { callId, approvalId } = await held();
    await world.restart();
    await world.approvals.decide(approvalId, { choice: 'once' }, operator);
    expect(await outcomeOf(callId)).toMatchObject({ ok: true });
    expect(world.reached).toHaveLength(1);
  });

  it('is made once, however many decide at the same moment', async () => {
    const { callId, approvalId } = await held();
    const decisions = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(world.approvals.decide(approvalId, { choice: 'once' }, operator))),
    );
    expect(decisions.filter((code) => code === 'ok')).toHaveLength(1);
    expect(new Set(decisions)).toEqual(new Set(['ok', 'ALREADY_DECIDED']));
    await outcomeOf(callId);
    expect(world.reached).toHaveLength(1);
  });

  it('is told to nobody but the run that made it', async () => {
    const { callId } = await held();
    const other = await world.startRun();
    const outcome = world.gate.outcome(callId, {
      credential: { kind: 'bearer', token: other.token },
      waitMs: 0,
      leaving: new AbortController().signal,
    });
    await expect(outcome).rejects.toMatchObject({ code: 'CALL_NOT_FOUND' });
  });
});

describe('a revoke', () => {
  it('takes back what is with a connector, and discards what it still says', async () => {
    let cancelled = false;
    world.serve(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            resolve({ output: { content: [{ type: 'text', text: 'too late' }] }, bytes: 8, redactions: 0 });
          });
        }),
    );
    const answer = call();
    await eventually(() => world.reached.length === 1);
    await world.endRun(run);
    await expect(answer).rejects.toMatchObject({ code: 'RUN_NOT_ACTIVE' });
    expect(cancelled).toBe(true);
    await world.gate.settled();
    expect(await world.actions(await callIdOf(answer))).toEqual(['tool.allow', 'tool.cancel']);
    expect(await world.db.callPayload.findFirst()).toMatchObject({ result: null });
  });

  it('that comes while the decision is being written leaves nothing sent', async () => {
    const answer = call();
    await world.endRun(run);
    await expect(answer).rejects.toMatchObject({ code: 'RUN_NOT_ACTIVE' });
    expect(world.reached).toEqual([]);
  });

  it('cancels what is held, and an approval that comes after changes nothing', async () => {
    const { approvalId } = await held();
    expect(await world.endRun(run)).toBe(1);
    await expect(world.approvals.decide(approvalId, { choice: 'once' }, operator)).rejects.toMatchObject({
      code: 'ALREADY_DECIDED',
    });
    expect(world.reached).toEqual([]);
  });
});

describe('a crash', () => {
  it('leaves no call without an end', async () => {
    world.serve(() => new Promise(() => undefined));
    void call().catch(() => undefined);
    await eventually(() => world.reached.length === 1);
    await world.restart();
    expect(await world.db.toolCall.findFirst()).toMatchObject({ status: 'lost' });
    world.inFlight.cancelRun(run.id, 'over');
  });
});

describe('what a run may call', () => {
  it('is what its plugin reaches now, without what is disabled or locked', async () => {
    world.install('helper', 'restricted', ['connector:files']);
    const bounded = await world.startRun({ pluginId: 'helper' });
    const list = (token: string) =>
      world.gate
        .callable({
          credential: { kind: 'bearer', token },
          endpoint: '/api/tools/connectors/list',
          operation: 'connectors:list',
        })
        .connectors.map(({ id, tools }) => `${id}: ${tools.map(({ name }) => name).join(' ')}`);
    expect(list(bounded.token)).toEqual(['files: echo write']);
    expect(list(run.token)).toEqual(['files: echo write', 'mail: echo write']);
    world.lock({ kind: 'connector', id: 'mail' });
    expect(list(run.token)).toEqual(['files: echo write']);
  });

  it('is bounded by the list a run was started with', async () => {
    const bounded = await world.startRun({ connectors: ['mail'] });
    expect(await codeOf(world.gate.call(callWith(bounded.token, { to: 'files' })))).toBe('CONNECTOR_NOT_GRANTED');
    expect(await codeOf(world.gate.call(callWith(bounded.token, { to: 'mail' })))).toBe('ok');
  });
});

it('an override of a tool class takes effect on the next call', async () => {
  world.connectors.set('files', connector('files', { tools: new Map([['echo', tool('echo', 'write')]]) }));
  expect(isPending(await call())).toBe(true);
});
