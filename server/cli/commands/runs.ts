import type { Command } from 'commander';
import { isLiveRun, type Run, runSorts } from '@/lib/contracts/runs';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { ago, formatDuration } from '../duration';
import { type Column, renderFields } from '../table';
import { apiOf, type JsonOption, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  status?: string;
  project?: string;
  user?: string;
  kind?: string;
  q?: string;
  sort?: string;
  limit: number;
}

export function addRunsCommands(program: Command, context: CliContext): void {
  const runs = program.command('runs').description('list and show runs');
  const list = runs
    .command('ls')
    .description('list runs, newest first')
    .option('--status <list>', 'live, ended, or statuses with commas between them')
    .option('--project <id>', 'of this project')
    .option('--user <id>', 'acting for this user')
    .option('--kind <kind>', 'pty or external')
    .option('--q <text>', 'whose title or id holds this text')
    .option('--sort <order>', runSorts.join(', '))
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listRuns(options, context));
  const show = runs.command('show').description('show one run').argument('<run>', 'id of the run');
  withJson(show).action((runId: string, options: JsonOption) => showRun(runId, options, context));
}

async function listRuns(
  { status, project, user, kind, q, sort, limit, json }: ListOptions,
  context: CliContext,
): Promise<void> {
  const api = apiOf(context);
  const query = { status, projectId: project, userId: user, kind, q, sort };
  const page = await collectPages(limit, (position) => api.call('runs.list', { query: { ...query, ...position } }));
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No runs.', json });
}

function columnsAt(nowMs: number): readonly Column<Run>[] {
  return [
    { title: 'RUN', value: ({ id }) => id },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'TITLE', value: ({ title }) => title, flexible: true },
    { title: 'FOR', value: ({ principal }) => principal.userId, flexible: true },
    { title: 'PROJECT', value: ({ projectId }) => projectId, flexible: true },
    { title: 'STARTED', value: ({ startedAt }) => ago(startedAt, nowMs), align: 'right' },
    { title: 'LEFT', value: (run) => timeLeft(run, nowMs), align: 'right' },
    { title: 'TOKENS', value: ({ counts }) => String(counts.tokens), align: 'right' },
  ];
}

function timeLeft({ status, expiresAt }: Run, nowMs: number): string {
  return isLiveRun(status) ? formatDuration(Date.parse(expiresAt) - nowMs) : '';
}

async function showRun(runId: string, { json }: JsonOption, context: CliContext): Promise<void> {
  const run = await apiOf(context).call('runs.get', { params: { id: runId } });
  if (json) return printJson(context, run);
  printLine(context.stdout, renderFields(fieldsOf(run, context.clock.now())));
}

function fieldsOf(run: Run, nowMs: number): Array<readonly [string, string]> {
  const { principal, budget, counts, recording } = run;
  const fields: Array<readonly [string, string | null]> = [
    ['Run', run.id],
    ['Title', run.title],
    ['Status', isLiveRun(run.status) ? `${run.status}, ${timeLeft(run, nowMs)} left` : run.status],
    ['Ended', run.endedAt && `${run.endedAt} (${ago(run.endedAt, nowMs)})`],
    ['Reason', run.endReason],
    ['Exit', run.signal ?? (run.exitCode === null ? null : String(run.exitCode))],
    ['Kind', run.kind],
    ['Project', run.projectId],
    ['For', `${principal.userId} on ${principal.platform}`],
    ['Started', `${run.startedAt} (${ago(run.startedAt, nowMs)}) by ${run.startedBy}`],
    ['Ends', run.expiresAt],
    ['Command', run.command && JSON.stringify(run.command)],
    ['Directory', run.cwd],
    ['Process', run.pid === null ? null : String(run.pid)],
    [
      'Spent',
      budget && `$${budget.spentUsd.toFixed(2)}${budget.limitUsd === null ? '' : ` of $${budget.limitUsd.toFixed(2)}`}`,
    ],
    ['Tokens', String(counts.tokens)],
    ['Tool calls', `${counts.toolCalls}, ${counts.denied} refused`],
    [
      'Recording',
      recording &&
        `${recording.bytes} bytes${recording.truncated ? ', cut at the limit' : ''}, SHA-256 ${recording.sha256 ?? 'pending'}`,
    ],
    [
      'Tags',
      Object.entries(run.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ') || null,
    ],
  ];
  return fields.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
