import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '@/lib/credentials/policy';
import { toIamPolicy } from '@/lib/credentials/policy/iam';
import { toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

const notAfterMs = Date.parse('2026-11-22T12:15:00.999Z');

describe('the inline policy of a session', () => {
  it('allows what was asked on what was asked, and nothing after the end of the session', () => {
    const policy = parsePolicy('aws', { allow: 's3:GetObject', resources: ['arn:aws:s3:::b/*'] });
    expect(JSON.parse(toIamPolicy(policy, { notAfterMs }))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: ['arn:aws:s3:::b/*'],
          Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-22T12:15:00Z' } },
        },
      ],
    });
  });

  it('names every resource where none was named, and every service as IAM does', () => {
    const policy = parsePolicy('aws', { allow: '*:*', resources: [] });
    expect(JSON.parse(toIamPolicy(policy))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['*'], Resource: '*' }],
    });
  });

  it('denies taking the tag of the session away, or changing it', () => {
    const policy = parsePolicy('aws', { allow: 'ec2:*', resources: [] });
    const { Statement } = JSON.parse(toIamPolicy(policy, { sessionTag: 'the-id' }));
    expect(Statement[1]).toEqual({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: {
        'ForAnyValue:StringEquals': { 'aws:TagKeys': 'gatehouse-session' },
        StringNotEquals: { 'aws:RequestTag/gatehouse-session': 'the-id' },
      },
    });
  });

  it('is whole or refused with its size, never cut', () => {
    const items = fc.array(fc.stringMatching(/^s3:[A-Za-z]{1,40}$/), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(items, (allow) => {
        const policy = parsePolicy('aws', { allow: allow.join(','), resources: [] });
        const whole = { Effect: 'Allow', Action: policy.allow, Resource: '*' };
        const size = JSON.stringify({ Version: '2012-10-17', Statement: [whole] }).length;
        try {
          const text = toIamPolicy(policy);
          expect(text).toHaveLength(size);
          expect(size).toBeLessThanOrEqual(limits.iamSessionPolicyChars);
        } catch (error) {
          const { code, details } = toAppError(error);
          expect({ code, details }).toEqual({
            code: 'POLICY_TOO_LARGE',
            details: { characters: size, maxCharacters: 2_048 },
          });
          expect(size).toBeGreaterThan(limits.iamSessionPolicyChars);
        }
      }),
    );
  });
});
