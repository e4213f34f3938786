import type { Command } from 'commander';
import type { CliContext } from '../context';
import { joinRun } from './run';

export function addAttachCommand(program: Command, context: CliContext): void {
  program
    .command('attach')
    .summary('join the terminal of a run')
    .description('Join the terminal of a run. Exits as the run does.\nLeave a run that goes on with: Enter ~ .')
    .argument('<run>', 'id of the run')
    .option('--read-only', 'watch without typing')
    .action((runId: string, { readOnly = false }: { readOnly?: boolean }) =>
      joinRun(context, runId, { clearFirst: true, readOnly }),
    );
}
