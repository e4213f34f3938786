/** A held call from its agent to its operator and back, through the real server, the command line and a webhook. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approval as approvalSchema } from '@/lib/contracts/approvals';
import { errorBody, pageOf } from '@/lib/contracts/common';
import { covers } from '@/test/requirements';
import { cliEnv, runCli } from '@/test/support/cli';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { hostileServer } from '@/test/support/peers';
import { receiver } from '@/test/support/receiver';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';

let server: TestServer;
let key: TestClient;
let operator: OperatorClient;
const dir = temporaryDir();

beforeAll(async () => {
  server = await startServer();
  key = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  await key.call('connectors.create', { body: { id: 'desk', name: 'Desk', transport: hostileServer() } });
  await ready();
});
afterAll(async () => {
  await server.stop();
  dir.remove();
});

const gatehouse = (...args: string[]) => runCli({ args, env: cliEnv(server) });
const ready = () =>
  eventually(async () => (await key.call('connectors.get', { params: { id: 'desk' } })).status === 'ready');

async function startRun(): Promise<{ id: string; agent: TestClient }> {
  const body = { title: 'Sweep', projectId: 'demo', kind: 'external', principal: { userId: 'dana' } };
  const { run, token } = await key.call('runs.create', { body });
  return { id: run.id, agent: service(server.url, token?.token ?? '') };
}

const input = { note: 'the exact words' };
const ask = (agent: TestClient, wait: number) =>
  agent.attempt('tools.execute', { body: { connectorId: 'desk', toolName: 'complain', input, wait } });
const pendingOf = (runId: string) =>
  eventuallyFound(async () => (await key.call('approvals.list', { query: { status: 'pending', runId } })).items[0]);
const codeOf = (body: unknown) => errorBody.parse(body).error;

describe('a held call', () => {
  covers('approvals.held', 'approvals.one-decides', 'approvals.run-ends', 'approvals.restart', 'cli.approvals');

  it('is shown with its exact arguments on the command line, approved there, and answered to the agent', async () => {
    const { id: runId, agent } = await startRun();
    const answer = ask(agent, 60);
    const { id } = await pendingOf(runId);
    expect((await key.call('runs.get', { params: { id: runId } })).counts.approvalsPending).toBe(1);
    const list = await gatehouse('approvals', 'ls', '--run', runId);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(new RegExp(`${id} +pending +desk +complain +write`));
    expect((await gatehouse('approvals', 'show', id)).stdout).toContain('"note": "the exact words"');
    const approved = await gatehouse('approve', id, '--json');
    expect(approvalSchema.parse(JSON.parse(approved.stdout))).toMatchObject({ status: 'approved', choice: 'once' });
    expect((await answer).status).toBe(200);
    const again = await gatehouse('approve', id);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('approved this already');
    expect((await key.call('runs.get', { params: { id: runId } })).counts.approvalsPending).toBe(0);
  });

  it('is denied with a reason that the agent reads', async () => {
    const { id: runId, agent } = await startRun();
    const answer = ask(agent, 60);
    const { id } = await pendingOf(runId);
    expect((await gatehouse('deny', id)).code).toBe(2);
    expect((await gatehouse('deny', id, '--reason', 'Not on a Friday.')).code).toBe(0);
    const { status, body } = await answer;
    expect(status).toBe(403);
    expect(codeOf(body).code).toBe('APPROVAL_DENIED');
    expect(JSON.stringify(body)).toContain('Not on a Friday.');
  });

  it('approved for the run lets the next call of the tool through at once', async () => {
    const { id: runId, agent } = await startRun();
    const answer = ask(agent, 60);
    const { id } = await pendingOf(runId);
    expect((await gatehouse('approve', id, '--run')).stdout).toContain('for the rest of the run');
    expect((await answer).status).toBe(200);
    expect((await ask(agent, 0)).status).toBe(200);
    const other = await startRun();
    expect((await ask(other.agent, 0)).status).toBe(202);
  });

  it('is decided by one of two operators who decide at once', async () => {
    const { id: runId, agent } = await startRun();
    const answer = ask(agent, 60);
    const { id } = await pendingOf(runId);
    const decide = (choice: 'once' | 'deny') =>
      operator.attempt('approvals.decide', { params: { id }, body: { choice } });
    const answers = await Promise.all([decide('once'), decide('deny')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(codeOf(lost?.body)).toMatchObject({ code: 'ALREADY_DECIDED', details: { decidedBy: admin.email } });
    const won = answers.findIndex(({ status }) => status === 200);
    expect((await answer).status).toBe(won === 0 ? 200 : 403);
  });

  it('is cancelled and counted by the revoke of its run', async () => {
    const { id: runId, agent } = await startRun();
    await ask(agent, 0);
    const { id } = await pendingOf(runId);
    const { revoked } = await key.call('runs.revoke', { params: { id: runId }, body: { reason: 'test' } });
    expect(revoked.approvals).toBe(1);
    expect(await key.call('approvals.get', { params: { id } })).toMatchObject({ status: 'cancelled' });
  });

  it('survives a restart of the server, and is carried out when it is approved after it', async () => {
    const { id: runId, agent } = await startRun();
    const { body } = await ask(agent, 0);
    const before = await pendingOf(runId);
    await server.restart();
    await ready();
    const { id, expiresAt } = await pendingOf(runId);
    expect([id, expiresAt]).toEqual([before.id, before.expiresAt]);
    await key.call('approvals.decide', { params: { id }, body: { choice: 'once' } });
    const { callId } = body as { callId: string };
    const outcome = await eventuallyFound(async () => {
      const answer = await agent.attempt('tools.call', { params: { callId } });
      return answer.status === 202 ? undefined : answer;
    });
    expect(outcome.status).toBe(200);
  });

  it('is told to a webhook that an admin tested, without its arguments', async () => {
    const target = await receiver();
    const { webhook, secret } = await operator.call('webhooks.create', {
      body: { name: 'ops', url: `${target.url}/hook`, format: 'generic', allowPrivateHost: true },
    });
    expect(secret).toMatch(/^whsec_/);
    expect(await operator.call('webhooks.test', { params: { id: webhook.id } })).toMatchObject({ status: 'delivered' });
    const { id: runId, agent } = await startRun();
    await ask(agent, 0);
    const { id } = await pendingOf(runId);
    await eventually(() => target.received.some(({ body }) => body.includes(id)));
    expect(JSON.stringify(target.received)).toContain(`${server.url}/approvals/${id}`);
    expect(JSON.stringify(target.received)).not.toContain('the exact words');
    await operator.call('webhooks.remove', { params: { id: webhook.id } });
    await target.close();
  });
});

describe('the command line', () => {
  covers('cli.approvals');

  it('lists as tables and as JSON of the contract', async () => {
    expect((await gatehouse('connectors', 'ls')).stdout).toMatch(/^desk +ready +stdio/m);
    const json = await gatehouse('approvals', 'ls', '--status', 'all', '--json');
    expect(pageOf(approvalSchema).parse(JSON.parse(json.stdout)).items.length).toBeGreaterThan(0);
  });

  it('prints the entry of any client, with the name of the token and not the token', async () => {
    for (const client of ['claude', 'codex', 'gemini', 'opencode', 'other']) {
      const { code, stdout } = await gatehouse('mcp-config', '--client', client);
      expect(code).toBe(0);
      expect(stdout).toContain(`${server.url}/mcp`);
      expect(stdout).toContain('GATEHOUSE_TOOL_TOKEN');
    }
  });
});

describe('an agent that is started', () => {
  covers('agents.entry');

  it.each(['claude', 'codex', 'gemini', 'opencode'])(
    'as %s finds its entry, and no argument or file holds its token',
    async (name) => {
      const bin = path.join(dir.path, name);
      const out = path.join(bin, 'out');
      mkdirSync(bin);
      writeFileSync(
        path.join(bin, name),
        `#!/bin/sh\n{ echo "$0 $*"; cat "$GEMINI_CLI_SYSTEM_DEFAULTS_PATH" /dev/null; echo "$OPENCODE_CONFIG_CONTENT"; } > ${out}.part 2>/dev/null\nprintf %s "$GATEHOUSE_TOOL_TOKEN" > ${out}.token\nmv ${out}.part ${out}\n`,
      );
      chmodSync(path.join(bin, name), 0o755);
      const { run } = await key.call('runs.create', {
        body: {
          title: name,
          projectId: 'demo',
          kind: 'pty',
          principal: { userId: 'dana' },
          command: [name, 'exec', 'say hello'],
          env: { PATH: `${bin}:${process.env.PATH}` },
        },
      });
      await eventually(() => existsSync(out));
      const seen = readFileSync(out, 'utf8');
      const token = readFileSync(`${out}.token`, 'utf8');
      expect(token.length).toBeGreaterThan(20);
      expect(seen).toContain(`${server.url}/mcp`);
      expect(seen).toContain('GATEHOUSE_TOOL_TOKEN');
      expect(seen).toContain('exec say hello');
      expect(seen).not.toContain(token);
      expect(run.command).toEqual([name, 'exec', 'say hello']);
      await eventually(() => !existsSync(path.join(server.dataDir, 'agents', run.id)));
    },
  );
});
