/** What a broker says before any cloud is asked, and what of the server's own a run never sees. */
import { describe, expect, it } from 'vitest';
import { type CredentialProvider, credentialProviders } from '@/lib/contracts/credentials';
import { createBrokers } from '@/lib/credentials/brokers/brokers';
import { boundaryOf } from '@/lib/credentials/brokers/gcp-boundary';
import { parsePolicy } from '@/lib/credentials/policy';
import { type AppError, toAppError } from '@/lib/platform/errors';
import { inheritedEnvironment } from '@/lib/platform/inherited-environment';
import { manualClock } from '@/test/support/manual-clock';

const clock = manualClock();
const expiresAtMs = clock.now() + 60 * 60_000;
const brokers = (env: Record<string, string> = {}) => createBrokers({ env, clock });

const principals: Record<CredentialProvider, string> = {
  aws: 'arn:aws:iam::123456789012:role/team/agents',
  gcp: 'agents@my-project.iam.gserviceaccount.com',
  azure: '66666666-7777-4888-9999-aaaaaaaaaaaa',
};
const actions: Record<CredentialProvider, string> = {
  aws: 's3:GetObject',
  gcp: 'storage.objects.get',
  azure: 'Microsoft.Web/sites/read',
};

function refusalOf(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    return toAppError(error);
  }
  throw new Error('It was not refused.');
}

describe('a cloud that is not configured', () => {
  it.each<[CredentialProvider, Record<string, string>, string]>([
    ['aws', {}, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    ['aws', { AWS_ACCESS_KEY_ID: 'AKIA' }, 'set AWS_SECRET_ACCESS_KEY too'],
    ['aws', { AWS_SECRET_ACCESS_KEY: 'secret' }, 'set AWS_ACCESS_KEY_ID too'],
    ['gcp', {}, 'GOOGLE_APPLICATION_CREDENTIALS'],
    ['azure', {}, 'Set AZURE_TENANT_ID, and AZURE_CLIENT_ID, and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE.'],
    ['azure', { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' }, 'Set AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE.'],
  ])('says what is missing: %s with %j', (provider, env, missing) => {
    expect(brokers(env)[provider].missing()).toContain(missing);
  });

  it.each<[CredentialProvider, Record<string, string>]>([
    ['aws', { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' }],
    ['aws', { AWS_PROFILE: 'gatehouse' }],
    ['aws', { GATEHOUSE_AWS_ROLE_ARN: principals.aws }],
    ['gcp', { GOOGLE_APPLICATION_CREDENTIALS: '/etc/gatehouse/google.json' }],
    ['gcp', { GATEHOUSE_GCP_SERVICE_ACCOUNT: principals.gcp }],
    ['azure', { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_FEDERATED_TOKEN_FILE: '/var/token' }],
  ])('is %s no more with %j', (provider, env) => {
    expect(brokers(env)[provider].missing()).toBeNull();
  });

  it('has no principal that anybody could mean', () => {
    expect(credentialProviders.map((provider) => brokers()[provider].defaultPrincipalId())).toEqual([null, null, null]);
    const env = {
      GATEHOUSE_AWS_ROLE_ARN: principals.aws,
      GATEHOUSE_GCP_SERVICE_ACCOUNT: principals.gcp,
      AZURE_CLIENT_ID: principals.azure,
    };
    for (const provider of credentialProviders)
      expect(brokers(env)[provider].defaultPrincipalId()).toBe(principals[provider]);
  });
});

describe('a principal', () => {
  it.each(credentialProviders)('of %s is taken, and what belongs to another cloud is not', (provider) => {
    const policy = parsePolicy(provider, { allow: actions[provider], resources: [] });
    const check = (principalId: string) => brokers()[provider].check({ principalId, policy, expiresAtMs });
    expect(check(principals[provider]).scopingEnforced).toBe(provider === 'aws');
    const others = credentialProviders.filter((other) => other !== provider).map((other) => principals[other]);
    const misspelt = [`${principals[provider]}\n`, ` ${principals[provider]}`, `${principals[provider]}?x`, ''];
    for (const wrong of [...others, ...misspelt]) expect(refusalOf(() => check(wrong)).code, wrong).toBe('BAD_REQUEST');
  });

  it('of Azure is bound to the tenant and the client it is asked through', () => {
    const env = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: principals.azure };
    const policy = parsePolicy('azure', { allow: actions.azure, resources: [] });
    expect(brokers(env).azure.check({ principalId: principals.azure, policy, expiresAtMs })).toEqual({
      scopingEnforced: false,
      azureTenantId: 'tenant',
      azureClientId: principals.azure,
    });
  });

  it('of AWS is asked for no more than STS takes', () => {
    const allow = Array.from({ length: 200 }, (_, index) => `s3:GetObject${index}`).join(',');
    const policy = parsePolicy('aws', { allow, resources: [] });
    const { code, details } = refusalOf(() =>
      brokers().aws.check({ principalId: principals.aws, policy, expiresAtMs }),
    );
    expect({ code, details }).toMatchObject({ code: 'POLICY_TOO_LARGE', details: { maxCharacters: 2_048 } });
  });
});

describe('the boundary of a Google session', () => {
  const rolesFor = (allow: string, resources = ['gs://agent-data']) =>
    boundaryOf(
      parsePolicy('gcp', { allow, resources }),
    )?.accessBoundary.accessBoundaryRules[0]?.availablePermissions.map((permission) =>
      permission.replace('inRole:roles/storage.', ''),
    ) ?? null;

  it.each<[string, string[]]>([
    ['storage.objects.get', ['legacyObjectReader']],
    ['storage.objects.get,storage.objects.list', ['objectViewer']],
    ['storage.objects.get,storage.objects.list,storage.objects.create', ['objectViewer', 'objectCreator']],
    ['storage.objects.*', ['objectAdmin']],
  ])('of %s is exactly %j', (allow, roles) => {
    expect(rolesFor(allow)).toEqual(roles);
  });

  it.each([
    'storage.objects.list',
    'storage.objects.get,storage.objects.delete',
    'storage.buckets.get',
    'storage.*.*',
    'storage.objects.get,pubsub.topics.publish',
  ])('of %s is none, since roles would give more or less', (allow) => {
    expect(rolesFor(allow)).toBeNull();
  });

  it('is none where anything but buckets is named, or nothing', () => {
    expect(rolesFor('storage.objects.get', [])).toBeNull();
    expect(rolesFor('storage.objects.get', ['*'])).toBeNull();
    expect(rolesFor('storage.objects.get', ['gs://agent-data', 'projects/p/topics/t'])).toBeNull();
  });

  it('that Google would not take is refused, and not left out', () => {
    const buckets = Array.from({ length: 11 }, (_, index) => `gs://agent-data-${index}`);
    const { code, details } = refusalOf(() => rolesFor('storage.objects.get', buckets));
    expect({ code, details }).toEqual({ code: 'POLICY_TOO_LARGE', details: { buckets: 11, maxBuckets: 10 } });
  });
});

describe('the server’s own identity at a cloud', () => {
  it('is inherited by no child', () => {
    const own = {
      ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'a', AWS_SESSION_TOKEN: 'a', AWS_PROFILE: 'a' },
      ...{ AWS_WEB_IDENTITY_TOKEN_FILE: 'a', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'a', AWS_ENDPOINT_URL_STS: 'a' },
      ...{ GOOGLE_APPLICATION_CREDENTIALS: 'a', GCE_METADATA_HOST: 'a', CLOUDSDK_AUTH_ACCESS_TOKEN: 'a' },
      ...{ AZURE_CLIENT_ID: 'a', AZURE_CLIENT_SECRET: 'a', AZURE_FEDERATED_TOKEN_FILE: 'a', IDENTITY_HEADER: 'a' },
      ...{ GATEHOUSE_AWS_ROLE_ARN: 'a', GATEHOUSE_GCP_SERVICE_ACCOUNT: 'a' },
    };
    expect(inheritedEnvironment({ ...own, NODE_ENV: 'production', PATH: '/bin' })).toEqual({ PATH: '/bin' });
  });
});
