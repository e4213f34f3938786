import type { Command } from 'commander';
import { type CreatedRun, type CreateRunBody, createRunBody } from '@/lib/contracts/runs';
import type { Api } from '../api';
import { type CliContext, printLine } from '../context';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import { attachToRun } from '../terminal/attach';
import { plain } from '../text';
import { addCloudOptions, type CloudOptions, credentialsOf } from './run-credentials';
import { apiOf, collect, parseTtl, parseUsd, printJson, withJson } from './shared';

export interface RunOptions extends CloudOptions {
  title?: string;
  project: string;
  user?: string;
  ttl?: number;
  budget?: number;
  cwd?: string;
  env?: string[];
  tag?: string[];
  plugin?: string;
  connector?: string[];
  detach?: true;
  json?: true;
}

export function addRunCommand(program: Command, context: CliContext): void {
  const command = program
    .command('run')
    .summary('start a command as a run and join its terminal')
    .description(
      'Start a command as a run and join its terminal. Exits as the command does.\nLeave a run that goes on with: Enter ~ .',
    )
    .argument('[command...]', 'the program and its arguments, after --; a plugin may have one of its own')
    .passThroughOptions()
    .option('--title <text>', 'how lists name the run (default: the command)')
    .option('--project <id>', 'project the run belongs to', context.env.GATEHOUSE_PROJECT || 'default')
    .option('--user <id>', 'whom the run acts for (default: your user name)')
    .option('--ttl <duration>', 'end the run after this, 1m to 24h (default: 1h)', parseTtl)
    .option('--budget <usd>', 'end the run when it has spent this', parseUsd)
    .option('--cwd <dir>', "working directory on the server's machine (default: this one)")
    .option('--env <NAME[=VALUE]>', 'set a variable, or pass yours on; repeatable', collect)
    .option('--tag <NAME=VALUE>', 'tag the run; repeatable', collect)
    .option('--plugin <id>', 'run under this plugin: bounded by what it was granted')
    .option('--connector <id>', 'call this connector at most; repeatable (default: all it may)', collect)
    .option('--detach', 'start it, print its id and do not join');
  withJson(addCloudOptions(command)).action((words: string[], options: RunOptions) => {
    if (words.length === 0 && options.plugin === undefined)
      command.error('error: name a program after --, or a plugin that has one of its own');
    return startRun(words, options, context);
  });
}

async function startRun(words: string[], options: RunOptions, context: CliContext): Promise<void> {
  const body = createBody(words, options, context);
  const api = apiOf(context);
  const { run, notices = [] } = await createRun(api, body, options).catch((error: unknown) => {
    throw asRunFailure(error);
  });
  for (const notice of notices) printLine(context.stderr, `gatehouse: ${plain(notice)}`);
  if (options.detach) return options.json ? printJson(context, run) : printLine(context.stdout, run.id);
  if (context.stdin.isTTY && context.stdout.isTTY && !options.json) {
    printLine(context.stderr, `gatehouse: ${run.id}. Leave it running with Enter ~ .`);
  }
  await joinRun(context, run.id, { clearFirst: false, readOnly: false, json: options.json });
}

async function createRun(api: Api, body: CreateRunBody, options: RunOptions): Promise<CreatedRun> {
  const credentials = await credentialsOf(options, body, api);
  return api.call('runs.create', { body: credentials.length === 0 ? body : { ...body, credentials } });
}

export interface JoinOptions {
  clearFirst: boolean;
  readOnly: boolean;
  /** Wait for the end without showing output, then print the run. */
  json?: true | undefined;
}

/** Joins the terminal and exits as the run ends. */
export async function joinRun(
  context: CliContext,
  runId: string,
  { clearFirst, readOnly, json }: JoinOptions,
): Promise<void> {
  const api = apiOf(context);
  const attached = attachToRun({ api, context, runId, readOnly, showOutput: !json, clearFirst });
  const outcome = await attached.catch((error: unknown) => {
    throw asRunFailure(error);
  });
  if (json) printJson(context, await api.call('runs.get', { params: { id: runId } }));
  if (outcome.message !== null) printLine(context.stderr, `gatehouse: ${plain(outcome.message)}`);
  context.setExitCode(outcome.exitCode);
}

/** The command's own exit codes start at 1, so ours must not look like one of them. */
export function asRunFailure(error: unknown): unknown {
  if (!(error instanceof CliFailure)) return error;
  const { message, code, details, requestId, status } = error;
  if (error.exitCode === exitCodes.usage) return error;
  const exitCode = code === 'COMMAND_NOT_FOUND' ? exitCodes.commandNotFound : exitCodes.runFailed;
  return new CliFailure(message, { exitCode, code, details, requestId, status });
}

export function createBody(
  words: string[],
  options: RunOptions,
  { env, cwd, userName, stdout }: CliContext,
): CreateRunBody {
  const { title, project, user, ttl, budget, tag = [], plugin, connector } = options;
  const tags = Object.fromEntries(tag.map((text) => splitPair(text, 'tag')));
  const parsed = createRunBody.safeParse({
    kind: 'pty',
    title: title ?? defaultTitle(words.length === 0 ? [plugin ?? 'run'] : words),
    projectId: project,
    ...(words.length === 0 ? {} : { command: words }),
    ...(plugin === undefined ? {} : { pluginId: plugin }),
    ...(connector === undefined ? {} : { connectors: connector }),
    cwd: options.cwd ?? cwd,
    env: environmentOf(options.env ?? [], env),
    principal: { userId: user ?? userName },
    awaitViewer: options.detach ? undefined : true,
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    ...(budget === undefined ? {} : { budgetUsd: budget }),
    ...(tag.length === 0 ? {} : { tags }),
    ...(stdout.isTTY ? { cols: stdout.columns || undefined, rows: stdout.rows || undefined } : {}),
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw usage(problems.join('; '));
}

function defaultTitle(words: string[]): string {
  return plain(words.join(' ')).trim().slice(0, 200) || 'run';
}

function environmentOf(given: string[], own: CliContext['env']): Record<string, string> {
  return Object.fromEntries(
    given.map((text): [string, string] => {
      if (text.includes('=')) return splitPair(text, 'env');
      const value = own[text];
      if (value === undefined) throw usage(`--env ${text}: that variable is not set here.`);
      return [text, value];
    }),
  );
}

function splitPair(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`--${option} ${text}: write NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function usage(message: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.usage, code: 'USAGE' });
}
