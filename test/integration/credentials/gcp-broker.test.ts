/** The Google broker on the official library, against Google's endpoints as they are documented. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IssuedCredential, SessionAccess } from '@/lib/credentials/broker';
import { createGcpBroker } from '@/lib/credentials/brokers/gcp';
import { parsePolicy } from '@/lib/credentials/policy';
import { systemClock } from '@/lib/platform/clock';
import { type AppError, toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import { startCloud, type TestCloud } from '@/test/support/cloud/cloud';
import { gcpServiceAccount } from '@/test/support/cloud/gcp';

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
  return createGcpBroker({
    env: { ...cloud.env, ...env },
    clock: systemClock,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function access(allow: string, resources: string[], over: Partial<SessionAccess> = {}): SessionAccess {
  const policy = parsePolicy('gcp', { allow, resources });
  const expiresAtMs = systemClock.now() + 60 * 60_000;
  const checked = broker().check({ principalId: gcpServiceAccount, policy, expiresAtMs });
  return {
    id: '3f2a9c10-7a4e-4d0b-9a51-5b8b8f0c6d21',
    principalId: gcpServiceAccount,
    policy,
    expiresAtMs,
    tags: {},
    ...checked,
    ...over,
  };
}

const readBucket = () => access('storage.objects.get,storage.objects.list', ['gs://agent-data']);
const publish = () => access('pubsub.topics.publish', ['projects/p/topics/t']);

function tokenOf(issued: IssuedCredential): string {
  if (issued.provider !== 'gcp') throw new Error('It is of another cloud.');
  return issued.accessToken;
}

async function listStatus(token: string, bucket: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${cloud.url}/gcp/storage/v1/b/${bucket}/o`, { headers })).status;
}

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    return toAppError(error);
  }
  throw new Error('It was not refused.');
}

describe('a session at Google Cloud', () => {
  it('on buckets is held to them by Google itself', async () => {
    const asked = readBucket();
    expect(asked.scopingEnforced).toBe(true);
    const issued = await broker().issue(asked, 'https://www.googleapis.com/auth/devstorage.read_only', noSignal);
    expect(cloud.calls.map(({ action }) => action)).toEqual(['oauth/token', 'generateAccessToken', 'sts/v1/token']);
    expect(cloud.calls[1]?.params).toMatchObject({
      lifetime: '900s',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
    expect(JSON.parse(cloud.calls[2]?.params.options ?? '')).toEqual({
      accessBoundary: {
        accessBoundaryRules: [
          {
            availableResource: '//storage.googleapis.com/projects/_/buckets/agent-data',
            availablePermissions: ['inRole:roles/storage.objectViewer'],
          },
        ],
      },
    });
    expect(await listStatus(tokenOf(issued), 'agent-data')).toBe(200);
    expect(await listStatus(tokenOf(issued), 'other')).toBe(403);
    expect(Math.abs(issued.expiresAtMs - systemClock.now() - limits.credentialLifeMs)).toBeLessThan(60_000);
  });

  it('on anything else is advisory, with the scopes that were asked for', async () => {
    const asked = publish();
    expect(asked.scopingEnforced).toBe(false);
    await broker().issue(asked, 'https://www.googleapis.com/auth/pubsub', noSignal);
    expect(cloud.calls.map(({ action }) => action)).toEqual(['oauth/token', 'generateAccessToken']);
    expect(cloud.calls[1]?.params.scope).toBe('https://www.googleapis.com/auth/pubsub');
  });

  it('that was promised as enforced is never served without its boundary', async () => {
    const promised = access('pubsub.topics.publish', [], { scopingEnforced: true });
    expect((await refusalOf(broker().issue(promised, '', noSignal))).code).toBe('INTERNAL');
    expect(cloud.calls).toEqual([]);
  });

  it('is issued nothing that outlives it', async () => {
    const short = access('pubsub.topics.publish', [], { expiresAtMs: systemClock.now() + 90_500 });
    const issued = await broker().issue(short, '', noSignal);
    expect(issued.expiresAtMs).toBe(short.expiresAtMs);
    expect(cloud.calls[1]?.params.lifetime).toMatch(/^(?:90|89|88)s$/);
  });
});

describe('what Google refuses', () => {
  it('is told in its own words', async () => {
    const foreign = { ...publish(), principalId: 'other@gatehouse-test.iam.gserviceaccount.com' };
    const { code, message, details } = await refusalOf(broker().issue(foreign, '', noSignal));
    expect(code).toBe('PROVIDER_REFUSED');
    expect(message).toContain('Google Cloud issued nothing. PERMISSION_DENIED: Permission');
    expect(details).toMatchObject({ provider: 'gcp', code: 'PERMISSION_DENIED' });
  });

  it('is the key of another account', async () => {
    const other = await startCloud();
    try {
      const env = { GOOGLE_APPLICATION_CREDENTIALS: other.env.GOOGLE_APPLICATION_CREDENTIALS ?? '' };
      const text = readFileSync(env.GOOGLE_APPLICATION_CREDENTIALS, 'utf8');
      const file = cloud.file('other.json', text.replace(other.url, cloud.url));
      const forged = broker({ env: { GOOGLE_APPLICATION_CREDENTIALS: file } });
      expect((await refusalOf(forged.issue(publish(), '', noSignal))).details).toMatchObject({ code: 'invalid_grant' });
    } finally {
      await other.stop();
    }
  });

  it('because it is asked too often is asked again', async () => {
    const gcp = broker();
    await gcp.issue(publish(), '', noSignal);
    cloud.failNext('Throttling');
    await gcp.issue(publish(), '', noSignal);
    expect(cloud.calls.filter(({ action }) => action === 'generateAccessToken')).toHaveLength(3);
  });

  it('by never answering ends in time, at the exchange too', async () => {
    const gcp = broker({ timeoutMs: 400 });
    cloud.failNext('hang', 2);
    expect((await refusalOf(gcp.issue(readBucket(), '', noSignal))).message).toContain('no answer within 0.4 s');
    expect(cloud.calls.at(-1)?.action).toBe('sts/v1/token');
    cloud.failNext('hang');
    expect((await refusalOf(gcp.issue(publish(), '', noSignal))).message).toContain('no answer within 0.4 s');
  });

  it.each(['{', '[]', '{"type":"service_account"}'])('may be a credential file that is none: %s', async (text) => {
    const file = cloud.file('broken.json', text);
    const gcp = broker({ env: { GOOGLE_APPLICATION_CREDENTIALS: file } });
    expect((await refusalOf(gcp.issue(publish(), '', noSignal))).code).toBe('PROVIDER_REFUSED');
  });

  it('may be no answer of a cloud at all', async () => {
    cloud.failNext('garbage');
    expect((await refusalOf(broker().issue(publish(), '', noSignal))).code).toBe('PROVIDER_REFUSED');
  });
});
