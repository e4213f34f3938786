import type { Command } from 'commander';
import type { Connector } from '@/lib/contracts/connectors';
import { collectPages } from '../api';
import type { CliContext } from '../context';
import type { Column } from '../table';
import { apiOf, type JsonOption, parseLimit, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  limit: number;
}

export function addConnectorsCommands(program: Command, context: CliContext): void {
  const connectors = program.command('connectors').description('list connectors');
  const list = connectors
    .command('ls')
    .description('list connectors with their state and their tools; never their secrets')
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action(async ({ limit, json }: ListOptions) => {
    const api = apiOf(context);
    const page = await collectPages(limit, (position) => api.call('connectors.list', { query: position }));
    printPage(context, page, { columns, empty: 'No connectors.', json });
  });
}

const columns: readonly Column<Connector>[] = [
  { title: 'CONNECTOR', value: ({ id }) => id },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'TRANSPORT', value: ({ transport }) => transport.kind },
  { title: 'TOOLS', value: ({ tools }) => String(tools.length), align: 'right' },
  { title: 'CALLS', value: ({ health }) => String(health.calls), align: 'right' },
  { title: 'FAILED', value: ({ health }) => String(health.failed), align: 'right' },
  { title: 'NAME', value: ({ name }) => name, flexible: true },
  { title: 'PROBLEM', value: ({ error }) => error ?? '', flexible: true },
];
