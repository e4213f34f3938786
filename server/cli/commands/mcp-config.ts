import { type Command, Option } from 'commander';
import { type AgentClient, agentClients, agentEntry } from '@/lib/runs/agent-setup';
import { type CliContext, printLine } from '../context';
import { readSettings } from '../settings';

interface McpConfigOptions {
  client: AgentClient | 'other';
}

export function addMcpConfigCommand(program: Command, context: CliContext): void {
  program
    .command('mcp-config')
    .description(
      'print the entry that gives an MCP client the tools of a run; it names GATEHOUSE_TOOL_TOKEN, never the token',
    )
    .addOption(new Option('--client <client>', 'whose form').choices([...agentClients, 'other']).default('other'))
    .action(({ client }: McpConfigOptions) => {
      const mcpUrl = `${readSettings(context).url}/mcp`;
      printLine(context.stdout, agentEntry(client === 'other' ? 'claude' : client, mcpUrl));
    });
}
