/**
 * What a spawned run finds in its environment: an allow-list of the server's own variables, what the caller gave, and its own
 * Gatehouse address and credentials. No secret of the server can pass, since nothing passes that is not named here.
 */
import { AppError } from '@/lib/platform/errors';
import { inheritedEnvironment } from '@/lib/platform/inherited-environment';

export interface RunCredentials {
  url: string;
  runId: string;
  projectId: string;
  toolToken: string;
  internal: string;
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

/** The variables a command is looked up with, before the run has credentials. */
export function baseEnvironment(serverEnv: NodeJS.ProcessEnv, given: Record<string, string>): Record<string, string> {
  return { ...inheritedEnvironment(serverEnv), TERM: 'xterm-256color', COLORTERM: 'truecolor', ...given };
}

export function runEnvironment(
  base: Record<string, string>,
  { url, runId, projectId, toolToken, internal }: RunCredentials,
): Record<string, string> {
  const socketUrl = url.replace(/^http/, 'ws');
  return {
    ...base,
    GATEHOUSE_URL: url,
    GATEHOUSE_RUN_ID: runId,
    GATEHOUSE_PROJECT_ID: projectId,
    GATEHOUSE_TOOL_TOKEN: toolToken,
    GATEHOUSE_MCP_URL: `${url}/mcp`,
    GATEHOUSE_WS_URL: `${socketUrl}/api/ws?internal=${internal}`,
    GATEHOUSE_PUB_URL: `${socketUrl}/api/pub?internal=${internal}&channel=${runId}`,
  };
}
