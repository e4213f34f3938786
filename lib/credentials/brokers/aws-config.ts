/** Which of AWS's own variables make this server somebody at AWS. Nothing here asks the network: a start must not wait for it. */
import type { BrokerDeps } from './asking';

type Env = BrokerDeps['env'];

/** Any one of these is enough for the SDK to find credentials by itself. */
const elsewhere = [
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  // Whoever names the role and gives no key means the role of the machine.
  'GATEHOUSE_AWS_ROLE_ARN',
] as const;

export function missingAws(env: Env): string | null {
  if (env.AWS_ACCESS_KEY_ID && !env.AWS_SECRET_ACCESS_KEY)
    return 'AWS_ACCESS_KEY_ID is set: set AWS_SECRET_ACCESS_KEY too.';
  if (env.AWS_SECRET_ACCESS_KEY && !env.AWS_ACCESS_KEY_ID)
    return 'AWS_SECRET_ACCESS_KEY is set: set AWS_ACCESS_KEY_ID too.';
  if (env.AWS_ACCESS_KEY_ID || elsewhere.some((name) => env[name])) return null;
  return (
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN. ' +
    'On a machine that has a role of its own, GATEHOUSE_AWS_ROLE_ARN alone is enough.'
  );
}

/** A pair given outright. Undefined where the SDK is to look for itself. */
export function ownAwsCredentials(env: Env) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
