/** What people write as a policy, in all the ways they get it wrong, and what is made of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CredentialProvider, credentialProviders } from '@/lib/contracts/credentials';
import { parsePolicy, policyKey, widePolicyItems } from '@/lib/credentials/policy';
import { covers } from '@/lib/credentials/policy/grammar';
import { toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

interface Problem {
  item: string;
  problem: string;
}

function problemsOf(provider: CredentialProvider, allow: string, resources: string[] = []): Problem[] {
  try {
    parsePolicy(provider, { allow, resources });
  } catch (error) {
    const { code, details } = toAppError(error);
    expect(code).toBe('INVALID_POLICY');
    return (details?.problems ?? []) as Problem[];
  }
  throw new Error(`It was taken: ${allow}`);
}

const parse = (provider: CredentialProvider, allow: string, resources: string[] = []) =>
  parsePolicy(provider, { allow, resources });

describe('a policy', () => {
  it('is sorted, without what is there twice, and keeps the first spelling', () => {
    expect(parse('aws', 's3:PutObject, s3:GetObject,S3:getobject , dynamodb:Get*')).toEqual({
      allow: ['dynamodb:Get*', 's3:GetObject', 's3:PutObject'],
      resources: [],
    });
    expect(parse('azure', 'Microsoft.Web/sites/read,microsoft.web/SITES/Read').allow).toEqual([
      'Microsoft.Web/sites/read',
    ]);
    expect(
      parse('gcp', 'storage.objects.get', ['gs://b-1', 'projects/_/buckets/b-1', 'buckets/b-1/']).resources,
    ).toEqual(['//storage.googleapis.com/projects/_/buckets/b-1']);
  });

  it.each<[CredentialProvider, string]>([
    ['aws', 's3:GetObject'],
    ['aws', 's3:Get*,s3:*,execute-api:Invoke,ec2:Describe?nstances'],
    ['aws', '*:*'],
    ['aws', 'a:b:c'],
    ['gcp', 'storage.objects.get,compute.instances.setMetadata,storage.*.*'],
    ['azure', 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
    ['azure', 'Microsoft.Compute/*,*/read,Microsoft.Compute/virtualMachines/start/action'],
  ])('of %s takes %s', (provider, allow) => {
    expect(parse(provider, allow).allow).toHaveLength(allow.split(',').length);
  });

  it.each<[CredentialProvider, string, string]>([
    ['aws', '', 'empty'],
    ['aws', ' ', 'empty'],
    ['aws', 's3', 'service:Action'],
    ['aws', '*', 'service:Action'],
    ['aws', ':GetObject', 'service:Action'],
    ['aws', 's3:', 'service:Action'],
    ['aws', 's3 :GetObject', 'service'],
    ['aws', 's3: GetObject', 'action'],
    ['aws', 's3:Get"Object', 'action'],
    ['aws', 's3:GetObject\n', 'control character (U+000A)'],
    ['aws', 's3:Get\u0000Object', 'control character (U+0000)'],
    ['aws', 's3:Get\u007fObject', 'control character (U+007F)'],
    ['aws', '\u04553:GetObject', 'not ASCII (U+0455)'],
    ['aws', 's3\uff1aGetObject', 'not ASCII (U+FF1A)'],
    ['aws', 's3:Get\u200bObject', 'not ASCII (U+200B)'],
    ['aws', 's3:GetObject\u00a0', 'not ASCII (U+00A0)'],
    ['aws', `s3:${'a'.repeat(300)}`, 'longer than 256'],
    ['gcp', 'storage.objects', 'service.resource.verb'],
    ['gcp', 'storage.objects.get.more', 'service.resource.verb'],
    ['gcp', 'storage:GetObject', 'service.resource.verb'],
    ['gcp', 'storage..get', 'service.resource.verb'],
    ['gcp', 'storage.objects.g*', 'service.resource.verb'],
    ['azure', 'Microsoft.Compute/virtualMachines', 'Provider.Namespace'],
    ['azure', 'Compute/virtualMachines/read', 'Provider.Namespace'],
    ['azure', 'Microsoft.Compute//read', 'Provider.Namespace'],
    ['azure', 's3:GetObject', 'Provider.Namespace'],
    ['azure', '*', 'Provider.Namespace'],
  ])('of %s refuses %j', (provider, allow, problem) => {
    const found = problemsOf(provider, allow);
    expect(found).toHaveLength(1);
    expect(found[0]?.problem).toContain(problem);
  });

  it('names every bad item, also an empty one at either end', () => {
    expect(problemsOf('aws', ',s3:GetObject,bad,').map(({ item, problem }) => `${item}|${problem}`)).toEqual([
      '|is empty: item 1 of allow',
      'bad|is not service:Action, as in s3:GetObject',
      '|is empty: item 4 of allow',
    ]);
  });

  it('shows a bad item cut, and in printable ASCII alone', () => {
    const [shown] = problemsOf('aws', `\u001b[31m\u202e${'x'.repeat(100)}`);
    expect(shown?.item).toBe(`\\u{1b}[31m\\u{202e}${'x'.repeat(58)}…`);
  });

  it('names fifty bad items and counts the rest', () => {
    try {
      parse('aws', Array.from({ length: 120 }, (_, index) => `bad${index}`).join(','));
      expect.unreachable();
    } catch (error) {
      const { message, details } = toAppError(error);
      expect(details?.problems).toHaveLength(50);
      expect(details?.more).toBe(70);
      expect(message).toContain('and 115 more');
    }
  });

  it('says at once how many items are too many, however they come', () => {
    const [problem] = problemsOf('aws', Array.from({ length: 100_000 }, () => 's3:GetObject').join(','));
    expect(problem).toEqual({ item: 'allow', problem: 'has 100000 items; the most is 1000' });
    expect(problemsOf('aws', ','.repeat(1_000_000))).toHaveLength(1);
    expect(problemsOf('aws', `s3:${' '.repeat(1_000_000)}x`)).toHaveLength(1);
    expect(problemsOf('aws', 's3:GetObject', Array(1_001).fill('*'))).toHaveLength(1);
    const most = Array.from({ length: limits.credentialPolicyItems }, (_, index) => `s3:Action${index}`);
    expect(parse('aws', most.join(',')).allow).toHaveLength(1_000);
  });

  it.each<[CredentialProvider, string]>([
    ['aws', 'my-bucket'],
    ['aws', 'arn:aws:s3'],
    ['aws', 'arn:aws:s3:::'],
    ['aws', 'arn:*:s3:::b'],
    ['aws', 'arn:aws:s3:::b/$' + '{aws:username}'],
    ['aws', 'arn:aws:s3:::b"'],
    ['aws', ''],
    ['gcp', 'gs://b1/part'],
    ['gcp', 'https://storage.googleapis.com/b'],
    ['gcp', '//evil.example/projects/_/buckets/b'],
    ['azure', 'subscriptions/1'],
    ['azure', '/elsewhere/1'],
  ])('of %s refuses the resource %j', (provider, resource) => {
    const allow = { aws: 's3:GetObject', gcp: 'storage.objects.get', azure: 'Microsoft.Web/sites/read' }[provider];
    expect(problemsOf(provider, allow, [resource])).toHaveLength(1);
  });

  it('keeps the case of what an ARN names, and every kind of resource its cloud knows', () => {
    const arns = ['*', 'arn:aws:s3:::B/a key/*', 'arn:aws:s3:::b/a key/*', 'arn:aws:iam::123456789012:role/x'];
    expect(parse('aws', 's3:GetObject', arns).resources).toEqual([...arns].sort());
    const names = ['projects/p/topics/t', '//pubsub.googleapis.com/projects/p/topics/t', '*'];
    expect(parse('gcp', 'pubsub.topics.publish', names).resources).toEqual([...names].sort());
    const ids = ['/subscriptions/1/resourceGroups/g', '/SUBSCRIPTIONS/1/resourcegroups/G'];
    expect(parse('azure', 'Microsoft.Web/sites/read', ids).resources).toEqual([ids[0]]);
  });
});

const action: Record<CredentialProvider, fc.Arbitrary<string>> = {
  aws: fc.stringMatching(/^[a-zA-Z][a-z0-9-]{0,8}:[A-Za-z*?][A-Za-z0-9*?]{0,12}$/),
  gcp: fc.stringMatching(/^[a-z][a-z]{0,5}\.[a-z][A-Za-z]{0,5}\.([a-z][A-Za-z]{0,5}|\*)$/),
  azure: fc.stringMatching(/^[A-Z][a-z]{0,5}\.[A-Za-z]{1,6}\/[A-Za-z]{1,6}\/([A-Za-z]{1,6}|\*)$/),
};

describe('any policy', () => {
  it('is the same in whatever order it is written, and when it is read again', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...credentialProviders)
          .chain((provider) =>
            fc.array(action[provider], { minLength: 1, maxLength: 12 }).map((items) => ({ provider, items })),
          ),
        ({ provider, items }) => {
          const policy = parse(provider, items.join(','));
          expect(parse(provider, policy.allow.join(' , '))).toEqual(policy);
          expect(policyKey(provider, parse(provider, [...items].reverse().join(',')))).toBe(
            policyKey(provider, policy),
          );
        },
      ),
    );
  });

  it('ends as one or as INVALID_POLICY whose answer is printable', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...credentialProviders),
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 3 }),
        (provider, allow, resources) => {
          try {
            parse(provider, allow, resources);
          } catch (error) {
            const { code, message, details } = toAppError(error);
            expect(code).toBe('INVALID_POLICY');
            expect(`${message}${JSON.stringify(details)}`).toMatch(/^[ -~…]*$/);
          }
        },
      ),
    );
  });
});

describe('the key of a policy', () => {
  it('tells a narrower and a wider set apart, and not two spellings of one', () => {
    const key = (allow: string, resources: string[] = []) => policyKey('aws', parse('aws', allow, resources));
    expect(key('S3:getobject')).toBe(key('s3:GetObject'));
    const all = [
      key('s3:GetObject'),
      key('s3:GetObject,s3:PutObject'),
      key('s3:*'),
      key('s3:GetObject', ['*']),
      key('s3:GetObject', ['arn:aws:s3:::b']),
      key('s3:GetObject', ['arn:aws:s3:::B']),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('a wide item', () => {
  it.each<[CredentialProvider, string, string[]]>([
    ['aws', '*:*', ['*:*']],
    ['aws', 'iam:*,s3:GetObject', ['iam:*']],
    ['aws', 'iam:*,iam:GetRole', ['iam:*']],
    ['aws', 'IAM:**,sts:?*', ['IAM:**', 'sts:?*']],
    ['aws', 'i?m:*', ['i?m:*']],
    ['aws', 's*:*', ['s*:*']],
    ['aws', '*:Get*', ['*:Get*']],
    ['aws', '?*:Get*', ['?*:Get*']],
    ['aws', 's3:*,ec2:*,iam:Get*,sts:AssumeRole,dynamodb:?etItem', []],
    ['gcp', '*.*.*', ['*.*.*']],
    ['gcp', '*.*.get', ['*.*.get']],
    ['gcp', 'iam.*.*', ['iam.*.*']],
    ['gcp', 'iam.serviceAccounts.*', ['iam.serviceAccounts.*']],
    ['gcp', 'storage.*.*,iam.serviceAccounts.get', []],
    ['azure', '*/read', ['*/read']],
    ['azure', 'Microsoft.Authorization/*', ['Microsoft.Authorization/*']],
    ['azure', 'microsoft.managedidentity/*', ['microsoft.managedidentity/*']],
    ['azure', 'Microsoft.Authorization/*/read,Microsoft.Compute/*', []],
  ])('of %s in %s is %j', (provider, allow, wide) => {
    expect(widePolicyItems(provider, parse(provider, allow))).toEqual(wide);
  });

  it('is not hidden by being spelled letter by letter', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => `iam:${letter}*`);
    const policy = parse('aws', `${letters.join(',')},s3:GetObject`);
    const wide = widePolicyItems('aws', policy);
    expect(wide).toContain('iam:a*');
    expect(wide).not.toContain('s3:GetObject');
  });

  it('is found as fast in the largest policy', () => {
    const most = Array.from({ length: 1_000 }, (_, index) => `*${'a*'.repeat(60)}b${index}:${'*a'.repeat(50)}`);
    expect(widePolicyItems('aws', parse('aws', most.join(',')))).toEqual([]);
  });
});

describe('a pattern', () => {
  it('covers what a regular expression of it matches', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{0,8}$/), fc.stringMatching(/^[ab]{0,10}$/), (pattern, text) => {
        const model = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(covers(pattern, text)).toBe(model.test(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
