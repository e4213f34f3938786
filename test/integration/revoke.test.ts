/** Revoke: after its answer nothing of the run exists, whatever its processes do against it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../requirements';
import { eventually } from '../support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '../support/http-client';
import { processesWithEnv } from '../support/processes';
import { admin, startServer, type TestServer } from '../support/server';
import { openSocket } from '../support/sockets';

covers(
  'revoke.counts',
  'revoke.many',
  'revoke.sockets',
  'revoke.tree-dies',
  'recovery.pty-failed',
  'recovery.external-goes-on',
  'tokens.survive-restart',
);

let server: TestServer;
let operator: OperatorClient;
let orchestrator: TestClient;

beforeAll(async () => {
  server = await startServer();
  operator = await signIn(server.url, admin.email, admin.password);
  orchestrator = service(server.url, server.serviceKey);
});
afterAll(() => server.stop());

const principal = { userId: 'dana' };
async function startPty(script: string) {
  const body = { title: 'Revoked', projectId: 'demo', kind: 'pty', command: ['bash', '-c', script], principal };
  return (await orchestrator.call('runs.create', { body })).run;
}
async function startExternal(more: Record<string, unknown> = {}) {
  const created = await orchestrator.call('runs.create', {
    body: { title: 'External', projectId: 'demo', kind: 'external', principal, ...more },
  });
  if (!created.token) throw new Error('An external run is given its token once.');
  return { run: created.run, token: created.token };
}
const introspect = (token: string) => orchestrator.call('tokens.introspect', { body: { token } });

describe('revoke', () => {
  it('ends tokens, terminal, sockets and a stubborn tree of processes, and counts them', async () => {
    const run = await startPty(
      `trap '' HUP TERM; (setsid bash -c "trap '' HUP TERM; (setsid sleep 999 &) ; sleep 999" &) ; env -i setsid sleep 999 & echo "$GATEHOUSE_TOOL_TOKEN $GATEHOUSE_WS_URL $GATEHOUSE_PUB_URL" > secrets; while :; do sleep 1; done`,
    );
    const secrets = await eventually(() => readSecrets(run.id));
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', run.id).length >= 4);
    const { ticket } = await operator.call('tickets.mint', { body: { endpoint: 'pty', runId: run.id } });
    const viewer = await openSocket(server.url, `/api/pty?run=${run.id}&ticket=${ticket}`, { origin: server.url });
    const rpc = await openSocket(server.url, new URL(secrets.ws).pathname + new URL(secrets.ws).search);
    const pub = await openSocket(server.url, new URL(secrets.pub).pathname + new URL(secrets.pub).search);
    await rpc.message((frame) => frame.method === 'event');
    expect(await introspect(secrets.token)).toMatchObject({ active: true, grant: { runId: run.id } });

    const result = await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'it went astray' } });
    expect(processesWithEnv('GATEHOUSE_RUN_ID', run.id)).toEqual([]);
    expect(result.revoked).toMatchObject({ tokens: 1, terminals: 1, sockets: 3, approvals: 0, credentials: 0 });
    expect(result.revoked.processes).toBeGreaterThanOrEqual(5);
    expect(await introspect(secrets.token)).toEqual({ active: false, code: 'TOOL_TOKEN_INVALID' });
    for (const socket of [viewer, rpc, pub]) {
      expect(await socket.message((frame) => frame.type === 'revoked')).toEqual({
        type: 'revoked',
        reason: 'it went astray',
      });
      expect((await socket.closed).code).toBe(4401);
    }
    const late = await openSocket(server.url, new URL(secrets.ws).pathname + new URL(secrets.ws).search);
    expect((await late.closed).code).toBe(4401);

    const ended = await operator.call('runs.get', { params: { id: run.id } });
    expect(ended).toMatchObject({ status: 'revoked', endReason: 'it went astray' });
    const { items } = await operator.call('audit.list', { query: { target: run.id, action: 'run.revoke' } });
    expect(items).toMatchObject([{ outcome: 'ok', data: { reason: 'it went astray' } }]);
    expect(items[0]?.actor).toMatch(/^operator:op_/);
  });

  it('answers a second time with zeros, and 404 for an unknown run', async () => {
    const { run } = await startExternal();
    await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'first' } });
    const again = await operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'second' } });
    expect(again.revoked).toEqual({ tokens: 0, terminals: 0, processes: 0, sockets: 0, approvals: 0, credentials: 0 });
    const unknown = await operator.attempt('runs.revoke', {
      params: { id: 'run_0000000000000000' },
      body: { reason: 'x' },
    });
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'RUN_NOT_FOUND' } } });
  });

  it('counts what it ends once when many revoke at the same moment', async () => {
    const { run } = await startExternal();
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        operator.call('runs.revoke', { params: { id: run.id }, body: { reason: 'race' } }),
      ),
    );
    expect(results.map(({ revoked }) => revoked.tokens).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('freezes a filter to what it matches, says what that would end first, and reports each run', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, () => startExternal({ projectId: 'many' })));
    const filter = { projectId: 'many', status: 'live' };
    const impact = await operator.call('runs.impact', { body: { filter } });
    expect(impact).toMatchObject({ runs: 12, tokens: 12, terminals: 0, processes: 0 });
    expect([...impact.ids].sort()).toEqual(runs.map(({ run }) => run.id).sort());
    const { results } = await operator.call('runs.revokeMany', { body: { filter, reason: 'clean-up' } });
    expect(results).toHaveLength(12);
    expect(results.every(({ ok }) => ok)).toBe(true);
    for (const { token } of runs)
      expect(await introspect(token.token)).toEqual({ active: false, code: 'TOOL_TOKEN_INVALID' });
    const mixed = await operator.call('runs.revokeMany', { body: { ids: ['run_nope'], reason: 'x' } });
    expect(mixed.results).toMatchObject([{ runId: 'run_nope', ok: false, error: { code: 'RUN_NOT_FOUND' } }]);
  });

  it('takes the whole tree along when the child exits by itself', async () => {
    const run = await startPty('setsid sleep 999 & sleep 0.2');
    await eventually(async () => {
      expect(await operator.call('runs.get', { params: { id: run.id } })).toMatchObject({
        status: 'completed',
        exitCode: 0,
      });
    });
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', run.id).length === 0);
    const { items } = await operator.call('tokens.list', { query: { runId: run.id } });
    expect(items).toMatchObject([{ status: 'revoked', revocationReason: 'child_exit' }]);
  });
});

describe('a restart of the server', () => {
  it('keeps external runs and their tokens, fails PTY runs and ends what they left behind, also after kill -9', async () => {
    const kept = await startExternal();
    const revoked = await startExternal();
    await operator.call('runs.revoke', { params: { id: revoked.run.id }, body: { reason: 'before the crash' } });
    const pty = await startPty(
      `echo "$GATEHOUSE_TOOL_TOKEN x y" > secrets; (trap '' HUP TERM; setsid sleep 999 &) ; echo recorded; sleep 999`,
    );
    const { token } = await eventually(() => readSecrets(pty.id));
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', pty.id).length >= 2);

    await server.kill9();
    expect(processesWithEnv('GATEHOUSE_RUN_ID', pty.id).length).toBeGreaterThan(0);
    await server.restart();

    expect(await introspect(kept.token.token)).toMatchObject({ active: true, grant: { runId: kept.run.id } });
    expect(await introspect(revoked.token.token)).toEqual({ active: false, code: 'TOOL_TOKEN_INVALID' });
    expect(await introspect(token)).toEqual({ active: false, code: 'TOOL_TOKEN_INVALID' });
    expect(await orchestrator.call('runs.get', { params: { id: pty.id } })).toMatchObject({
      status: 'failed',
      endReason: 'The server stopped while this run was live.',
      recording: { truncated: true },
    });
    await eventually(() => processesWithEnv('GATEHOUSE_RUN_ID', pty.id).length === 0);
    expect(await orchestrator.call('audit.verify', {})).toMatchObject({ ok: true, problems: [] });
  });
});

async function readSecrets(runId: string): Promise<{ token: string; ws: string; pub: string }> {
  const { readFile } = await import('node:fs/promises');
  const [token = '', ws = '', pub = ''] = (await readFile(`${server.dataDir}/workspaces/${runId}/secrets`, 'utf8'))
    .trim()
    .split(' ');
  if (pub === '') throw new Error('not written yet');
  return { token, ws, pub };
}
