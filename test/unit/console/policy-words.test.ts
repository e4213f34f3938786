import { describe, expect, it } from 'vitest';
import { principalWords } from '@/components/credentials/credential-words';
import { policyWords, profileWords } from '@/components/credentials/policy-words';

const aws = (allow: string[], resources: string[] = []) => policyWords('aws', { allow, resources });

describe('a policy in words', () => {
  it('says what it allows and where, as people name it', () => {
    expect(aws(['s3:GetObject'], ['arn:aws:s3:::b/*'])).toBe('Read objects of S3 in bucket b.');
    expect(aws(['s3:GetObject', 's3:ListBucket', 's3:PutObject'], ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'])).toBe(
      'Read, list and write objects of S3 in bucket b.',
    );
    expect(
      aws(
        ['dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject'],
        ['arn:aws:dynamodb:eu-central-1:123456789012:table/orders', 'arn:aws:s3:::b/2026/*'],
      ),
    ).toBe('Read items of DynamoDB, and read objects of S3 in table orders and bucket path b/2026/*.');
  });

  it('knows the names of the other clouds', () => {
    expect(
      policyWords('gcp', {
        allow: ['storage.objects.get', 'storage.objects.list'],
        resources: ['//storage.googleapis.com/projects/_/buckets/b'],
      }),
    ).toBe('Read and list objects of Cloud Storage in bucket b.');
    expect(
      policyWords('azure', {
        allow: ['Microsoft.Storage/storageAccounts/read'],
        resources: ['/subscriptions/s1/resourceGroups/rg'],
      }),
    ).toBe('Read storage accounts of Azure Storage in resource group rg.');
  });

  it('shows what it does not know as it was written, and hides none of it behind what it knows', () => {
    expect(aws(['s3:GetObject', 'ec2:RunInstances', 's3:GetBucket*'], ['arn:aws:ec2:*:*:instance/*'])).toBe(
      'Read objects of S3, and call ec2:RunInstances and s3:GetBucket* on arn:aws:ec2:*:*:instance/*.',
    );
    expect(aws(['constructor:toString'])).toBe('Call constructor:toString on any resource.');
    expect(policyWords('gcp', { allow: ['run.jobs.run'], resources: [] })).toBe('Call run.jobs.run on any resource.');
    expect(aws(['a:1', 'a:2', 'a:3', 'a:4', 'a:5', 'a:6'])).toBe('Call a:1, a:2, a:3, a:4 and 2 more on any resource.');
  });

  it('says plainly how wide a wide one is', () => {
    expect(aws(['*:*', 's3:GetObject'])).toBe('Do anything at all on any resource.');
    expect(aws(['S3:*'], ['*'])).toBe('Do anything with S3 on any resource.');
    expect(aws(['s3:getobject', 's3:List*'], ['arn:aws:s3:::*'])).toBe(
      'Read objects and list anything of S3 in any bucket.',
    );
  });

  it('lets no invisible character of a resource pass for something else', () => {
    expect(aws(['s3:GetObject'], ['arn:aws:s3:::b\u202e'])).toContain('<U+202E>');
  });
});

describe('a profile in words', () => {
  it('says where only if it names a resource itself', () => {
    const profile = {
      ...{ name: 'gcs', provider: 'gcp' as const, description: 'Read', bundled: true, savedBy: null, savedAt: null },
      policy: { allow: ['storage.buckets.get', 'storage.objects.get', 'storage.objects.list'], resources: [] },
    };
    expect(profileWords(profile)).toBe('Describe buckets, and read and list objects of Cloud Storage.');
    expect(profileWords({ ...profile, policy: { allow: ['storage.objects.get'], resources: ['projects/p'] } })).toBe(
      'Read objects of Cloud Storage in project p.',
    );
  });
});

describe('whom a session acts as', () => {
  it('is shortened to what tells principals apart', () => {
    expect(principalWords('arn:aws:iam::123456789012:role/service/agents')).toEqual({
      name: 'agents',
      of: '123456789012',
    });
    expect(principalWords('agents@my-project.iam.gserviceaccount.com')).toEqual({ name: 'agents', of: 'my-project' });
    expect(principalWords('0b1f2c3d-1111-2222-3333-444455556666')).toEqual({ name: '0b1f2c3d-1…', of: null });
  });
});
