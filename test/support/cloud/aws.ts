/**
 * STS, IAM and S3 on loopback, for the real SDKs and the AWS command line: signatures are verified, session policies and inline
 * denies of a role are obeyed, and only keys issued here are taken.
 */
import { systemClock } from '@/lib/platform/clock';
import { failed, refused } from './aws-errors';
import { awsBase, type IssuedKey } from './aws-keys';
import { createS3, s3ActionOf } from './aws-s3';
import { answerIam, answerSts } from './aws-sts';
import type { CloudAnswer, CloudCall, CloudFailure, CloudRequest } from './http';
import { claimedSigner, wrongSignature } from './sigv4';

export interface AwsCloud {
  answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang';
  /** Inline policies of the role, by name. */
  rolePolicies: ReadonlyMap<string, string>;
  /** Access key ids in the order they were issued. */
  issuedKeys(): string[];
}

export function createAwsCloud(calls: CloudCall[]): AwsCloud {
  const issued = new Map<string, IssuedKey>();
  const rolePolicies = new Map<string, string>();
  const answerS3 = createS3(rolePolicies);

  function answer(request: CloudRequest, failure: CloudFailure | undefined): CloudAnswer | 'hang' {
    const signer = claimedSigner(request);
    const service = signer?.service ?? 'unknown';
    const params = Object.fromEntries(service === 's3' ? request.query : request.form);
    calls.push({ service, action: service === 's3' ? s3ActionOf(request) : (params.Action ?? ''), params });
    if (failure) return failure === 'hang' ? 'hang' : failed(service, failure);
    if (!signer) return refused(service, 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    const session = issued.get(signer.accessKeyId);
    const refusal = refusalOf(request, signer.accessKeyId === awsBase.accessKeyId ? awsBase : session, service);
    if (refusal) return refusal;
    if (service === 'sts') return answerSts(params, session, issued);
    return service === 'iam' ? answerIam(params, session, rolePolicies) : answerS3(request, session);
  }

  return { answer, rolePolicies, issuedKeys: () => [...issued.keys()] };
}

/** Of a key that is unknown, that did not sign this, whose token is another, or that has ended; null for a good one. */
function refusalOf(
  request: CloudRequest,
  key: { secretAccessKey: string } | IssuedKey | undefined,
  service: string,
): CloudAnswer | null {
  const unknown = service === 's3' ? 'InvalidAccessKeyId' : 'InvalidClientTokenId';
  const invalid = 'The security token included in the request is invalid.';
  if (!key) return refused(service, 403, unknown, invalid);
  const wrong = wrongSignature(request, key.secretAccessKey);
  if (wrong)
    return refused(service, 403, wrong, 'The request signature we calculated does not match the one you provided.');
  if (!('sessionToken' in key)) return null;
  if (request.headers['x-amz-security-token'] !== key.sessionToken) return refused(service, 403, unknown, invalid);
  return key.expiresAtMs > systemClock.now()
    ? null
    : refused(service, 403, 'ExpiredToken', 'The security token included in the request is expired');
}
