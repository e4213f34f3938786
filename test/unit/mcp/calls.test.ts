import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { operator, type StartedRun } from '@/test/unit/gate/world';
import { type McpWorld, mcpWorld } from './world';

let world: McpWorld;
let run: StartedRun;
beforeAll(async () => {
  world = await mcpWorld();
  run = await world.startRun();
});
afterAll(() => world.close());

async function pendingApproval(runId: string) {
  return eventually(async () => {
    const { items } = await world.approvals.list({ limit: 50, status: 'pending' }, operator);
    const found = items.find((item) => item.runId === runId);
    if (!found) throw new Error('nothing is held');
    return found;
  });
}

describe('a call over MCP', () => {
  covers('mcp.same-gate', 'mcp.progress');

  it('goes through the gate and answers what the connector answered, in the words of the 2026-07-28 revision', async () => {
    const { status, body, headers } = await world.call(run.token, 'files__echo', { a: 1 });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(body.result).toMatchObject({
      content: [{ type: 'text', text: '{"a":1}' }],
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'gatehouse' } },
    });
    const callId = String(Object(body.result?._meta)['gatehouse/callId']);
    await world.gate.settled();
    expect(await world.actions(callId)).toEqual(['tool.allow', 'tool.result']);
  });

  it('answers clients of the 2025 revisions in their words', async () => {
    const { body } = await world.ask(run.token, 'tools/call', { name: 'files__echo', arguments: { b: 2 } });
    expect(body.result).toMatchObject({ content: [{ type: 'text', text: '{"b":2}' }] });
    expect(body.result).not.toHaveProperty('resultType');
  });

  it('gives a failure of the tool itself back as a result, for the model to see', async () => {
    world.serve(async () => ({
      output: { content: [{ type: 'text', text: 'no such file' }], isError: true },
      bytes: 12,
      redactions: 0,
    }));
    const { body } = await world.call(run.token, 'files__echo');
    expect(body.result).toMatchObject({ isError: true, content: [{ text: 'no such file' }] });
  });

  it('gives the code of the gate, the request and the call in the data of an error', async () => {
    const listed = await world.startRun({ connectors: ['mail'] });
    const { status, body, headers } = await world.call(listed.token, 'files__echo');
    expect(status).toBe(200);
    expect(body.error).toMatchObject({
      code: 4003,
      data: {
        code: 'CONNECTOR_NOT_GRANTED',
        requestId: headers['x-request-id'],
        callId: expect.stringMatching(/^call_/),
        details: { capability: 'connector:files' },
      },
    });
  });

  it('says what is wrong with an input as invalid params', async () => {
    const { body } = await world.call(run.token, 'files__echo', { bad: 1 });
    expect(body.error).toMatchObject({
      code: -32602,
      data: { code: 'CONNECTOR_INPUT_SCHEMA_MISMATCH', details: { problems: ['bad: must not be there'] } },
    });
  });

  it('passes progress of the connector on to a client that asked for it', async () => {
    world.serve(async ({ onProgress }) => {
      onProgress?.({ progress: 1, total: 2, message: 'half' });
      return { output: { content: [] }, bytes: 0, redactions: 0 };
    });
    const asked = await world.call(run.token, 'files__echo', {}, { meta: { progressToken: 'p1' } });
    expect(asked.headers['content-type']).toBe('text/event-stream');
    expect(asked.events[0]).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'p1', progress: 1, total: 2, message: 'half' },
    });
    expect(asked.body.result).toMatchObject({ content: [] });
    const unasked = await world.call(run.token, 'files__echo');
    expect(unasked.headers['content-type']).toBe('application/json');
  });
});

describe('a call that is held', () => {
  covers('mcp.held');

  it('is answered with its result once an operator approved it', async () => {
    world.serve(async ({ input }) => ({
      output: { content: [{ type: 'text', text: JSON.stringify(input) }] },
      bytes: 9,
      redactions: 0,
    }));
    const answer = world.call(run.token, 'files__write', { path: 'a' }, { meta: { progressToken: 7 } });
    const { id } = await pendingApproval(run.id);
    await world.approvals.decide(id, { choice: 'once' }, operator);
    const { body, events } = await answer;
    expect(body.result).toMatchObject({ content: [{ text: '{"path":"a"}' }] });
    expect(events[0]).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 7, message: expect.stringContaining(id) },
    });
  });

  it('is refused with the reason of the operator who denied it', async () => {
    const answer = world.ask(run.token, 'tools/call', { name: 'files__write', arguments: { path: 'b' } });
    const { id } = await pendingApproval(run.id);
    await world.approvals.decide(id, { choice: 'deny', reason: 'not on a Friday' }, operator);
    expect((await answer).body.error).toMatchObject({
      message: expect.stringContaining('not on a Friday'),
      data: { code: 'APPROVAL_DENIED' },
    });
  });

  it('is answered as pending when nobody decides in time, and says where its outcome will be', async () => {
    const impatient = await mcpWorld({ heldWaitMs: 20 });
    try {
      const { token, id: runId } = await impatient.startRun();
      const { body } = await impatient.call(token, 'files__write', { path: 'c' });
      const callId = String(Object(body.result?.structuredContent).callId);
      expect(body.result).toMatchObject({
        content: [{ type: 'text', text: expect.stringContaining(`/api/tools/calls/${callId}`) }],
        structuredContent: { status: 'pending', callId, approvalId: expect.stringMatching(/^apr_/) },
      });
      expect(body.result).not.toHaveProperty('isError');
      const { items } = await impatient.approvals.list({ limit: 10, status: 'pending' }, operator);
      expect(items.map((item) => item.runId)).toEqual([runId]);
    } finally {
      await impatient.close();
    }
  });

  it('is cancelled when its client leaves', async () => {
    const leaving = new AbortController();
    const left = world
      .call(run.token, 'files__write', { path: 'd' }, { signal: leaving.signal })
      .catch((error: Error) => error.name);
    const { id } = await pendingApproval(run.id);
    leaving.abort();
    expect(await left).toBe('AbortError');
    await eventually(async () => expect((await world.approvals.get(id)).status).toBe('cancelled'));
  });
});
