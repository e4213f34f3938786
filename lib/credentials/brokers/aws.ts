/**
 * AWS: a role is assumed with the policy of the session inline, so STS itself refuses what the session does not allow. Its name
 * and a tag carry the session's id, for CloudTrail, and so that one session can be refused without the others of its role.
 */
import type { STSClient } from '@aws-sdk/client-sts';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Broker, IssuedCredential, SessionAccess } from '../broker';
import { toIamPolicy } from '../policy/iam';
import { askCloud, type BrokerDeps, type Question } from './asking';
import { missingAws, ownAwsCredentials } from './aws-config';
import { createDenials } from './aws-deny';
import { sessionNameOf, sessionTagsOf } from './aws-session';

const roleArn = /^arn:aws(?:-[a-z-]{1,20})?:iam::\d{12}:role\/[A-Za-z0-9+=,.@_/-]{1,576}$/;

/** As long as any other: before a session exists its policy is measured with it. */
const anyId = '00000000-0000-4000-8000-000000000000';

export function createAwsBroker({ env, timeoutMs = limits.cloudAnswerMs }: BrokerDeps): Broker {
  let client: Promise<STSClient> | undefined;
  const question: Question = {
    provider: 'aws',
    secrets: [env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN],
    timeoutMs,
    describe: describeAwsError,
  };

  function inlinePolicy({ id, policy, expiresAtMs }: Pick<SessionAccess, 'id' | 'policy' | 'expiresAtMs'>): string {
    const sessionTag = env.GATEHOUSE_AWS_PROTECT_TAG === 'true' ? { sessionTag: id } : {};
    return toIamPolicy(policy, { notAfterMs: expiresAtMs, ...sessionTag });
  }

  async function createClient(): Promise<STSClient> {
    const { STSClient } = await import('@aws-sdk/client-sts');
    return new STSClient(clientConfig({ env, timeoutMs }, env.AWS_ENDPOINT_URL_STS));
  }

  return {
    provider: 'aws',
    missing: () => missingAws(env),
    defaultPrincipalId: () => env.GATEHOUSE_AWS_ROLE_ARN || null,
    check({ principalId, policy, expiresAtMs }) {
      if (!roleArn.test(principalId))
        throw new AppError('BAD_REQUEST', {
          message: 'principalId: must be the ARN of a role, as in arn:aws:iam::123456789012:role/agents.',
        });
      inlinePolicy({ id: anyId, policy, expiresAtMs });
      return { scopingEnforced: true, azureTenantId: null, azureClientId: null };
    },
    issue(access, _audience, signal) {
      return askCloud({ ...question, signal }, async (abortSignal) => {
        const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
        client ??= createClient();
        const command = new AssumeRoleCommand({
          RoleArn: access.principalId,
          RoleSessionName: sessionNameOf(access.id),
          Policy: inlinePolicy(access),
          DurationSeconds: limits.credentialLifeMs / 1_000,
          Tags: sessionTagsOf(access),
        });
        const { Credentials } = await (await client).send(command, { abortSignal });
        return issuedOf(Credentials, access);
      });
    },
    ...createDenials({ question, config: () => clientConfig({ env, timeoutMs }, env.AWS_ENDPOINT_URL_IAM) }),
  };
}

/** What both clients share. Where nothing is given the SDK looks by itself: profiles, web identity, the machine's own role. */
function clientConfig({ env, timeoutMs }: { env: BrokerDeps['env']; timeoutMs: number }, ownEndpoint?: string) {
  const endpoint = ownEndpoint || env.AWS_ENDPOINT_URL;
  const credentials = ownAwsCredentials(env);
  return {
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
  };
}

function issuedOf(
  credentials:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined,
  { expiresAtMs }: SessionAccess,
): IssuedCredential {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new Error('STS answered without credentials');
  return {
    provider: 'aws',
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    // From the end of the session on its own policy refuses everything: a library that knows that end asks again in time.
    expiresAtMs: Math.min(Expiration.getTime(), expiresAtMs),
  };
}

/** `$fault` is there once the service itself answered; its own code is beside the name that the SDK gave it. */
function describeAwsError(error: unknown) {
  if (!(error instanceof Error)) return null;
  const answered =
    '$fault' in error || error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError';
  if (!answered) return null;
  const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
  return { code, message: error.message };
}
