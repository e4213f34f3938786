import { Command } from 'commander';
import { addApprovalsCommands } from './commands/approvals';
import { addAttachCommand } from './commands/attach';
import { addAuditCommands } from './commands/audit';
import { addCompletionCommand } from './commands/completion';
import { addConfigCommands } from './commands/config';
import { addConnectorsCommands } from './commands/connectors';
import { addCredentialsCommands } from './commands/credentials';
import { addDoctorCommand } from './commands/doctor';
import { addLocksCommands } from './commands/locks';
import { addMcpConfigCommand } from './commands/mcp-config';
import { addPluginsCommands } from './commands/plugins';
import { addRelayCommands } from './commands/relay';
import { addRevokeCommand } from './commands/revoke';
import { addRunCommand } from './commands/run';
import { addRunsCommands } from './commands/runs';
import { addTokensCommands } from './commands/tokens';
import type { CliContext } from './context';

export function createProgram(context: CliContext): Command {
  const program = new Command('gatehouse')
    .description('Start, watch and revoke agent runs behind Gatehouse.')
    .enablePositionalOptions()
    .showHelpAfterError('Run with --help for what is right.')
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(`gatehouse: ${text.replace(/^error: /, '')}`),
    })
    .exitOverride();
  addRunCommand(program, context);
  addAttachCommand(program, context);
  addRunsCommands(program, context);
  addTokensCommands(program, context);
  addRevokeCommand(program, context);
  addApprovalsCommands(program, context);
  addPluginsCommands(program, context);
  addConnectorsCommands(program, context);
  addLocksCommands(program, context);
  addRelayCommands(program, context);
  addMcpConfigCommand(program, context);
  addAuditCommands(program, context);
  addCredentialsCommands(program, context);
  addDoctorCommand(program, context);
  addConfigCommands(program, context);
  addCompletionCommand(program, context);
  return program;
}
