/** The command line against the real server: what it prints, and what its exit codes say. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditRow, auditVerification } from '@/lib/contracts/audit';
import { errorBody, pageOf } from '@/lib/contracts/common';
import { relayInstance, relayLinkCode } from '@/lib/contracts/relay';
import { revokeManyResult, revokeResult, run } from '@/lib/contracts/runs';
import { toolToken } from '@/lib/contracts/tokens';
import { exitCodes } from '@/server/cli/exit-codes';
import { cliEnv, runCli } from '@/test/support/cli';
import { freePort } from '@/test/support/free-port';
import { type OperatorClient, service, signIn, type TestClient } from '@/test/support/http-client';
import { admin, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';

let server: TestServer;
let orchestrator: TestClient;
let operator: OperatorClient;
let env: Record<string, string>;
const dir = temporaryDir();

beforeAll(async () => {
  server = await startServer();
  orchestrator = service(server.url, server.serviceKey);
  operator = await signIn(server.url, admin.email, admin.password);
  env = cliEnv(server);
});
afterAll(async () => {
  await server.stop();
  dir.remove();
});

const gatehouse = (...args: string[]) => runCli({ args, env });
async function register(title: string, userId = 'dana') {
  const body = { title, projectId: 'demo', kind: 'external', principal: { userId } };
  return (await orchestrator.call('runs.create', { body })).run;
}

describe('lists', () => {
  it('show runs as a table without a character that a terminal acts on, and as JSON of the contract', async () => {
    const { id } = await register('Evil \u200f title');
    const table = await gatehouse('runs', 'ls', '--user', 'dana');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(new RegExp(`^RUN +STATUS +TITLE.*\n(.*\n)*${id} +active +Evil +title`, 'm'));
    expect(table.stdout).not.toContain('\u200f');
    const json = await gatehouse(
      'runs',
      'ls',
      '--status',
      'live',
      '--project',
      'demo',
      '--q',
      'Evil',
      '--limit',
      '1',
      '--json',
    );
    expect(pageOf(run).parse(JSON.parse(json.stdout)).items[0]?.title).toBe('Evil \u200f title');
  });

  it('follow the cursor past a page, and say when there is more', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => register(`Many ${index}`, 'kim')));
    const all = await gatehouse('runs', 'ls', '--user', 'kim', '--json', '--limit', '500');
    expect(pageOf(run).parse(JSON.parse(all.stdout)).items).toHaveLength(12);
    const some = await gatehouse('runs', 'ls', '--user', 'kim', '--limit', '5');
    expect(some.stdout.trim().split('\n')).toHaveLength(6);
    expect(some.stderr).toContain('--limit');
  });

  it('show one run, and its tokens without the secrets', async () => {
    const { run: created, token } = await orchestrator.call('runs.create', {
      body: { title: 'One', projectId: 'demo', kind: 'external', principal: { userId: 'lee' }, budgetUsd: 5 },
    });
    const shown = await gatehouse('runs', 'show', created.id);
    expect(shown.stdout).toMatch(/^Status +active, (\d+ m|1 h) left$/m);
    expect(shown.stdout).toMatch(/^Spent +\$0\.00 of \$5\.00$/m);
    const tokens = await gatehouse('tokens', 'ls', '--run', created.id, '--json');
    expect(pageOf(toolToken).parse(JSON.parse(tokens.stdout)).items).toHaveLength(1);
    expect(tokens.stdout).not.toContain(token?.token);
    expect((await gatehouse('tokens', 'ls', '--run', created.id)).stdout).toMatch(/^TOKEN +RUN +STATUS/);
  });
});

describe('revoke', () => {
  it('ends one run and counts what it ended', async () => {
    const { id } = await register('To revoke');
    const first = await gatehouse('revoke', id, '--reason', 'drill', '--json');
    expect(first.code).toBe(0);
    expect(revokeResult.parse(JSON.parse(first.stdout)).revoked.tokens).toBe(1);
    const again = await gatehouse('revoke', id, '--reason', 'drill');
    expect(again.stdout).toContain('it had ended already');
    expect((await orchestrator.call('runs.get', { params: { id } })).endReason).toContain('drill');
  });

  it('ends many, says which it could not, and exits with 1 for those', async () => {
    const ids = (await Promise.all([register('A'), register('B')])).map(({ id }) => id);
    const result = await gatehouse('revoke', ...ids, 'run_unknown', '--reason', 'drill', '--json');
    expect(result.code).toBe(exitCodes.failed);
    const { results } = revokeManyResult.parse(JSON.parse(result.stdout));
    expect(results.map(({ runId, ok }) => [runId, ok])).toEqual([
      ...ids.map((id) => [id, true]),
      ['run_unknown', false],
    ]);
  });
});

describe('the record', () => {
  it('is listed with filters', async () => {
    const { id } = await register('Recorded');
    const listed = await gatehouse('audit', 'ls', '--target', id, '--json');
    expect(pageOf(auditRow).parse(JSON.parse(listed.stdout)).items.at(-1)).toMatchObject({
      action: 'run.start',
      target: id,
    });
    expect((await gatehouse('audit', 'ls', '--limit', '2')).stdout).toMatch(/SEQ +AT +ACTOR/);
    expect(await gatehouse('audit', 'ls', '--from', 'yesterday')).toMatchObject({ code: exitCodes.usage });
  });

  it('verifies on the server', async () => {
    const verified = await gatehouse('audit', 'verify', '--json');
    expect(verified.code).toBe(0);
    expect(auditVerification.parse(JSON.parse(verified.stdout)).ok).toBe(true);
  });

  it('verifies from an export without the server, and exits with 5 where a row was changed', async () => {
    const { stdout } = await gatehouse('audit', 'export');
    const file = path.join(dir.path, 'record.jsonl');
    writeFileSync(file, stdout);
    const offline = { ...cliEnv(server), GATEHOUSE_URL: 'http://127.0.0.1:9', GATEHOUSE_SERVICE_KEY: '' };
    expect(await runCli({ args: ['audit', 'verify', file], env: offline })).toMatchObject({ code: 0 });
    writeFileSync(file, stdout.replace('"run.start"', '"run.stare"'));
    const found = await runCli({ args: ['audit', 'verify', file], env: offline });
    expect(found).toMatchObject({ code: exitCodes.problem, stdout: expect.stringContaining('hash_mismatch') });
  });
});

describe('the relay', () => {
  it('is listed without a secret, links a person by a line, and ends an instance for good', async () => {
    const provisioning = { gatewayId: 'gw:cli', platform: 'console', botId: 'bot' };
    const { secret } = await orchestrator.call('relay.provision', { body: provisioning });
    const table = await gatehouse('relay', 'ls', '--q', 'gw:');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^GATEWAY +INSTANCE +STATUS.*\ngw:cli +rly_\w+ +offline +default +0 +0 +0 +never/);
    expect(table.stdout).not.toContain(secret);
    const linked = await gatehouse('relay', 'link', 'gw:cli');
    expect(linked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\/link \w{10}\n$/) });
    const code = await gatehouse('relay', 'link', 'gw:cli', '--json');
    expect(relayLinkCode.parse(JSON.parse(code.stdout)).code).toHaveLength(10);
    expect(await gatehouse('relay', 'revoke', 'gw:cli')).toMatchObject({ code: exitCodes.usage });
    const revoked = await gatehouse('relay', 'revoke', 'gw:cli', '--reason', 'laptop lost', '--json');
    expect(relayInstance.parse(JSON.parse(revoked.stdout))).toMatchObject({
      ...{ status: 'disabled', revokeReason: 'laptop lost' },
    });
    const gone = await gatehouse('relay', 'link', 'gw:cli');
    expect(gone).toMatchObject({
      code: exitCodes.failed,
      stderr: expect.stringContaining('RELAY_INSTANCE_DISABLED'),
    });
  });
});

describe('errors', () => {
  it('carry the code, the message and the request id of the server', async () => {
    const text = await gatehouse('runs', 'show', 'run_unknown');
    expect(text).toMatchObject({ code: exitCodes.failed, stdout: '' });
    expect(text.stderr).toMatch(/^gatehouse: No such run: run_unknown\. \(RUN_NOT_FOUND, request req_\w+\)\n$/);
    const json = await gatehouse('runs', 'show', 'run_unknown', '--json');
    expect(errorBody.parse(JSON.parse(json.stderr)).error.code).toBe('RUN_NOT_FOUND');
  });

  it('tell a server that does not answer from one that refuses', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const unreachable = await runCli({ args: ['runs', 'ls'], env: { ...env, GATEHOUSE_URL: nobody } });
    expect(unreachable).toMatchObject({ code: exitCodes.unreachable, stderr: expect.stringContaining(nobody) });
    const refused = await runCli({
      args: ['runs', 'ls'],
      env: { ...env, GATEHOUSE_SERVICE_KEY: 'gth_key_wrong_wrong_wrong_wrong_wrong' },
    });
    expect(refused).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining('UNAUTHENTICATED') });
    expect(refused.stderr).not.toContain('wrong_wrong');
  });
});

describe('the configuration file', () => {
  const home = path.join(dir.path, 'home');
  const file = path.join(home, '.config', 'gatehouse', 'config.json');
  const bare = () => {
    const { GATEHOUSE_URL: _url, GATEHOUSE_SERVICE_KEY: _key, ...rest } = env;
    return { ...rest, HOME: home };
  };

  it('is written 0600, the key from standard input alone, and used', async () => {
    mkdirSync(home, { recursive: true });
    expect(await runCli({ args: ['runs', 'ls'], env: bare() })).toMatchObject({ code: exitCodes.config });
    expect(await runCli({ args: ['config', 'set', 'key', server.serviceKey], env: bare() })).toMatchObject({
      code: exitCodes.usage,
    });
    expect(await runCli({ args: ['config', 'set', 'url', server.url], env: bare() })).toMatchObject({ code: 0 });
    expect(
      await runCli({ args: ['config', 'set', 'key'], env: bare(), input: `${server.serviceKey}\n` }),
    ).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: server.url, key: server.serviceKey });
    expect(await runCli({ args: ['runs', 'ls'], env: bare() })).toMatchObject({ code: 0 });
    const shown = await runCli({ args: ['config', 'show'], env: bare() });
    expect(shown.stdout).toMatch(/^Key +set \(file\)$/m);
    expect(shown.stdout).not.toContain(server.serviceKey);
  });

  it('is refused when others can read it', async () => {
    chmodSync(file, 0o644);
    const refused = await runCli({ args: ['runs', 'ls'], env: bare() });
    expect(refused).toMatchObject({ code: exitCodes.config, stderr: expect.stringContaining(`chmod 600 ${file}`) });
  });
});

const doctorReport = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), status: z.string(), found: z.string() })),
});

describe('the doctor', () => {
  it('finds a sound installation sound, down to a real terminal', async () => {
    const result = await runCli({ args: ['doctor', '--json'], env: { ...env, GATEHOUSE_DATA_DIR: server.dataDir } });
    const { ok, checks } = doctorReport.parse(JSON.parse(result.stdout));
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect({ ok, code: result.code }).toEqual({ ok: true, code: 0 });
    expect(checks.map(({ name }) => name)).toContain('Terminal');
  });

  it('names a key without the scopes, and exits with 5', async () => {
    const { key } = await operator.call('serviceKeys.create', { body: { name: 'narrow', scopes: ['runs:read'] } });
    const result = await runCli({ args: ['doctor'], env: { ...env, GATEHOUSE_SERVICE_KEY: key } });
    expect(result.code).toBe(exitCodes.problem);
    expect(result.stdout).toMatch(/^problem +Key: .*scopes seen: runs:read\n.*runs:write/m);
  });

  it('says that nobody answers', async () => {
    const nobody = { ...env, GATEHOUSE_URL: `http://127.0.0.1:${await freePort()}` };
    expect(await runCli({ args: ['doctor'], env: nobody })).toMatchObject({
      code: exitCodes.problem,
      stdout: expect.stringMatching(/^problem +Server: /m),
    });
  });
});
