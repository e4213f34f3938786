/** The AWS broker on the real SDK, against STS, IAM and S3 as AWS documents them, with every signature checked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionAccess } from '@/lib/credentials/broker';
import { createAwsBroker } from '@/lib/credentials/brokers/aws';
import { parsePolicy } from '@/lib/credentials/policy';
import { systemClock } from '@/lib/platform/clock';
import { type AppError, toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { awsBase, awsRole } from '@/test/support/cloud/aws-keys';
import { startCloud, type TestCloud } from '@/test/support/cloud/cloud';
import { s3Get } from '@/test/support/cloud/s3-client';
import { eventually } from '@/test/support/eventually';

const noSignal = new AbortController().signal;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => {
  cloud.calls.length = 0;
});

function broker({ env = {}, timeoutMs }: { env?: Record<string, string>; timeoutMs?: number } = {}) {
  return createAwsBroker({
    env: { ...cloud.env, ...env },
    clock: systemClock,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function access(over: Partial<SessionAccess> = {}): SessionAccess {
  return {
    id: '3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21',
    principalId: awsRole,
    policy: parsePolicy('aws', { allow: 's3:ListBucket,s3:GetObject', resources: ['arn:aws:s3:::agent-data*'] }),
    expiresAtMs: systemClock.now() + 60 * 60_000,
    tags: { run: 'run_1', operator: 'ines@example.com', project: 'p (1)' },
    azureTenantId: null,
    azureClientId: null,
    scopingEnforced: true,
    ...over,
  };
}

async function issueAws(over: Partial<SessionAccess> = {}) {
  const issued = await broker().issue(access(over), '', noSignal);
  if (issued.provider !== 'aws') throw new Error('It is of another cloud.');
  return issued;
}

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    return toAppError(error);
  }
  throw new Error('It was not refused.');
}

describe('a session at AWS', () => {
  it('is issued by STS with its policy, its name and its tags', async () => {
    const issued = await issueAws();
    expect(issued.accessKeyId).toBe(cloud.issuedKeys().at(-1));
    expect(Math.abs(issued.expiresAtMs - systemClock.now() - limits.credentialLifeMs)).toBeLessThan(60_000);
    expect(cloud.calls).toHaveLength(1);
    const { params = {}, ...asked } = cloud.calls[0] ?? {};
    expect(asked).toEqual({ service: 'sts', action: 'AssumeRole' });
    expect(params).toMatchObject({
      RoleArn: awsRole,
      RoleSessionName: 'gatehouse-3f2a9c10',
      DurationSeconds: '900',
      'Tags.member.1.Key': 'gatehouse-session',
      'Tags.member.1.Value': '3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21',
      'Tags.member.2.Value': 'run_1',
      'Tags.member.3.Value': 'ines@example.com',
      'Tags.member.4.Value': 'p _1_',
    });
    expect(JSON.parse(params.Policy ?? '').Statement[0].Action).toEqual(['s3:GetObject', 's3:ListBucket']);
  });

  it('is asked for by a profile where the server has one', async () => {
    const { accessKeyId, secretAccessKey } = awsBase;
    const profile = `[gatehouse]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', cloud.file('credentials', profile));
    vi.stubEnv('AWS_CONFIG_FILE', cloud.file('config', ''));
    vi.stubEnv('AWS_PROFILE', 'gatehouse');
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'gatehouse' };
    expect((await broker({ env }).issue(access(), '', noSignal)).provider).toBe('aws');
    vi.unstubAllEnvs();
  });

  it('can do what its policy says, and nothing else', async () => {
    const issued = await issueAws();
    expect((await s3Get(cloud.url, '/agent-data/readme.txt', issued)).body).toBe('hello\n');
    expect((await s3Get(cloud.url, '/agent-data', issued)).body).toContain('<Key>reports/2026.csv</Key>');
    expect((await s3Get(cloud.url, '/', issued)).status).toBe(403);
    expect((await s3Get(cloud.url, '/other/key', issued)).status).toBe(403);
    expect((await s3Get(cloud.url, '/agent-data', { ...issued, secretAccessKey: 'guessed' })).status).toBe(403);
    expect((await s3Get(cloud.url, '/agent-data', { ...issued, sessionToken: 'guessed' })).status).toBe(403);
  });

  it('ends with the session though AWS issues for no less than 15 minutes', async () => {
    const ended = await issueAws({ expiresAtMs: systemClock.now() - 1_000 });
    expect(ended.expiresAtMs).toBeLessThan(systemClock.now());
    expect((await s3Get(cloud.url, '/agent-data/readme.txt', ended)).status).toBe(403);
  });

  it('denies touching its tag where the server is told to protect it', async () => {
    await broker({ env: { GATEHOUSE_AWS_PROTECT_TAG: 'true' } }).issue(access(), '', noSignal);
    const { Statement } = JSON.parse(cloud.calls[0]?.params.Policy ?? '');
    expect(Statement[1]).toMatchObject({ Effect: 'Deny', Condition: { StringNotEquals: expect.anything() } });
  });

  it('keeps its own tag and its size whatever tags are asked for', async () => {
    await issueAws({ tags: { 'Gatehouse-Session': 'forged', run: 'a', RUN: 'b', long: 'x'.repeat(400) } });
    const params = cloud.calls[0]?.params ?? {};
    expect(params['Tags.member.1.Value']).toBe('3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21');
    expect(params['Tags.member.2.Key']).toBe('run');
    expect(params['Tags.member.3.Value']).toHaveLength(256);
    expect(params['Tags.member.4.Key']).toBeUndefined();
  });
});

describe('what AWS refuses', () => {
  it.each(['AccessDenied', 'PackedPolicyTooLarge', 'ExpiredToken'] as const)(
    'is told in its own words: %s',
    async (kind) => {
      cloud.failNext(kind);
      const { code, message, details, cause } = await refusalOf(broker().issue(access(), '', noSignal));
      expect(code).toBe('PROVIDER_REFUSED');
      expect(details).toMatchObject({ provider: 'aws', code: kind });
      expect(`${message}${JSON.stringify(details)}${String(cause)}`).not.toContain(awsBase.secretAccessKey);
      expect(cloud.calls).toHaveLength(1);
    },
  );

  it('because it is asked too often is asked again', async () => {
    cloud.failNext('Throttling');
    await issueAws();
    expect(cloud.calls.map(({ action }) => action)).toEqual(['AssumeRole', 'AssumeRole']);
  });

  it('by never answering ends in time', async () => {
    cloud.failNext('hang');
    const { code, message } = await refusalOf(broker({ timeoutMs: 300 }).issue(access(), '', noSignal));
    expect(code).toBe('PROVIDER_REFUSED');
    expect(message).toContain('no answer within 0.3 s');
  });

  it('by never answering ends when nobody waits any more', async () => {
    cloud.failNext('hang');
    const nobody = new AbortController();
    const asked = refusalOf(broker().issue(access(), '', nobody.signal));
    await eventually(() => cloud.calls.length === 1);
    nobody.abort();
    expect((await asked).details).toMatchObject({ code: 'Cancelled' });
  });

  it('is a wrong key of the server, and an address where nobody listens', async () => {
    const wrongKey = broker({ env: { AWS_SECRET_ACCESS_KEY: 'another-secret-of-the-server' } });
    expect((await refusalOf(wrongKey.issue(access(), '', noSignal))).details).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    const nowhere = broker({ env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' } });
    expect((await refusalOf(nowhere.issue(access(), '', noSignal))).message).toContain('it could not be reached');
  });

  it('may be no answer of a cloud at all', async () => {
    cloud.failNext('garbage');
    expect((await refusalOf(broker().issue(access(), '', noSignal))).code).toBe('PROVIDER_REFUSED');
  });
});

describe('a hard revoke', () => {
  it('has AWS refuse this session and no other of its role, until it is lifted', async () => {
    const aws = broker();
    const other = { id: '3f2a9c10-0000-4d0b-9a51-5b8b8f0c6d21' };
    const [revoked, untouched] = [await issueAws(), await issueAws(other)];
    await aws.denySession?.(access(), 'because');
    expect(cloud.calls.at(-1)?.params).toMatchObject({
      RoleName: 'agents',
      PolicyName: 'gatehouse-deny-3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21',
    });
    expect((await s3Get(cloud.url, '/agent-data/readme.txt', revoked)).status).toBe(403);
    expect((await s3Get(cloud.url, '/agent-data/readme.txt', untouched)).status).toBe(200);
    await aws.liftDeny?.(access());
    expect(cloud.rolePolicies.size).toBe(0);
    expect((await s3Get(cloud.url, '/agent-data/readme.txt', revoked)).status).toBe(200);
    await aws.liftDeny?.(access());
  });

  it('that AWS refuses is told', async () => {
    cloud.failNext('AccessDenied');
    const { code, details } = await refusalOf(broker().denySession?.(access(), 'because') ?? Promise.resolve());
    expect({ code, details }).toMatchObject({ code: 'PROVIDER_REFUSED', details: { code: 'AccessDenied' } });
  });
});
