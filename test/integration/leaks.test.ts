/** Secrets that a run shows: in its terminal, in what a tool answers, in its recording. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeakAlert } from '@/lib/contracts/leaks';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { addJournal } from '@/test/support/journal';
import { admin, startServer, type TestServer } from '@/test/support/server';

covers('leaks.alerts', 'leaks.redacted-recording');

const gitHubToken = `ghp_${'c0Ffee'.repeat(6)}`;
const principal = { userId: 'dana' };

let server: TestServer;
let owner: OperatorClient;
let viewer: OperatorClient;
let orchestrator: TestClient;
let runId: string;

beforeAll(async () => {
  server = await startServer();
  owner = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
  const body = { email: 'viewer@example.com', name: 'V', role: 'viewer' as const, password: admin.password };
  await owner.call('operators.create', { body });
  viewer = await signIn(server.url, body.email, body.password);
  const command = ['sh', '-c', `printf 'key ASIAIOSF\\033[1mODNN7EXAMPLE\\n'; echo $GATEHOUSE_TOOL_TOKEN; cat`];
  const run = { title: 'A shell', projectId: 'demo', kind: 'pty' as const, command, principal };
  runId = (await orchestrator.call('runs.create', { body: run })).run.id;
});
afterAll(() => server.stop());

const open = async (id: string, client: TestClient = viewer): Promise<LeakAlert[]> =>
  (await client.call('leaks.list', { query: { runId: id, status: 'open' } })).items;
const text = async (address: string) => (await owner.fetch(address)).text();

describe('a terminal that shows a secret', () => {
  it('raises an alert that everybody sees and that names what it looked like', async () => {
    await eventually(async () => expect(await open(runId)).toHaveLength(2));
    const alerts = await open(runId);
    expect(alerts.map(({ pattern }) => pattern).sort()).toEqual(['AWS access key id', 'Gatehouse tool token']);
    expect(alerts[0]).toMatchObject({ runId, runTitle: 'A shell', callId: null, count: 1, acknowledgedAt: null });
  });

  it('has it on the record without the text', async () => {
    const { items } = await owner.call('audit.list', { query: { target: runId, action: 'leak.detected' } });
    expect(items.map(({ actor, data }) => ({ actor, ...data }))).toContainEqual({
      actor: `run:${runId}`,
      pattern: 'AWS access key id',
      source: 'terminal',
      count: 1,
    });
    expect(await text('/api/audit/export?format=jsonl')).not.toMatch(/ASIAIOSF|ODNN7EXAMPLE/);
    expect(server.logs()).not.toMatch(/ASIAIOSF|ODNN7EXAMPLE|gth_tool_[A-Za-z0-9_-]{20}/);
  });

  it('is replayed without it on request, while the stored recording stays as it is', async () => {
    const stored = path.join(server.dataDir, 'recordings', `${runId}.cast`);
    await eventually(() => expect(readFileSync(stored, 'utf8')).toContain('ODNN7EXAMPLE'));
    const whole = await owner.fetch(`/api/runs/${runId}/recording`);
    expect(await whole.text()).toContain('ASIAIOSF');
    const redacted = await owner.fetch(`/api/runs/${runId}/recording?redact=1`);
    expect(redacted.headers.get('content-disposition')).toContain(`${runId}.redacted.cast`);
    const cast = await redacted.text();
    expect(cast).toContain('key [redacted: AWS access key id]');
    expect(cast).toContain('[redacted: Gatehouse tool token]');
    expect(cast).not.toMatch(/ASIAIOSF|ODNN7EXAMPLE|gth_tool_/);
    expect((await viewer.fetch(`/api/runs/${runId}/recording?redact=1`)).status).toBe(403);
    expect((await owner.fetch(`/api/runs/${runId}/recording?redact=yes`)).status).toBe(400);
  });
});

describe('a tool that answers with a secret', () => {
  it('has it cut out, and raises an alert at the call', async () => {
    await addJournal(server, owner);
    const body = { title: 'An agent', projectId: 'demo', kind: 'external' as const, principal };
    const { run, token } = await orchestrator.call('runs.create', { body });
    const answer = await fetch(`${server.url}/api/tools/connectors/execute`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ connectorId: 'journal', toolName: 'get_line', input: { nonce: `is ${gitHubToken}` } }),
    });
    const result = await answer.text();
    expect(answer.status, result).toBe(200);
    expect(result).toContain('is [redacted]');
    const [alert] = await eventually(async () => {
      const alerts = await open(run.id);
      expect(alerts).toHaveLength(1);
      return alerts;
    });
    const { items } = await owner.call('runs.calls', { params: { id: run.id } });
    expect(alert).toMatchObject({ pattern: 'GitHub token', callId: items[0]?.id, count: 1 });
    expect(await text(`/api/audit?target=${run.id}`)).not.toContain(gitHubToken);
  });
});

describe('an alert', () => {
  const acknowledge = (client: TestClient, id: string) =>
    client.fetch(`/api/leaks/${id}/acknowledge`, { method: 'POST', headers: { origin: server.url } });

  it('is acknowledged by who controls runs, once, on the record', async () => {
    const [alert] = await open(runId);
    if (!alert) throw new Error('There is no alert.');
    expect((await acknowledge(viewer, alert.id)).status).toBe(403);
    expect(await open(runId)).toHaveLength(2);
    const acknowledged = await owner.call('leaks.acknowledge', { params: { id: alert.id } });
    expect(acknowledged).toMatchObject({ id: alert.id, acknowledgedBy: admin.email });
    expect(await owner.call('leaks.acknowledge', { params: { id: alert.id } })).toEqual(acknowledged);
    expect(await open(runId)).toHaveLength(1);
    const { items } = await viewer.call('leaks.list', { query: { runId, status: 'acknowledged' } });
    expect(items).toEqual([acknowledged]);
    const rows = await owner.call('audit.list', { query: { target: runId, action: 'leak.acknowledge' } });
    expect(rows.items.map(({ data }) => data)).toEqual([
      { alertId: alert.id, pattern: alert.pattern, source: 'terminal' },
    ]);
    expect((await acknowledge(owner, 'leak_none')).status).toBe(404);
  });
});
