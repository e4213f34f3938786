import { type Command, Option } from 'commander';
import { type Approval, type ApprovalChoice, approvalStatuses } from '@/lib/contracts/approvals';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { ago, formatDuration } from '../duration';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import { type Column, renderFields } from '../table';
import { plain, safeJson } from '../text';
import { apiOf, type JsonOption, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  run?: string;
  status?: string;
  limit: number;
}
interface ApproveOptions extends JsonOption {
  run?: true;
  destructive?: true;
  reason?: string;
}
interface DenyOptions extends JsonOption {
  reason: string;
}

export function addApprovalsCommands(program: Command, context: CliContext): void {
  const approvals = program.command('approvals').description('list and show calls that wait for approval');
  const list = approvals
    .command('ls')
    .description('list approvals, newest first; the pending ones unless --status says otherwise')
    .addOption(new Option('--status <status>', [...approvalStatuses, 'all'].join(', ')).default('pending'))
    .option('--run <id>', 'of this run')
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listApprovals(options, context));
  const show = approvals
    .command('show')
    .description('show one approval with the exact arguments of its call')
    .argument('<approval>', 'id of the approval');
  withJson(show).action((id: string, options: JsonOption) => showApproval(id, options, context));

  const approve = program
    .command('approve')
    .description('let a call through that waits for approval')
    .argument('<approval>', 'id of the approval')
    .option('--run', 'and every later call of the same tool by this run, with any arguments')
    .option('--destructive', 'needed where the tool is destructive')
    .option('--reason <text>', 'why; kept on the record');
  withJson(approve).action((id: string, options: ApproveOptions) => approveCall(id, options, context));
  const deny = program
    .command('deny')
    .description('refuse a call that waits for approval')
    .argument('<approval>', 'id of the approval')
    .requiredOption('--reason <text>', 'why; the agent is told, and it is kept on the record');
  withJson(deny).action((id: string, options: DenyOptions) => decide(id, { choice: 'deny', ...options }, context));
}

async function listApprovals({ run, status, limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const query = { runId: run, status: status === 'all' ? undefined : status };
  const page = await collectPages(limit, (position) =>
    api.call('approvals.list', { query: { ...query, ...position } }),
  );
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No approvals.', json });
}

function columnsAt(nowMs: number): readonly Column<Approval>[] {
  return [
    { title: 'APPROVAL', value: ({ id }) => id },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'CONNECTOR', value: ({ connectorId }) => connectorId, flexible: true },
    { title: 'TOOL', value: ({ toolName }) => toolName, flexible: true },
    { title: 'CLASS', value: ({ safety }) => safety },
    { title: 'RUN', value: ({ runTitle }) => runTitle, flexible: true },
    { title: 'FOR', value: ({ principal }) => principal.userId, flexible: true },
    { title: 'ASKED', value: ({ requestedAt }) => ago(requestedAt, nowMs), align: 'right' },
    { title: 'LEFT', value: (approval) => timeLeft(approval, nowMs), align: 'right' },
    { title: 'BY', value: ({ decidedBy }) => decidedBy ?? '' },
  ];
}

function timeLeft({ status, expiresAt }: Approval, nowMs: number): string {
  return status === 'pending' ? formatDuration(Date.parse(expiresAt) - nowMs) : '';
}

async function showApproval(id: string, { json }: JsonOption, context: CliContext): Promise<void> {
  const approval = await apiOf(context).call('approvals.get', { params: { id } });
  if (json) return printJson(context, approval);
  const { principal, plugin } = approval;
  const fields: Array<readonly [string, string | null]> = [
    ['Approval', approval.id],
    ['Status', approval.status],
    ['Left', timeLeft(approval, context.clock.now()) || null],
    ['Decided', approval.decidedAt && `${approval.decidedAt} by ${approval.decidedBy ?? 'nobody'}`],
    ['Reason', approval.reason],
    ['Tool', `${approval.toolName} of ${approval.connectorId}, ${approval.safety}`],
    ['Why', approval.why],
    ['Run', `${approval.runTitle} (${approval.runId})`],
    ['For', `${principal.userId} on ${principal.platform}`],
    ['Plugin', plugin && `${plugin.id} ${plugin.version}, ${plugin.tier}`],
    ['SHA-256', approval.argumentsSha256],
  ];
  printLine(context.stdout, renderFields(fields.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))));
  printLine(
    context.stdout,
    approval.arguments === null ? 'The arguments are not shown to this key.' : safeJson(approval.arguments),
  );
}

async function approveCall(id: string, options: ApproveOptions, context: CliContext): Promise<void> {
  const { safety } = await apiOf(context).call('approvals.get', { params: { id } });
  if (safety === 'destructive' && !options.destructive) {
    throw new CliFailure(
      `This tool is destructive. Look at what it will do (gatehouse approvals show ${plain(id)}), then approve with --destructive.`,
      { exitCode: exitCodes.usage, code: 'USAGE' },
    );
  }
  await decide(id, { choice: options.run ? 'run' : 'once', reason: options.reason, json: options.json }, context);
}

async function decide(
  id: string,
  { choice, reason, json }: JsonOption & { choice: ApprovalChoice; reason?: string | undefined },
  context: CliContext,
): Promise<void> {
  const body = { choice, ...(reason === undefined ? {} : { reason }) };
  const approval = await apiOf(context).call('approvals.decide', { params: { id }, body });
  if (json) return printJson(context, approval);
  const reach = approval.choice === 'run' ? ' for the rest of the run' : '';
  printLine(
    context.stdout,
    plain(`${approval.id} ${approval.status}${reach}: ${approval.toolName} of ${approval.connectorId}`),
  );
}
