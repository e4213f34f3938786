/** The clouds' own command lines and libraries, unchanged, inside runs: what they are given, and what they are told afterwards. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cliEnv, runCli } from '@/test/support/cli';
import { awsRole } from '@/test/support/cloud/aws-keys';
import { azureApp } from '@/test/support/cloud/azure';
import { startCloud, type TestCloud } from '@/test/support/cloud/cloud';
import { gcpServiceAccount } from '@/test/support/cloud/gcp';
import { eventually, eventuallyFound } from '@/test/support/eventually';
import { service, type TestClient } from '@/test/support/http-client';
import { repositoryRoot, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';

const clients = path.join(repositoryRoot, 'test/fixtures/cloud-clients.mjs');
const bucket = 'arn:aws:s3:::agent-data';
const readBucket = { allow: 's3:GetObject,s3:ListBucket', resources: [bucket, `${bucket}/*`] };
const access = [
  { provider: 'aws', principalId: awsRole, ...readBucket },
  { provider: 'gcp', principalId: gcpServiceAccount, allow: 'storage.objects.get' },
  { provider: 'azure', principalId: azureApp.clientId, allow: 'Microsoft.KeyVault/vaults/read' },
];

let cloud: TestCloud;
let server: TestServer;
let api: TestClient;
let dir: ReturnType<typeof temporaryDir>;

beforeAll(async () => {
  dir = temporaryDir();
  cloud = await startCloud();
  server = await startServer({ env: cloud.env });
  api = service(server.url, server.serviceKey);
});
afterAll(async () => {
  await server?.stop();
  await cloud?.stop();
  dir?.remove();
});

const at = (name: string) => path.join(dir.path, name);
/** Where the clouds are, and no keys of this machine's: those in its files a run is kept from by Gatehouse. */
function agentEnv(): Record<string, string> {
  const { AWS_SHARED_CREDENTIALS_FILE: _keys, AWS_CONFIG_FILE: _config, ...env } = cloud.agentEnv;
  return env;
}
const sessionsOf = async (runId: string) => (await api.call('credentials.list', { query: { runId } })).items;
const revoke = (id: string) => api.call('credentials.revoke', { params: { id }, body: { reason: 'went astray' } });

async function answersIn(name: string): Promise<Record<string, Record<string, string> & string>> {
  return JSON.parse(
    await eventuallyFound(() => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '') || undefined),
  );
}

it('the AWS command line works with what a run is given, and is told when that was revoked', async () => {
  const script = [
    'aws --endpoint-url "$AWS_ENDPOINT_URL" sts get-caller-identity --output text --query Arn',
    'aws --endpoint-url "$AWS_ENDPOINT_URL" s3 ls s3://agent-data',
    `touch ${at('listed')}; while [ ! -e ${at('revoked')} ]; do sleep 0.1; done`,
    'aws --endpoint-url "$AWS_ENDPOINT_URL" sts get-caller-identity; exit 7',
  ].join('\n');
  const env = Object.entries(agentEnv()).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const { allow, resources } = readBucket;
  const asked = ['--allow', allow, ...resources.flatMap((name) => ['--resource', name]), '--ttl', '15m'];
  const ended = runCli({ args: ['run', ...asked, ...env, '--', 'sh', '-c', script], env: cliEnv(server) });

  const listed = eventually(() => existsSync(at('listed')), { timeoutMs: 60_000 });
  await Promise.race([listed, ended.then((result) => expect(result).toEqual('a run that waits'))]);
  const [session] = (await api.call('credentials.list', { query: { status: 'active' } })).items;
  expect(session).toMatchObject({ provider: 'aws', principalId: awsRole, accessKeyId: cloud.issuedKeys().at(-1) });
  await revoke(session?.id ?? '');
  writeFileSync(at('revoked'), '');

  const { code, stdout } = await ended;
  expect(code).toBe(7);
  expect(stdout).toContain(`:assumed-role/agents/gatehouse-${session?.id.slice(0, 8)}`);
  expect(stdout).toContain('readme.txt');
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('The aws session was revoked: went astray');
  await eventually(async () => {
    const { items } = await api.call('audit.list', { query: { action: 'credential.refuse' } });
    expect(items[0]).toMatchObject({ target: session?.id, outcome: 'refused', data: { code: 'SESSION_EXPIRED' } });
  });
});

it("each cloud's own library finds the credentials of its run, and nobody else finds those of Google", async () => {
  const { run } = await api.call('runs.create', {
    body: {
      ...{ title: 'all clouds', projectId: 'p', kind: 'pty', principal: { userId: 'dana' } },
      command: [process.execPath, clients, at('pty.json'), 'aws', 'gcp', 'azure'],
      cwd: repositoryRoot,
      env: agentEnv(),
      credentials: access,
    },
  });
  const { aws, gcp, azure } = await answersIn('pty.json');
  expect(aws).toContain(':assumed-role/agents/gatehouse-');
  expect(gcp).toMatchObject({ project: 'gatehouse-test', email: gcpServiceAccount });
  expect(azure).toMatchObject({ lives: true });
  const ended = await eventuallyFound(async () => {
    const sessions = await sessionsOf(run.id);
    return sessions.every(({ status }) => status === 'completed') ? sessions : undefined;
  });
  expect(ended).toHaveLength(3);
});

it('an external run keeps its access and its address through a crash, and a stranger at its port is refused', async () => {
  const created = await api.call('runs.create', {
    body: {
      ...{ title: 'outside', projectId: 'p', kind: 'external', principal: { userId: 'dana' } },
      credentials: access,
    },
  });
  const { PATH, NODE_ENV } = process.env;
  const env = { PATH, NODE_ENV, HOME: dir.path, ...agentEnv(), ...created.env };
  const asAgent = async (name: string) => {
    await promisify(execFile)(process.execPath, [clients, at(name), 'aws', 'gcp', 'azure'], { env });
    return answersIn(name);
  };
  const before = await asAgent('before.json');
  expect(before).toMatchObject({ gcp: { email: gcpServiceAccount }, azure: { lives: true } });

  await server.kill9();
  await server.restart();
  const after = await asAgent('after.json');
  expect(after.aws).toBe(before.aws);
  expect(after.gcp).toMatchObject({ email: gcpServiceAccount, host: before.gcp?.host });

  const headers = { 'metadata-flavor': 'Google' };
  const token = `http://${before.gcp?.host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const refused = await fetch(token, { headers });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('METADATA_HEADER_REQUIRED')]);

  const asAws = () =>
    fetch(created.env?.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '', {
      headers: { authorization: created.env?.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? '' },
    });
  const { SecretAccessKey, Token, ...rest } = (await (await asAws()).json()) as Record<string, string>;
  expect(Object.keys(rest).sort()).toEqual(['AccessKeyId', 'Expiration']);
  const [aws] = (await sessionsOf(created.run.id)).filter(({ provider }) => provider === 'aws');
  await revoke(aws?.id ?? '');
  // The library says no more than that; what it was told is in the refusal itself.
  expect((await asAgent('revoked.json')).aws?.error).toContain('Could not load credentials');
  expect(await (await asAws()).json()).toMatchObject({
    error: { code: 'SESSION_EXPIRED' },
    Code: 'SESSION_EXPIRED',
    Message: 'The aws session was revoked: went astray',
  });

  const record = await (await api.fetch('/api/audit/export?format=jsonl')).text();
  const proof = created.env?.IDENTITY_HEADER?.split('.')[1];
  for (const secret of [SecretAccessKey, Token, proof]) {
    expect(secret).toMatch(/.{20,}/);
    const told = [server.logs(), record, ...filesIn(server.dataDir)].filter((text) => text.includes(String(secret)));
    expect(told).toEqual([]);
  }
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
}
