/**
 * What a spawned run finds in its environment: an allow-list of the server's own variables, what the caller gave, and its own
 * Gatehouse address and credentials. No secret of the server can pass, since nothing passes that is not named here.
 */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import { AppError } from '@/lib/platform/errors';
import { inheritedEnvironment } from '@/lib/platform/inherited-environment';

export interface RunAccess {
  url: string;
  runId: string;
  projectId: string;
  toolToken: string;
  internal: string;
  /** Where its clouds' libraries ask for credentials. */
  cloudEnv: Record<string, string>;
}

const name = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws AppError BAD_REQUEST naming the variable. */
export function checkGivenEnvironment(given: Record<string, string>): void {
  for (const [key, value] of Object.entries(given)) {
    if (!name.test(key))
      throw new AppError('BAD_REQUEST', { message: `env: "${key.slice(0, 64)}" is not a variable name.` });
    if (key.startsWith('GATEHOUSE_'))
      throw new AppError('BAD_REQUEST', {
        message: `env.${key}: names that start with GATEHOUSE_ are set by Gatehouse.`,
      });
    if (value.includes('\0'))
      throw new AppError('BAD_REQUEST', { message: `env.${key}: must not hold a NUL character.` });
  }
}

/** What a cloud's library would take instead of what the run is given: then neither would be what anybody meant. */
const ownKeys: Record<CredentialProvider, readonly string[]> = {
  aws: [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_CONFIG_FILE',
  ],
  gcp: ['GOOGLE_APPLICATION_CREDENTIALS', 'GCE_METADATA_HOST', 'GCE_METADATA_IP', 'GCE_METADATA_ROOT'],
  azure: [
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_FEDERATED_TOKEN_FILE',
    'IDENTITY_ENDPOINT',
    'IDENTITY_HEADER',
  ],
};

/** @throws AppError BAD_REQUEST naming the variable. */
export function checkCloudEnvironment(given: Record<string, string>, providers: readonly CredentialProvider[]): void {
  const found = providers.flatMap((provider) => ownKeys[provider].filter((name) => Object.hasOwn(given, name)))[0];
  if (found)
    throw new AppError('BAD_REQUEST', {
      message: `env.${found}: the cloud's own libraries would use this in place of the credentials of the run. Give one of the two.`,
    });
}

/** The variables a command is looked up with, before the run has credentials. */
export function baseEnvironment(serverEnv: NodeJS.ProcessEnv, given: Record<string, string>): Record<string, string> {
  return { ...inheritedEnvironment(serverEnv), TERM: 'xterm-256color', COLORTERM: 'truecolor', ...given };
}

export function runEnvironment(
  base: Record<string, string>,
  { url, runId, projectId, toolToken, internal, cloudEnv }: RunAccess,
): Record<string, string> {
  const socketUrl = url.replace(/^http/, 'ws');
  return {
    ...base,
    ...cloudEnv,
    GATEHOUSE_URL: url,
    GATEHOUSE_RUN_ID: runId,
    GATEHOUSE_PROJECT_ID: projectId,
    GATEHOUSE_TOOL_TOKEN: toolToken,
    GATEHOUSE_MCP_URL: `${url}/mcp`,
    GATEHOUSE_WS_URL: `${socketUrl}/api/ws?internal=${internal}`,
    GATEHOUSE_PUB_URL: `${socketUrl}/api/pub?internal=${internal}&channel=${runId}`,
  };
}
