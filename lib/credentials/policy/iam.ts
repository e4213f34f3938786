/** The policy as STS takes it beside a role: what both allow is what the session can do. */
import type { CredentialPolicy } from '@/lib/contracts/credentials';
import { toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';

/** Every session of Gatehouse carries its id at AWS under this key. */
export const sessionTagKey = 'gatehouse-session';

export interface IamPolicyOptions {
  /** From then on the cloud refuses everything, though the credential itself may live on: AWS issues none for under 15 minutes. */
  notAfterMs?: number;
  /** The session's id: its tag can then neither be taken off a resource nor be given another value. */
  sessionTag?: string;
}

/** Compact JSON. @throws AppError POLICY_TOO_LARGE with the size; it is never cut. */
export function toIamPolicy({ allow, resources }: CredentialPolicy, options: IamPolicyOptions = {}): string {
  const { notAfterMs, sessionTag } = options;
  const allowed = {
    Effect: 'Allow',
    // IAM writes the star of all services without a colon.
    Action: allow.map((action) => (action === '*:*' ? '*' : action)),
    Resource: resources.length === 0 ? '*' : resources,
    ...(notAfterMs === undefined
      ? {}
      : { Condition: { DateLessThan: { 'aws:CurrentTime': wholeSeconds(notAfterMs) } } }),
  };
  const denied = sessionTag === undefined ? [] : [denyRetagging(sessionTag)];
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [allowed, ...denied] });
  if (text.length > limits.iamSessionPolicyChars)
    throw new AppError('POLICY_TOO_LARGE', {
      message: `The policy is ${text.length} characters as AWS takes it, and AWS takes ${limits.iamSessionPolicyChars}. Allow fewer actions, or use wildcards.`,
      details: { characters: text.length, maxCharacters: limits.iamSessionPolicyChars },
    });
  return text;
}

/** A call that takes a tag away names its key and gives no value, which "not equal" covers too. */
function denyRetagging(id: string) {
  return {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: {
      'ForAnyValue:StringEquals': { 'aws:TagKeys': sessionTagKey },
      StringNotEquals: { [`aws:RequestTag/${sessionTagKey}`]: id },
    },
  };
}

function wholeSeconds(ms: number): string {
  return `${toIso(Math.floor(ms / 1_000) * 1_000).slice(0, 19)}Z`;
}
