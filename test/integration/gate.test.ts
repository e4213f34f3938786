/** The gate as agents meet it: over HTTP with a tool token, and over JSON-RPC on the run's own socket. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { addJournal } from '@/test/support/journal';
import { admin, startServer, type TestServer } from '@/test/support/server';

covers('gate.http', 'gate.revoke-http');

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let journal: Awaited<ReturnType<typeof addJournal>>;

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  journal = await addJournal(server, operator);
});
afterAll(() => server.stop());

async function startRun(more: Record<string, unknown> = {}) {
  const body = { title: 'Gate', projectId: 'p1', kind: 'external', principal: { userId: 'dana' }, ...more };
  const { run, token } = await orchestrator.call('runs.create', { body });
  return { id: run.id, agent: service(server.url, token?.token ?? '') };
}
const execute = (agent: TestClient, toolName: string, nonce: string, more: Record<string, unknown> = {}) =>
  agent.attempt('tools.execute', { body: { connectorId: 'journal', toolName, input: { nonce }, ...more } });
const codeOf = ({ body }: { body: unknown }) => (body as { error?: { code?: string } }).error?.code;
const reached = (nonce: string) => journal.lines().filter((line) => line.endsWith(` ${nonce}`)).length;

describe('an agent with a tool token', () => {
  it('lists what it may call and calls it', async () => {
    const { agent, id } = await startRun();
    const { connectors } = await agent.call('tools.connectors');
    const mine = connectors.find((connector) => connector.id === 'journal');
    expect(mine?.tools.map(({ name, safety, approval }) => `${name} ${safety} ${approval}`)).toEqual([
      'get_line read auto',
      'write_line write confirm',
      'get_slowly read auto',
    ]);
    expect(await execute(agent, 'get_line', 'n1')).toMatchObject({
      status: 200,
      body: { ok: true, output: { content: [{ type: 'text', text: 'n1' }] }, outputSummary: 'n1' },
    });
    const call = await eventuallyFound(async () => {
      const { items } = await operator.call('runs.calls', { params: { id } });
      return items.find(({ status }) => status === 'completed');
    });
    expect(call).toMatchObject({ via: 'http', arguments: { nonce: 'n1' }, auditSeq: expect.any(Number) });
    expect((await orchestrator.call('runs.get', { params: { id } })).counts.toolCalls).toBe(1);
  });

  it.each([
    ['no token', '', 401, 'TOOL_TOKEN_MISSING'],
    ['a wrong token', 'gth_tool_nonsense', 401, 'TOOL_TOKEN_INVALID'],
  ])('is refused with %s before anything else is looked at', async (_, token, status, code) => {
    const response = await fetch(`${server.url}/api/tools/connectors/execute`, {
      method: 'POST',
      headers: token ? { authorization: `Bearer ${token}` } : {},
      body: '{ not json',
    });
    expect([response.status, codeOf({ body: await response.json() })]).toEqual([status, code]);
  });

  it('is told what is wrong with its body once it is known', async () => {
    const { agent } = await startRun();
    const post = (body: string) => agent.fetch('/api/tools/connectors/execute', { method: 'POST', body });
    expect((await post('{ not json')).status).toBe(400);
    const answer = await agent.attempt('tools.execute', {
      body: { connectorId: 'journal', toolName: 'get_line', user: 'root' },
    });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    expect(
      codeOf(
        await agent.attempt('tools.execute', { body: { connectorId: 'journal', toolName: 'get_line', input: {} } }),
      ),
    ).toBe('CONNECTOR_INPUT_SCHEMA_MISMATCH');
  });

  it('is bounded by its endpoints and operations', async () => {
    const endpoints = await startRun({ allowedEndpoints: ['/mcp'] });
    expect(codeOf(await execute(endpoints.agent, 'get_line', 'n2'))).toBe('TOOL_ENDPOINT_DENIED');
    const operations = await startRun({ allowedOperations: ['connectors:list'] });
    expect(codeOf(await execute(operations.agent, 'get_line', 'n2'))).toBe('TOOL_OPERATION_DENIED');
    expect(reached('n2')).toBe(0);
  });

  it('waits for an operator, and gets the outcome by the id of its call', async () => {
    const { agent } = await startRun();
    const held = await execute(agent, 'write_line', 'n3', { wait: 0.05 });
    expect(held).toMatchObject({ status: 202, body: { status: 'pending' } });
    const { callId, approvalId } = held.body as { callId: string; approvalId: string };
    expect((await agent.fetch(`/api/tools/calls/${callId}`)).status).toBe(202);
    expect(reached('n3')).toBe(0);
    const outcome = agent.fetch(`/api/tools/calls/${callId}?wait=20`);
    await operator.call('approvals.decide', { params: { id: approvalId }, body: { choice: 'once' } });
    expect(await (await outcome).json()).toMatchObject({ ok: true, callId, outputSummary: 'n3' });
    expect(reached('n3')).toBe(1);
    const stranger = await startRun();
    expect((await stranger.agent.fetch(`/api/tools/calls/${callId}`)).status).toBe(404);
  });

  it('is told why it was denied', async () => {
    const { agent } = await startRun();
    const answer = execute(agent, 'write_line', 'n4', { wait: 30 });
    const id = await eventuallyFound(async () => {
      const { items } = await operator.call('approvals.list', { query: { status: 'pending' } });
      return items.find((item) => item.arguments?.nonce === 'n4')?.id;
    });
    await operator.call('approvals.decide', { params: { id }, body: { choice: 'deny', reason: 'not on a Friday' } });
    expect(await answer).toMatchObject({
      status: 403,
      body: { error: { code: 'APPROVAL_DENIED', message: expect.stringContaining('not on a Friday') } },
    });
    expect(reached('n4')).toBe(0);
  });

  it('that hangs up while it waits takes its call with it', async () => {
    const { agent, id } = await startRun();
    const leaving = new AbortController();
    const body = JSON.stringify({ connectorId: 'journal', toolName: 'write_line', input: { nonce: 'n5' }, wait: 60 });
    const answer = agent.fetch('/api/tools/connectors/execute', { method: 'POST', body, signal: leaving.signal });
    await eventually(
      async () => (await orchestrator.call('runs.get', { params: { id } })).counts.approvalsPending === 1,
    );
    leaving.abort();
    await answer.catch(() => undefined);
    const { status } = await eventuallyFound(async () => {
      const { items } = await operator.call('approvals.list', { query: { runId: id } });
      return items.find((item) => item.status !== 'pending');
    });
    expect(status).toBe('cancelled');
  });
});

describe('a revoke', () => {
  it('answers what is in flight, and nothing of the run is answered after it', async () => {
    const { agent, id } = await startRun();
    const inFlight = [
      execute(agent, 'get_slowly', 'n6'),
      execute(agent, 'get_slowly', 'n6'),
      execute(agent, 'write_line', 'n6', { wait: 60 }),
    ];
    await eventually(() => reached('n6') === 2);
    await eventually(
      async () => (await orchestrator.call('runs.get', { params: { id } })).counts.approvalsPending === 1,
    );
    const { revoked } = await operator.call('runs.revoke', { params: { id }, body: { reason: 'drill' } });
    expect(revoked).toMatchObject({ tokens: 1, approvals: 1 });
    const after = await Promise.all(Array.from({ length: 20 }, () => execute(agent, 'get_line', 'n6')));
    expect(new Set(after.map(codeOf))).toEqual(new Set(['TOOL_TOKEN_INVALID']));
    expect((await Promise.all(inFlight)).map(codeOf)).toEqual(['RUN_NOT_ACTIVE', 'RUN_NOT_ACTIVE', 'RUN_NOT_ACTIVE']);
    await eventually(() => journal.lines().some((line) => line.startsWith('cancelled')));
    expect(reached('n6')).toBe(2);
  });

  it('under load lets nothing through after its answer', async () => {
    const { agent, id } = await startRun();
    let answered = false;
    const late: unknown[] = [];
    const caller = async () => {
      for (let go = true; go; ) {
        const beganAfter = answered;
        const answer = await execute(agent, 'get_line', 'n7');
        if (beganAfter && answer.status === 200) late.push(answer.body);
        go = !beganAfter;
      }
    };
    const callers = Array.from({ length: 8 }, caller);
    await eventually(() => reached('n7') > 20);
    await operator.call('runs.revoke', { params: { id }, body: { reason: 'drill' } });
    answered = true;
    await Promise.all(callers);
    expect(late).toEqual([]);
  });
});

describe('a child on its own socket', () => {
  it('lists and calls tools as its run, and cannot approve what it asked', async () => {
    const script = [
      "const ws = new (require('ws'))(process.env.GATEHOUSE_WS_URL);",
      "const ask = (id, method, params) => ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));",
      "ws.on('message', (data) => { const message = JSON.parse(data);",
      "  if (message.method === 'event') { ask(1, 'tools.list', {}); ask(2, 'tools.call', { connectorId: 'journal', toolName: 'get_line', input: { nonce: 'n8' } });",
      "    ask(3, 'tools.call', { connectorId: 'journal', toolName: 'write_line', input: { nonce: 'n9' } }); }",
      "  if (message.id === 1) console.log('LIST', message.result.connectors.map(({ id }) => id).join());",
      "  if (message.id === 2) console.log('CALLED', message.result.outputSummary);",
      "  if (message.id === 3) ask(4, 'approval.respond', { requestId: message.result.approvalId, choice: 'once' });",
      "  if (message.id === 4) { console.log('RESPOND ' + message.error.code); ask(5, 'approval.pending', {}); }",
      "  if (message.id === 5) { console.log('PENDING ' + message.result.approvals.length); process.exit(0); } });",
    ].join('\n');
    const { run } = await orchestrator.call('runs.create', {
      body: {
        title: 'Child',
        projectId: 'p1',
        kind: 'pty',
        principal: { userId: 'dana' },
        command: [process.execPath, '-e', script],
        cwd: process.cwd(),
      },
    });
    await eventually(
      async () => (await orchestrator.call('runs.get', { params: { id: run.id } })).status === 'completed',
    );
    const recording = await (await operator.fetch(`/api/runs/${run.id}/recording`)).text();
    expect(recording).toContain('LIST files,journal,system');
    expect(recording).toContain('CALLED n8');
    expect(recording).toContain('RESPOND 4003');
    expect(recording).toContain('PENDING 1');
    expect(reached('n9')).toBe(0);
  });
});
