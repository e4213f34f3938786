import type { Command } from 'commander';
import { type ToolToken, tokenStatuses } from '@/lib/contracts/tokens';
import { collectPages } from '../api';
import type { CliContext } from '../context';
import { ago, formatDuration } from '../duration';
import type { Column } from '../table';
import { apiOf, type JsonOption, parseLimit, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  run?: string;
  status?: string;
  limit: number;
}

export function addTokensCommands(program: Command, context: CliContext): void {
  const tokens = program.command('tokens').description('list tool tokens');
  const list = tokens
    .command('ls')
    .description('list tool tokens, newest first; never the secrets')
    .option('--run <id>', 'of this run')
    .option('--status <status>', tokenStatuses.join(', '))
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listTokens(options, context));
}

async function listTokens({ run, status, limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const page = await collectPages(limit, (position) =>
    api.call('tokens.list', { query: { runId: run, status, ...position } }),
  );
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No tokens.', json });
}

function columnsAt(nowMs: number): readonly Column<ToolToken>[] {
  return [
    { title: 'TOKEN', value: ({ id }) => id },
    { title: 'RUN', value: ({ runId }) => runId },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'ISSUED', value: ({ issuedAt }) => ago(issuedAt, nowMs), align: 'right' },
    {
      title: 'LAST USED',
      value: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : ago(lastUsedAt, nowMs)),
      align: 'right',
    },
    {
      title: 'LEFT',
      value: ({ status, expiresAt }) => (status === 'active' ? formatDuration(Date.parse(expiresAt) - nowMs) : ''),
      align: 'right',
    },
    { title: 'ENDED BY', value: ({ revocationReason }) => revocationReason ?? '' },
    { title: 'OPERATIONS', value: ({ allowedOperations }) => allowedOperations.join(' '), flexible: true },
  ];
}
