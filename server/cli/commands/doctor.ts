import type { Command } from 'commander';
import { type CliContext, printLine } from '../context';
import { type CheckResult, problem } from '../doctor/check';
import { checkAddress, checkDataDir, checkNode } from '../doctor/local-checks';
import { checkKey, checkServer } from '../doctor/server-checks';
import { checkTerminal } from '../doctor/terminal-check';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import { readSettings, type Settings } from '../settings';
import { plain } from '../text';
import { type JsonOption, printJson, withJson } from './shared';

interface DoctorOptions extends JsonOption {
  run: boolean;
}

export function addDoctorCommand(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description('check the server, the key, the clock and a real terminal, and say what to mend')
    .option('--no-run', 'do not start the one-line run that tries a terminal');
  withJson(command).action((options: DoctorOptions) => doctor(options, context));
}

async function doctor({ json, run }: DoctorOptions, context: CliContext): Promise<void> {
  const checks = await examine(context, run);
  const sound = checks.every(({ status }) => status !== 'problem');
  if (json) printJson(context, { ok: sound, checks });
  else for (const check of checks) printLine(context.stdout, describe(check));
  if (!sound) context.setExitCode(exitCodes.problem);
}

async function examine(context: CliContext, withRun: boolean): Promise<CheckResult[]> {
  const checks = [checkNode(process.versions.node)];
  let settings: Settings;
  try {
    settings = readSettings(context);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return [...checks, problem('Configuration', error.message, 'Mend it and run the doctor again.')];
  }
  checks.push(checkAddress(settings), checkDataDir(context, settings));
  const server = await checkServer(settings, context.clock);
  checks.push(...server);
  if (server.some(({ name, status }) => name === 'Server' && status === 'problem')) return checks;
  const key = await checkKey(settings);
  checks.push(key.result);
  const mayRun = key.api && ['runs:read', 'runs:write'].every((scope) => key.scopes.includes(scope));
  if (withRun && mayRun && key.api) checks.push(await checkTerminal(key.api, context.userName));
  return checks;
}

function describe({ name, status, found, fix }: CheckResult): string {
  const line = `${status.padEnd(8)} ${name}: ${plain(found)}`;
  return fix === undefined ? line : `${line}\n         ${plain(fix)}`;
}
