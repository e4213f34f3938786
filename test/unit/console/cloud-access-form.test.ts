import { describe, expect, it } from 'vitest';
import { ApiError } from '@/components/api/api-error';
import {
  accessBody,
  accessProblem,
  asksForReason,
  checkAccess,
  emptyAccess,
  placedProblems,
  policyProblems,
} from '@/components/credentials/cloud-access-form';
import type { ProviderState } from '@/lib/contracts/credentials';

const role = 'arn:aws:iam::123456789012:role/agents';
const states: ProviderState[] = [
  { provider: 'aws', configured: true, missing: null, defaultPrincipalId: role, hardRevoke: true },
  { provider: 'gcp', configured: false, missing: 'Set it.', defaultPrincipalId: null, hardRevoke: false },
];
const refusal = (code: string, message: string, details?: Record<string, unknown>) =>
  new ApiError({ code, message, status: 400, ...(details && { details }) });

describe('the form of cloud access', () => {
  it('asks for the cloud that can be asked, as whom the server acts by default', () => {
    const values = { ...emptyAccess, allow: ' s3:GetObject ', resources: 'arn:aws:s3:::b/*\n\n  arn:aws:s3:::c  ' };
    expect(checkAccess(values, states)).toEqual({});
    expect(accessBody(values, states)).toEqual({
      provider: 'aws',
      principalId: role,
      ttlSeconds: 900,
      allow: 's3:GetObject',
      resources: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c'],
    });
  });

  it('names what is missing before it asks', () => {
    expect(Object.keys(checkAccess({ ...emptyAccess, provider: 'gcp', ttlMinutes: '1' }, states))).toEqual([
      ...['provider', 'principalId', 'allow'],
    ]);
    expect(checkAccess({ ...emptyAccess, profile: 's3-readonly', ttlMinutes: '14' }, states)).toEqual({
      ttlMinutes: 'Between 15 and 720 whole minutes.',
    });
  });

  it('says each problem beside the field it was typed in, and knows of those it finds in none', () => {
    const problems = ['s3:', 'what', 'cut…'].map((item) => ({ item, problem: 'cannot be read' }));
    const typed = { allow: 's3:GetObject, s3:', resources: 'arn:aws:s3:::b/*\nwhat' };
    const items = (found: { item: string }[]) => found.map(({ item }) => item);
    const { ofAllow, ofResources, elsewhere } = placedProblems(problems, typed);
    expect([items(ofAllow), items(ofResources), items(elsewhere)]).toEqual([['s3:'], ['what'], ['cut…']]);
  });

  it('reads every problem the server found, and takes nothing else for one', () => {
    const problems = [{ item: 's3', problem: 'is not service:Action' }];
    const found = [...problems, { item: 3 }, null];
    expect(policyProblems(refusal('INVALID_POLICY', 'x', { problems: found }))).toEqual(problems);
    expect(policyProblems(refusal('BAD_REQUEST', 'x', { problems }))).toEqual([]);
    expect(accessProblem(refusal('BAD_REQUEST', 'principalId: must be the ARN of a role.'), 'principalId')).toBe(
      'Must be the ARN of a role.',
    );
    expect(asksForReason(refusal('BAD_REQUEST', 'reason: say why.', { wide: ['iam:*'] }))).toBe(true);
    expect(asksForReason(refusal('FORBIDDEN', 'An admin asks.', { wide: ['iam:*'] }))).toBe(false);
  });
});
