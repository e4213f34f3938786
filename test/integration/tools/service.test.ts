/** The tools service over HTTP, on a real server: for whom its tools run, what they may reach, and that they end. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { isAlive, isZombie, processesWithEnv } from '@/test/support/processes';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('tools.service');

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
const dir = temporaryDir();

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  await writeRecord('trace-dana', 'dana');
  await writeRecord('trace-lea', 'lea');
  const grant = { platform: 'discord', grant: ['FILE_OPS'], reason: 'works on files' };
  await operator.call('identities.privileges', { params: { userId: 'dana' }, body: grant });
});
afterAll(async () => {
  await server.stop();
  dir.remove();
});

async function writeRecord(traceId: string, userId: string, more: Record<string, unknown> = {}) {
  const body = { identity: { user_id: userId, platform: 'discord' }, ...more };
  await orchestrator.call('traces.put', { params: { traceId }, body });
}
async function startRun(more: Record<string, unknown> = {}) {
  const body = { title: 'Tools', projectId: 'p1', kind: 'external', principal: { userId: 'ines' }, ...more };
  const { run, token } = await orchestrator.call('runs.create', { body });
  return { id: run.id, agent: service(server.url, token?.token ?? '') };
}
type Agent = Pick<TestClient, 'attempt'>;
const run = (agent: Agent, tool: string, input: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  agent.attempt('tools.run', { body: { tool, arguments: input, traceId: 'trace-dana', ...more } });
const shell = (agent: Agent, command: string, more: Record<string, unknown> = {}) =>
  run(agent, 'shell', { command }, more);
const codeOf = ({ body }: { body: unknown }) => (body as { error?: { code?: string } }).error?.code ?? 'ok';
const callsOf = async (id: string) => (await operator.call('runs.calls', { params: { id } })).items;
const stillRuns = (pid: number) => isAlive(pid) && !isZombie(pid);
const processesOf = (id: string) => processesWithEnv('GATEHOUSE_RUN_ID', id);

describe('a call of the tools service', () => {
  it('runs for the principal of the record, whoever the request says it is, and both are on the record', async () => {
    const { agent, id } = await startRun();
    const forged = { userId: 'ines', user_id: 'root', platform: 'console', principal: { userId: 'root' } };
    const answer = await shell(agent, 'echo hello', forged);
    expect(answer).toMatchObject({
      status: 200,
      body: { ok: true, tool: 'shell', principal: { userId: 'dana', platform: 'discord' } },
    });
    expect(answer.body).toMatchObject({
      output: { stdout: 'hello\n', stderr: '', exitCode: 0, signal: null, truncated: false },
    });
    const call = await eventuallyFound(async () => (await callsOf(id)).find(({ status }) => status === 'completed'));
    expect(call).toMatchObject({
      ...{ connectorId: 'tools', toolName: 'shell', via: 'http', traceId: 'trace-dana' },
      principal: { userId: 'dana', platform: 'discord' },
      claimed: { user_id: 'root', platform: 'console' },
      auditSeq: expect.any(Number),
    });
  });

  it('needs a record: none, an unknown one, an expired one and that of another run are refused', async () => {
    const { agent, id } = await startRun();
    const other = await startRun();
    await writeRecord('trace-bound', 'lea', { runId: other.id });
    const unnamed = { body: { tool: 'shell', arguments: { command: 'id' }, userId: 'dana' } };
    expect([await agent.attempt('tools.run', unnamed)].map(codeOf)).toEqual(['BAD_REQUEST']);
    expect(codeOf(await shell(agent, 'id', { traceId: 'guessed' }))).toBe('IDENTITY_UNKNOWN');
    expect(codeOf(await shell(agent, 'id', { traceId: '__proto__' }))).toBe('IDENTITY_UNKNOWN');
    expect(codeOf(await shell(agent, 'id', { traceId: 'trace-bound' }))).toBe('IDENTITY_UNKNOWN');
    expect(existsSync(path.join(server.dataDir, 'work', id))).toBe(false);
    // Replayed by its own run it gives that record's identity, never the caller's wish.
    expect(await shell(other.agent, 'id', { traceId: 'trace-bound', userId: 'dana' })).toMatchObject({
      body: { principal: { userId: 'lea' } },
    });
  });

  it('is reached by its own way alone: no list, connector call or MCP client leads to it', async () => {
    const { agent } = await startRun();
    const { connectors } = await agent.call('tools.connectors');
    expect(connectors.map(({ id }) => id)).not.toContain('tools');
    const body = { connectorId: 'tools', toolName: 'shell', input: { command: 'id' }, traceId: 'trace-dana' };
    expect(codeOf(await agent.attempt('tools.execute', { body }))).toBe('CONNECTOR_NOT_FOUND');
    const params = { name: 'tools__shell', arguments: { command: 'id' } };
    const mcp = await agent.fetch('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    expect(await mcp.text()).not.toContain('uid=');
  });

  it('needs what its tool does: the capability of the plugin, the place in the list of the run, the endpoint', async () => {
    const { agent } = await startRun({ pluginId: 'demo' });
    const refused = await shell(agent, 'id');
    expect(refused.body).toMatchObject({ error: { code: 'CONNECTOR_NOT_GRANTED', details: { capability: 'bash' } } });
    expect((await run(agent, 'read_file', { path: 'x' })).body).toMatchObject({
      error: { details: { capability: 'fs:read', grantAt: `${server.url}/plugins/demo` } },
    });
    const trust = (action: string) =>
      operator.attempt('plugins.trust', { params: { id: 'demo' }, body: { capabilities: ['bash'], action } });
    await trust('grant');
    expect(codeOf(await shell(agent, 'id'))).toBe('ok');
    await trust('revoke');
    expect(codeOf(await shell(agent, 'id'))).toBe('CONNECTOR_NOT_GRANTED');

    expect(codeOf(await shell((await startRun({ connectors: ['files'] })).agent, 'id'))).toBe('CONNECTOR_NOT_GRANTED');
    expect(codeOf(await shell((await startRun({ connectors: ['tools'] })).agent, 'id'))).toBe('ok');
    const narrow = await startRun({ allowedEndpoints: ['/api/tools/connectors/execute'] });
    expect(codeOf(await shell(narrow.agent, 'id'))).toBe('TOOL_ENDPOINT_DENIED');
  });

  it('touches files for who holds FILE_OPS alone, and none outside of the directory of the run', async () => {
    const { agent, id } = await startRun();
    expect(codeOf(await run(agent, 'list_files', { path: '.' }, { traceId: 'trace-lea' }))).toBe('PRIVILEGE_REQUIRED');
    await run(agent, 'write_file', { path: 'notes/a.txt', content: 'one' });
    // The same folder, seen from the sandbox.
    expect((await shell(agent, 'cat notes/a.txt; ln -s /etc/shadow out')).body).toMatchObject({
      output: { stdout: 'one' },
    });
    for (const name of ['../../../etc/shadow', 'out', '/etc/shadow', `${server.dataDir}/gatehouse.db`])
      expect(await run(agent, 'read_file', { path: name }), name).toMatchObject({
        status: 400,
        body: { error: { code: 'PATH_REFUSED' } },
      });
    const { body } = await run(agent, 'http_fetch', { url: `${server.url}/metrics` });
    expect(body).toMatchObject({ error: { code: 'ADDRESS_REFUSED' } });
    expect(readdirSync(path.join(server.dataDir, 'work', id)).sort()).toEqual(['notes', 'out']);
  });

  it('works in the directory of its terminal, where nothing of Gatehouse shows even if it lies inside', async () => {
    mkdirSync(path.join(dir.path, 'project'));
    writeFileSync(path.join(dir.path, 'project', 'readme'), 'of the project');
    const cwd = path.join(dir.path, 'project');
    const body = { title: 'T', projectId: 'p1', kind: 'pty', command: ['sleep', '300'], principal: { userId: 'ines' } };
    const { run: pty } = await orchestrator.call('runs.create', { body: { ...body, cwd } });
    const token = await orchestrator.call('runs.mintToken', { params: { id: pty.id }, body: {} });
    const agent = service(server.url, token.token);
    expect((await run(agent, 'read_file', { path: 'readme' })).body).toMatchObject({
      output: { content: 'of the project' },
    });
    expect((await shell(agent, 'pwd; ls')).body).toMatchObject({ output: { stdout: `${cwd}\nreadme\n` } });
    symlinkSync(server.dataDir, path.join(cwd, 'data'));
    expect((await shell(agent, 'ls data/')).body).toMatchObject({ output: { exitCode: 2 } });
    await operator.call('runs.revoke', { params: { id: pty.id }, body: { reason: 'done' } });
  });

  it('answers 413 to ten megabytes of arguments', async () => {
    const { agent } = await startRun();
    const response = await shell(agent, 'x'.repeat(10_000_000));
    expect([response.status, codeOf(response)]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('waits for an operator where an admin says so, and then runs for the principal that was approved', async () => {
    await writeRecord('trace-short', 'dana', { ttlSeconds: 1 });
    const set = (approval: string | null) =>
      operator.call('connectors.update', { params: { id: 'tools' }, body: { tools: { shell: { approval } } } });
    await set('confirm');
    const { agent } = await startRun({
      allowedEndpoints: ['/api/tools/execute'],
      allowedOperations: ['tools:execute'],
    });
    const held = await shell(agent, 'echo approved', { traceId: 'trace-short' });
    expect(held).toMatchObject({ status: 202, body: { status: 'pending' } });
    const { callId, approvalId } = held.body as { callId: string; approvalId: string };
    await eventually(async () => codeOf(await shell(agent, 'id', { traceId: 'trace-short' })) === 'IDENTITY_UNKNOWN');
    await operator.call('approvals.decide', { params: { id: approvalId }, body: { choice: 'once' } });
    const outcome = await agent.fetch(`/api/tools/calls/${callId}?wait=20`);
    expect(await outcome.json()).toMatchObject({
      ...{ ok: true, tool: 'shell', callId, principal: { userId: 'dana', platform: 'discord' } },
      output: { stdout: 'approved\n' },
    });
    await set(null);
    expect(codeOf(await shell(agent, 'id'))).toBe('ok');
  });
});

describe('a command that still runs', () => {
  const sleeping = 'echo started >started; (setsid sleep 300 &); sleep 300';

  async function startSleep() {
    const { agent, id } = await startRun();
    const answer = run(agent, 'shell', { command: sleeping, timeoutSeconds: 100 }).catch((error: unknown) => ({
      status: 0,
      body: String(error),
    }));
    await eventually(() => existsSync(path.join(server.dataDir, 'work', id, 'started')));
    const pids = processesOf(id).map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    return { id, answer, pids };
  }

  it('is on the record before it starts, and is gone, with all it started, once the revoke of its run was answered', async () => {
    const { id, answer, pids } = await startSleep();
    expect((await callsOf(id))[0]).toMatchObject({ status: 'running', auditSeq: expect.any(Number) });
    await operator.call('runs.revoke', { params: { id }, body: { reason: 'stop it' } });
    expect(pids.filter(stillRuns)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
    expect(codeOf(await answer)).toBe('RUN_NOT_ACTIVE');
    await eventually(async () => (await callsOf(id))[0]?.status === 'cancelled');
  });

  it('is ended when an admin disables the service, which can be neither removed nor renamed', async () => {
    const { id, answer } = await startSleep();
    const update = (body: Record<string, unknown>) =>
      operator.attempt('connectors.update', { params: { id: 'tools' }, body });
    await update({ enabled: false });
    expect(codeOf(await answer)).toBe('CONNECTOR_EXECUTION_FAILED');
    await eventually(() => processesOf(id).length === 0);
    expect(codeOf(await shell((await startRun()).agent, 'id'))).toBe('CONNECTOR_DISABLED');
    await update({ enabled: true });
    expect(codeOf(await operator.attempt('connectors.remove', { params: { id: 'tools' } }))).toBe('BUNDLED');
    expect(codeOf(await update({ name: 'Mine' }))).toBe('BUNDLED');
    expect(codeOf(await update({ limits: { timeoutSeconds: 3_000 } }))).toBe('BAD_REQUEST');
  });

  it('dies with a server that is killed', async () => {
    const { id, pids } = await startSleep();
    await server.kill9();
    await eventually(() => pids.filter(stillRuns).length === 0 && processesOf(id).length === 0);
    await server.restart();
    expect(readFileSync(path.join(server.dataDir, 'work', id, 'started'), 'utf8')).toBe('started\n');
  });
});
