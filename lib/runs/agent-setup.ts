/**
 * What an agent in the field needs to find Gatehouse's MCP endpoint, by its own documented way. Nothing is written to
 * anybody's home, and no entry holds the token: it names the variable that does, since arguments and files are read by others.
 */
import { basename, join } from 'node:path';

export const agentClients = ['claude', 'codex', 'gemini', 'opencode'] as const;
export type AgentClient = (typeof agentClients)[number];

/** How the endpoint is called in each agent's list, and what its tools' names begin with. */
const entryName = 'gatehouse';
const tokenVariable = 'GATEHOUSE_TOOL_TOKEN';

export interface AgentSetup {
  /** Before the arguments that were given. */
  args: string[];
  env: Record<string, string>;
  files: Array<{ path: string; content: string }>;
}

export function agentClientOf(command: string): AgentClient | undefined {
  const name = basename(command);
  return agentClients.find((client) => client === name);
}

/** Nothing for a program that is no agent known here. `dir` is a folder of the run's own, `given` what its starter set. */
export function agentSetup(
  command: string,
  { mcpUrl, dir, given }: { mcpUrl: string; dir: string; given: Record<string, string> },
): AgentSetup | undefined {
  const client = agentClientOf(command);
  switch (client) {
    case undefined:
      return undefined;
    case 'claude':
      // One word: written as two, the option takes the words after it for further files.
      return { args: [`--mcp-config=${JSON.stringify(claudeConfig(mcpUrl))}`], env: {}, files: [] };
    case 'codex':
      return { args: codexSettings(mcpUrl).flatMap((setting) => ['-c', setting]), env: {}, files: [] };
    case 'gemini': {
      // The defaults have the lowest rank: the settings of the machine's admin and of the user stay above them.
      if (given.GEMINI_CLI_SYSTEM_DEFAULTS_PATH !== undefined) return undefined;
      const path = join(dir, 'gemini-defaults.json');
      return {
        args: [],
        env: { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: path },
        files: [{ path, content: JSON.stringify(geminiConfig(mcpUrl)) }],
      };
    }
    case 'opencode':
      if (given.OPENCODE_CONFIG_CONTENT !== undefined) return undefined;
      return { args: [], env: { OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeConfig(mcpUrl)) }, files: [] };
    default:
      return client satisfies never;
  }
}

/** The entry as a person would write it into the client's own configuration. */
export function agentEntry(client: AgentClient, mcpUrl: string): string {
  switch (client) {
    case 'claude':
      return JSON.stringify(claudeConfig(mcpUrl), null, 2);
    case 'codex':
      return [
        `[mcp_servers.${entryName}]`,
        `url = ${JSON.stringify(mcpUrl)}`,
        `bearer_token_env_var = "${tokenVariable}"`,
      ].join('\n');
    case 'gemini':
      return JSON.stringify(geminiConfig(mcpUrl), null, 2);
    case 'opencode':
      return JSON.stringify(opencodeConfig(mcpUrl), null, 2);
    default:
      return client satisfies never;
  }
}

/** What most other clients read: `${VARIABLE}` is their way to name a variable. */
export function claudeConfig(mcpUrl: string) {
  const headers = { Authorization: `Bearer \${${tokenVariable}}` };
  return { mcpServers: { [entryName]: { type: 'http', url: mcpUrl, headers } } };
}

function codexSettings(mcpUrl: string): string[] {
  // A JSON string is a TOML string too.
  return [
    `mcp_servers.${entryName}.url=${JSON.stringify(mcpUrl)}`,
    `mcp_servers.${entryName}.bearer_token_env_var="${tokenVariable}"`,
  ];
}

function geminiConfig(mcpUrl: string) {
  return {
    mcpServers: { [entryName]: { httpUrl: mcpUrl, headers: { Authorization: `Bearer \${${tokenVariable}}` } } },
  };
}

function opencodeConfig(mcpUrl: string) {
  const headers = { Authorization: `Bearer {env:${tokenVariable}}` };
  // Its own sign-in would answer a refused token with a browser window.
  return { mcp: { [entryName]: { type: 'remote', url: mcpUrl, enabled: true, oauth: false, headers } } };
}
