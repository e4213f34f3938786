/** Plugins, locks and the demo agent through the real server: REST, a real PTY, the real gate, the bundled connectors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentEvent } from '@/lib/contracts/runs';
import { covers } from '@/test/requirements';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, signIn } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('plugins.runs', 'plugins.demo', 'plugins.required', 'plugins.trust', 'locks.bite', 'locks.durable');

let server: TestServer;
let operator: OperatorClient;
const folders = temporaryDir();
beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
});
afterAll(async () => {
  await server.stop();
  folders.remove();
});

const base = { title: 'T', projectId: 'demo', principal: { userId: 'dana' } };
const demoBody = { ...base, kind: 'pty', pluginId: 'demo' };
const trust = (id: string, body: Record<string, unknown>) =>
  operator.attempt('plugins.trust', { params: { id }, body });

function pluginFolder(id: string, more: Record<string, unknown> = {}, files: Record<string, string> = {}): string {
  const folder = path.join(folders.path, id);
  mkdirSync(folder, { recursive: true });
  const capabilities = { required: ['connector:files'], optional: [] };
  const manifest = { id, name: id, version: '1.0.0', description: 'A test.', capabilities, ...more };
  for (const [name, text] of Object.entries({ 'gatehouse.plugin.json': JSON.stringify(manifest), ...files }))
    writeFileSync(path.join(folder, name), text);
  return folder;
}
const install = (folder: string) =>
  operator.call('plugins.install', { body: { source: { kind: 'local', path: folder } } });

describe('the routes of plugins', () => {
  it('show what is shipped, and answer a grant with 201 and a revoke with 200', async () => {
    const { items } = await operator.call('plugins.list');
    expect(items.map(({ id, tier, source }) => [id, tier, source])).toEqual([
      ['demo', 'restricted', 'bundled'],
      ['workspace', 'bundled', 'bundled'],
    ]);
    const granted = await trust('demo', { capabilities: ['network'], reason: 'a look' });
    expect(granted).toMatchObject({
      status: 201,
      body: { action: 'grant', capabilitiesGranted: ['connector:files', 'network'] },
    });
    const revoked = await trust('demo', { capabilities: ['network'], action: 'revoke' });
    expect(revoked).toMatchObject({
      status: 200,
      body: { ok: true, action: 'revoke', capabilitiesGranted: ['connector:files'] },
    });
    const bad = await trust('demo', { capabilities: ['network', 'connector:*'] });
    expect(bad).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_CAPABILITY', details: { rejected: ['connector:*'] } } },
    });
    expect(await trust('nobody', { capabilities: ['network'] })).toMatchObject({ status: 404 });
  });

  it('install nothing of a manifest with mistakes and list each of them', async () => {
    const folder = pluginFolder('broken', { version: '', capabilities: { required: ['root'] } });
    const refused = await operator.attempt('plugins.install', { body: { source: { kind: 'local', path: folder } } });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'INVALID_MANIFEST' } } });
    expect(JSON.stringify(refused.body)).toMatch(/version.*root|root.*version/);
    expect((await operator.attempt('plugins.get', { params: { id: 'broken' } })).status).toBe(404);
  });
});

describe('a run under a plugin', () => {
  it('needs an installed plugin that holds what it requires', async () => {
    expect(
      await operator.attempt('runs.create', { body: { ...base, kind: 'external', pluginId: 'nobody' } }),
    ).toMatchObject({
      status: 404,
      body: { error: { code: 'PLUGIN_NOT_FOUND' } },
    });
    await install(pluginFolder('needy'));
    const refused = await operator.attempt('runs.create', { body: { ...base, kind: 'external', pluginId: 'needy' } });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'CAPABILITIES_REQUIRED', details: { missing: ['connector:files'], granted: [] } } },
    });
  });

  it('starts the command of the manifest from the installed copy, in a directory of its own, and pins a snapshot', async () => {
    const script = 'echo "$GREETING" > out; pwd >> out; echo "$0" >> out; sleep 60';
    const folder = pluginFolder(
      'shell',
      { command: ['sh', './run.sh'], env: { GREETING: 'hello' } },
      { 'run.sh': script },
    );
    const plugin = await install(folder);
    await trust('shell', { capabilities: ['connector:files'] });
    const { run } = await operator.call('runs.create', { body: { ...base, kind: 'pty', pluginId: 'shell' } });
    expect(run).toMatchObject({
      ...{ pluginId: 'shell', command: ['sh', './run.sh'] },
      pluginSnapshotId: expect.stringMatching(/^snap_/),
      plugin: { version: '1.0.0', tier: 'restricted', digest: plugin.digest },
    });
    const { readFile } = await import('node:fs/promises');
    const workspace = path.join(server.dataDir, 'workspaces', run.id);
    const copy = path.join(server.dataDir, 'plugins', 'shell', plugin.digest, 'run.sh');
    await eventually(async () => {
      expect((await readFile(path.join(workspace, 'out'), 'utf8')).split('\n')).toEqual(['hello', workspace, copy, '']);
    });
    expect((await operator.call('plugins.get', { params: { id: 'shell' } })).liveRuns).toBe(1);
    await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'seen' } });
  });
});

describe('the demo agent', () => {
  it('goes through allowed, refused, held, approved, granted and revoked, and says each on its page', async () => {
    const { run } = await operator.call('runs.create', {
      body: { ...demoBody, title: 'Demo run', env: { DEMO_SECONDS: '60', DEMO_PACE_SECONDS: '0.5' } },
    });
    const events = async () =>
      (await operator.call('runs.events', { params: { id: run.id }, query: { limit: 200 } })).items;
    const call = (connectorId: string, outcome: string) =>
      eventuallyFound(
        async () =>
          (await events()).find(({ data }: AgentEvent) => data.connectorId === connectorId && data.outcome === outcome),
        { timeoutMs: 60_000 },
      );
    const said = (type: string) =>
      eventuallyFound(async () => (await events()).find((event) => event.type === type), { timeoutMs: 60_000 });

    await call('files', 'allowed');
    expect((await call('system', 'refused')).data).toMatchObject({ code: 'CONNECTOR_NOT_GRANTED' });
    const held = await call('files', 'held');
    await operator.call('approvals.decide', { params: { id: String(held.data.approvalId) }, body: { choice: 'once' } });
    await trust('demo', { capabilities: ['connector:system'], reason: 'the demo asks' });
    await said('demo.granted');
    await trust('demo', { capabilities: ['connector:system'], action: 'revoke' });
    await said('demo.revoked');
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(path.join(server.dataDir, 'files', 'notes', 'from-the-demo.md'), 'utf8')).toContain(run.id);
    expect((await events()).filter(({ type }) => type === 'demo.failed')).toEqual([]);
    await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'seen' } });
  });

  it('ends by itself with 0, also when nobody decides', async () => {
    const { run } = await operator.call('runs.create', {
      body: { ...demoBody, env: { DEMO_SECONDS: '4', DEMO_PACE_SECONDS: '1' } },
    });
    await eventually(async () => {
      const { status, exitCode } = await operator.call('runs.get', { params: { id: run.id } });
      expect({ status, exitCode }).toEqual({ status: 'completed', exitCode: 0 });
    });
  });
});

describe('a lock', () => {
  it('ends live runs of its target with its message, refuses new ones, and does so after a restart', async () => {
    const body = { ...base, projectId: 'locked-one', kind: 'external' };
    const { run } = await operator.call('runs.create', { body });
    const made = await operator.call('locks.create', {
      body: { target: { kind: 'project', id: 'locked-one' }, message: 'Frozen for the audit.' },
    });
    expect(made.ended).toEqual({ runs: 1, calls: 0 });
    expect(await operator.call('runs.get', { params: { id: run.id } })).toMatchObject({
      status: 'revoked',
      endReason: 'Frozen for the audit.',
    });
    const { items: tokens } = await operator.call('tokens.list', { query: { runId: run.id } });
    expect(tokens).toMatchObject([{ revocationReason: 'lock' }]);
    const refused = {
      status: 403,
      body: { error: { code: 'LOCKED', message: expect.stringContaining('Frozen for the audit.') } },
    };
    expect(await operator.attempt('runs.create', { body })).toMatchObject(refused);
    await server.kill9();
    await server.restart();
    expect(await operator.attempt('runs.create', { body })).toMatchObject(refused);
    expect((await operator.call('locks.list')).items).toEqual([made.lock]);
    await operator.call('locks.remove', { params: { id: made.lock.id } });
    expect((await operator.attempt('runs.create', { body })).status).toBe(201);
  });

  it('lets no run slip through that starts at the same moment', async () => {
    const body = { ...base, projectId: 'racing', kind: 'external' };
    const starts = Array.from({ length: 20 }, () => operator.attempt('runs.create', { body }));
    const made = await operator.call('locks.create', {
      body: { target: { kind: 'project', id: 'racing' }, message: 'Stop.' },
    });
    await Promise.all(starts);
    const { items } = await operator.call('runs.list', { query: { projectId: 'racing', status: 'live' } });
    expect(items).toEqual([]);
    await operator.call('locks.remove', { params: { id: made.lock.id } });
  });
});
