import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from '../completion';
import { type CliContext, printLine } from '../context';

export function addCompletionCommand(program: Command, context: CliContext): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices([...shells]))
    .action((shell: Shell) => printLine(context.stdout, completionScript(program, shell)));
}
