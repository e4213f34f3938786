/** For whom a call is made, and what that allows: records over HTTP, the gate that reads them, and the admin's view of it all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { addJournal } from '@/test/support/journal';
import { admin, startServer, type TestServer } from '@/test/support/server';

covers('traces.record-alone', 'traces.fail-closed', 'traces.write', 'traces.bounded');
covers('privileges.change', 'privileges.ceiling', 'identities.list');

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let journal: Awaited<ReturnType<typeof addJournal>>;

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  journal = await addJournal(server, operator);
  const limits = { callsPerMinute: 1, callsPerRun: 1_000 };
  await operator.call('connectors.update', { params: { id: 'journal' }, body: { limits } });
});
afterAll(() => server.stop());

async function startRun(principal: Record<string, unknown> = { userId: 'run-owner' }) {
  const body = { title: 'For others', projectId: 'p1', kind: 'external', principal };
  const { run, token } = await orchestrator.call('runs.create', { body });
  return { id: run.id, agent: service(server.url, token?.token ?? '') };
}
let calls = 0;
async function ask(agent: TestClient, traceId?: string) {
  calls += 1;
  const body = { connectorId: 'journal', toolName: 'get_line', input: { nonce: `n${calls}` }, traceId };
  const answer = await agent.attempt('tools.execute', { body });
  return codeOf(answer) ?? 'ok';
}
const codeOf = ({ body }: { body: unknown }) => (body as { error?: { code?: string } }).error?.code;
const put = (traceId: string, body: Record<string, unknown>) =>
  orchestrator.attempt('traces.put', { params: { traceId }, body });
const newestCall = async (id: string) => (await operator.call('runs.calls', { params: { id } })).items[0];

describe('a tool-session record', () => {
  it('says for whom a call is made, is on the record, and is for its own run alone', async () => {
    const mine = await startRun();
    const other = await startRun();
    const identity = {
      user_id: 'maya',
      platform: 'discord',
      guild_id: 'g1',
      channel_id: 'c1',
      user_aliases: ['maya-old'],
    };
    expect((await put('trace-1', { identity, runId: mine.id })).status).toBe(204);
    expect([await ask(mine.agent, 'trace-1'), await ask(other.agent, 'trace-1')]).toEqual(['ok', 'IDENTITY_UNKNOWN']);
    expect(await newestCall(mine.id)).toMatchObject({
      principal: { userId: 'maya', platform: 'discord' },
      traceId: 'trace-1',
    });
    const { items } = await operator.call('audit.list', { query: { action: 'trace.write', target: 'trace-1' } });
    expect(items[0]?.data).toEqual({
      principal: { userId: 'maya', platform: 'discord' },
      runId: mine.id,
      ttlSeconds: 300,
    });
  });

  it('is not told apart from one that was never written, and a refused call reaches nothing', async () => {
    const { agent, id } = await startRun();
    const other = await startRun();
    await put('theirs', { identity: { user_id: 'maya', platform: 'discord' }, runId: other.id });
    const before = journal.lines().length;
    const answers = await Promise.all(
      ['never-written', 'theirs', '__proto__', 'constructor', 'x'.repeat(200), ' ', 'gatehouse:*'].map((traceId) =>
        agent.attempt('tools.execute', {
          body: { connectorId: 'journal', toolName: 'get_line', input: { nonce: 'no' }, traceId },
        }),
      ),
    );
    const told = answers.map(({ status, body }) => {
      const { code, message } = (body as { error: { code: string; message: string } }).error;
      return JSON.stringify([status, code, message]);
    });
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toContain('403,"IDENTITY_UNKNOWN"');
    expect(journal.lines().length).toBe(before);
    expect(await newestCall(id)).toMatchObject({ status: 'refused', code: 'IDENTITY_UNKNOWN' });
    // However long the name that was tried, its row is not.
    expect(await ask(agent, 'x'.repeat(500_000))).toBe('IDENTITY_UNKNOWN');
    expect((await newestCall(id))?.traceId).toHaveLength(200);
  });

  it('ends at its time', async () => {
    const { agent } = await startRun();
    await put('short', { identity: { user_id: 'maya', platform: 'discord' }, ttlSeconds: 1 });
    expect(await ask(agent, 'short')).toBe('ok');
    await eventually(async () => (await ask(agent, 'short')) === 'IDENTITY_UNKNOWN');
  });

  it.each([
    ['no platform', { identity: { user_id: 'maya' } }],
    ['an unknown field', { identity: { user_id: 'maya', platform: 'discord', admin: true } }],
    ['camelCase', { identity: { userId: 'maya', platform: 'discord' } }],
    ['control characters', { identity: { user_id: 'ma\nya', platform: 'discord' } }],
    ['too much', { identity: { user_id: 'm'.repeat(201), platform: 'discord' } }],
    ['too many aliases', { identity: { user_id: 'm', platform: 'd', user_aliases: Array(51).fill('x') } }],
    ['an endless one', { identity: { user_id: 'maya', platform: 'discord' }, ttlSeconds: 86_401 }],
    ['one that is over', { identity: { user_id: 'maya', platform: 'discord' }, ttlSeconds: 0 }],
  ])('is refused with %s', async (_, body) => {
    expect(await put('bad', body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('is refused under a name that is no trace id, and with a body over the limit', async () => {
    const identity = { user_id: 'maya', platform: 'discord' };
    for (const name of ['x'.repeat(201), 'a b', 'ä', 'a\u0000b'])
      expect((await put(name, { identity })).status).toBe(400);
    const huge = JSON.stringify({ identity, runId: 'x'.repeat(1024 * 1024) });
    expect((await orchestrator.fetch('/api/traces/huge', { method: 'PUT', body: huge })).status).toBe(413);
  });

  it('makes a lock on its user bite', async () => {
    const { agent } = await startRun();
    await put('locked', { identity: { user_id: 'mallory', platform: 'discord' } });
    await operator.call('locks.create', { body: { target: { kind: 'user', id: 'mallory' }, message: 'No more.' } });
    expect(await ask(agent, 'locked')).toBe('LOCKED');
  });
});

describe('privileges', () => {
  const change = (userId: string, body: Record<string, unknown>) =>
    operator.attempt('identities.privileges', {
      params: { userId },
      body: { platform: 'discord', reason: 'on call', ...body },
    });

  it('reach live runs on their next call, and leave with the next one', async () => {
    const { agent, id } = await startRun({ userId: 'lea', platform: 'discord', guildId: 'g1' });
    expect([await ask(agent), await ask(agent)]).toEqual(['ok', 'CONNECTOR_RATE_LIMITED']);
    expect((await change('lea', { grant: ['BYPASS_RATELIMIT'] })).status).toBe(200);
    expect([await ask(agent), await ask(agent)]).toEqual(['ok', 'ok']);
    // The guild's own mask takes the place of the global one.
    await change('lea', { grant: ['FILE_OPS'], scope: { guildId: 'g1' } });
    expect(await ask(agent)).toBe('CONNECTOR_RATE_LIMITED');
    await change('lea', { clear: true, scope: { guildId: 'g1' } });
    expect(await ask(agent)).toBe('ok');
    await change('lea', { revoke: ['BYPASS_RATELIMIT'] });
    expect(await ask(agent)).toBe('CONNECTOR_RATE_LIMITED');
    expect((await newestCall(id))?.steps.find(({ step }) => step === 'privilege')).toMatchObject({ outcome: 'passed' });
    const { items } = await operator.call('audit.list', { query: { target: 'identity:discord:lea' } });
    expect(items.map(({ action }) => action)).toEqual([
      'privilege.revoke',
      'privilege.clear',
      'privilege.grant',
      'privilege.grant',
    ]);
    expect(items[3]?.data).toMatchObject({ grant: ['BYPASS_RATELIMIT'], reason: 'on call', after: '0000000000001000' });
  });

  it('are refused whole with every name that is none', async () => {
    const answer = await change('nobody-yet', { grant: ['FILE_OPS', 'ROOT', '__proto__'], revoke: ['toString'] });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'UNKNOWN_PRIVILEGE', details: { unknown: ['ROOT', '__proto__', 'toString'] } } },
    });
    expect(codeOf(await operator.attempt('identities.get', { params: { userId: 'nobody-yet' } }))).toBe(
      'IDENTITY_NOT_FOUND',
    );
  });

  it.each([
    ['nothing named', {}],
    ['a name granted and revoked', { grant: ['FILE_OPS'], revoke: ['FILE_OPS'] }],
    ['a dangerous one in a guild', { grant: ['UNSANDBOXED_EXEC'], scope: { guildId: 'g1' } }],
    ['no reason', { grant: ['FILE_OPS'], reason: '' }],
    ['a control character in the scope', { grant: ['FILE_OPS'], scope: { guildId: 'g\n1' } }],
    ['clearing everywhere', { clear: true }],
  ])('are refused with %s', async (_, body) => {
    expect(await change('lea', body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('that are dangerous are not granted to oneself, whatever the case of the letters', async () => {
    for (const userId of [admin.email, admin.email.toUpperCase()]) {
      const answer = await change(userId, { platform: 'console', grant: ['FILE_OPS', 'UNSANDBOXED_EXEC'] });
      expect(answer).toMatchObject({
        status: 403,
        body: { error: { code: 'ESCALATION_REFUSED', details: { missing: ['UNSANDBOXED_EXEC'] } } },
      });
    }
    expect((await change('a colleague', { platform: 'console', grant: ['UNSANDBOXED_EXEC'] })).status).toBe(200);
  });
});

describe('the identities', () => {
  it('list whom runs, records and grants named, the last seen first, each once', async () => {
    await startRun({ userId: 'list-run', platform: 'slack' });
    await put('list', { identity: { user_id: 'list-record', platform: 'slack' } });
    await operator.call('identities.privileges', {
      params: { userId: 'list/grant ü' },
      body: { platform: 'slack', grant: ['FILE_OPS'], reason: 'listed' },
    });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { platform: 'slack', limit: 1, ...(cursor && { cursor }) };
      const page = await operator.call('identities.list', { query });
      seen.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect([...seen].sort()).toEqual(['list-record', 'list-run', 'list/grant ü']);
    const found = await operator.call('identities.list', { query: { q: 'ist/gr' } });
    expect(found.items).toMatchObject([{ userId: 'list/grant ü', privileges: ['FILE_OPS'], liveRuns: 0 }]);
    const one = await operator.call('identities.get', {
      params: { userId: 'list/grant ü' },
      query: { platform: 'slack' },
    });
    expect(one.effective[0]?.privileges).toMatchObject([
      { name: 'FILE_OPS', from: [{ userId: 'list/grant ü', given: { by: admin.email, reason: 'listed' } }] },
    ]);
  });

  it('show what an alias gives, what was done for them, and nothing of a namesake on another platform', async () => {
    const alias = { userId: 'nora', platform: 'matrix', userAliases: ['nora-old'] };
    const { agent } = await startRun(alias);
    expect(await ask(agent)).toBe('ok');
    await operator.call('identities.privileges', {
      params: { userId: 'nora-old' },
      body: { platform: 'matrix', grant: ['GATE_USE'], reason: 'as before' },
    });
    const get = (platform: string) =>
      operator.call('identities.get', { params: { userId: 'nora' }, query: { platform } });
    const nora = await get('matrix');
    expect(nora).toMatchObject({ aliases: ['nora-old'], liveRuns: 1, privileges: ['GATE_USE'], masks: [] });
    expect(nora.effective[0]).toMatchObject({
      mask: '8000000000000000',
      privileges: [{ name: 'GATE_USE', from: [{ userId: 'nora-old' }] }],
    });
    const query = { platform: 'matrix' };
    const done = await eventuallyFound(async () => {
      const { items } = await operator.call('identities.calls', { params: { userId: 'nora' }, query });
      return items[0]?.status === 'completed' ? items : undefined;
    });
    expect(done).toHaveLength(1);
    const runs = await operator.call('runs.list', { query: { userId: 'nora', platform: 'irc' } });
    expect(runs.items).toEqual([]);
    await startRun({ userId: 'nora', platform: 'irc' });
    expect((await get('irc')).privileges).toEqual([]);
  });
});
