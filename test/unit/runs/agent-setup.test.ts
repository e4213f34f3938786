import { describe, expect, it } from 'vitest';
import { agentClients, agentEntry, agentSetup } from '@/lib/runs/agent-setup';
import { covers } from '@/test/requirements';

const mcpUrl = 'http://127.0.0.1:3000/mcp';
const setup = (command: string, given: Record<string, string> = {}) =>
  agentSetup(command, { mcpUrl, dir: '/data/agents/run_1', given });

describe('an agent in the field', () => {
  covers('agents.entry');

  it('claude gets its entry as one argument, which names the variable of the token', () => {
    const { args = [], env, files } = setup('/usr/local/bin/claude') ?? {};
    expect(args).toHaveLength(1);
    expect(JSON.parse(args[0]?.replace(/^--mcp-config=/, '') ?? '')).toEqual({
      mcpServers: {
        gatehouse: { type: 'http', url: mcpUrl, headers: { Authorization: 'Bearer $' + '{GATEHOUSE_TOOL_TOKEN}' } },
      },
    });
    expect([env, files]).toEqual([{}, []]);
  });

  it('codex gets it as two settings of its command line', () => {
    expect(setup('codex')).toEqual({
      args: [
        '-c',
        'mcp_servers.gatehouse.url="http://127.0.0.1:3000/mcp"',
        '-c',
        'mcp_servers.gatehouse.bearer_token_env_var="GATEHOUSE_TOOL_TOKEN"',
      ],
      env: {},
      files: [],
    });
  });

  it("gemini gets it as defaults in the run's own folder, below every setting of an admin or a user", () => {
    const { args, env, files } = setup('gemini') ?? {};
    const path = '/data/agents/run_1/gemini-defaults.json';
    expect([args, env]).toEqual([[], { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: path }]);
    expect(files?.map((file) => file.path)).toEqual([path]);
    expect(JSON.parse(files?.[0]?.content ?? '')).toMatchObject({ mcpServers: { gatehouse: { httpUrl: mcpUrl } } });
  });

  it('opencode gets it in its variable', () => {
    const { args, env, files } = setup('opencode') ?? {};
    expect([args, files]).toEqual([[], []]);
    expect(JSON.parse(env?.OPENCODE_CONFIG_CONTENT ?? '')).toMatchObject({
      mcp: {
        gatehouse: { type: 'remote', url: mcpUrl, headers: { Authorization: 'Bearer {env:GATEHOUSE_TOOL_TOKEN}' } },
      },
    });
  });

  it('keeps what whoever started the run has set for it', () => {
    expect(setup('opencode', { OPENCODE_CONFIG_CONTENT: '{}' })).toBeUndefined();
    expect(setup('gemini', { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: '/etc/mine.json' })).toBeUndefined();
  });

  it('is told by the name of its program alone; any other program starts as it was asked for', () => {
    for (const command of ['bash', 'claude-code', './claude.sh', '/opt/claude/bin/run', 'Codex', '']) {
      expect(setup(command)).toBeUndefined();
    }
  });

  it('can be given its entry by hand, each in its own form', () => {
    for (const client of agentClients) {
      const entry = agentEntry(client, mcpUrl);
      expect(entry).toContain(mcpUrl);
      expect(entry).toContain('GATEHOUSE_TOOL_TOKEN');
    }
    expect(agentEntry('codex', mcpUrl)).toBe(
      '[mcp_servers.gatehouse]\nurl = "http://127.0.0.1:3000/mcp"\nbearer_token_env_var = "GATEHOUSE_TOOL_TOKEN"',
    );
  });
});
