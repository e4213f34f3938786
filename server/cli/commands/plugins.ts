import type { Command } from 'commander';
import type { Plugin, TrustBody } from '@/lib/contracts/plugins';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import type { Column } from '../table';
import { plain } from '../text';
import { apiOf, type JsonOption, parseExpiry, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  limit: number;
}
interface TrustOptions extends JsonOption {
  reason?: string;
  expires?: number;
}

export function addPluginsCommands(program: Command, context: CliContext): void {
  const plugins = program.command('plugins').description('list plugins');
  const list = plugins
    .command('ls')
    .description('list plugins with their tier and what they may do')
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listPlugins(options, context));

  const plugin = program.command('plugin').description('grant and revoke capabilities of a plugin');
  const grant = plugin
    .command('grant')
    .description('grant capabilities to a plugin; its live runs have them on their next call')
    .argument('<plugin>', 'id of the plugin')
    .argument('<capability...>', 'such as connector:files, network or fs:read')
    .option('--reason <text>', 'why; kept on the record')
    .option('--expires <duration>', 'take them back after this, 1m to 365d', parseExpiry);
  withJson(grant).action((id: string, capabilities: string[], options: TrustOptions) =>
    trust(id, { capabilities, action: 'grant' }, options, context),
  );
  const revoke = plugin
    .command('revoke')
    .description('revoke capabilities of a plugin; its live runs lose them on their next call')
    .argument('<plugin>', 'id of the plugin')
    .argument('<capability...>', 'as they were granted')
    .option('--reason <text>', 'why; kept on the record');
  withJson(revoke).action((id: string, capabilities: string[], options: TrustOptions) =>
    trust(id, { capabilities, action: 'revoke' }, options, context),
  );
}

async function listPlugins({ limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const page = await collectPages(limit, (position) => api.call('plugins.list', { query: position }));
  printPage(context, page, { columns, empty: 'No plugins.', json });
}

const columns: readonly Column<Plugin>[] = [
  { title: 'PLUGIN', value: ({ id }) => id },
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'TIER', value: ({ tier }) => tier },
  { title: 'LIVE RUNS', value: ({ liveRuns }) => String(liveRuns), align: 'right' },
  { title: 'GRANTED', value: ({ grants }) => grants.map(({ capability }) => capability).join(' '), flexible: true },
  { title: 'DIGEST', value: ({ digest }) => digest.slice(0, 12) },
];

async function trust(
  id: string,
  body: Pick<TrustBody, 'capabilities' | 'action'>,
  { reason, expires, json }: TrustOptions,
  context: CliContext,
): Promise<void> {
  const result = await apiOf(context).call('plugins.trust', {
    params: { id },
    body: {
      ...body,
      ...(reason === undefined ? {} : { reason }),
      ...(expires === undefined ? {} : { expiresInSeconds: expires }),
    },
  });
  if (json) return printJson(context, result);
  const now = result.capabilitiesGranted.length === 0 ? 'nothing' : result.capabilitiesGranted.join(' ');
  printLine(context.stdout, plain(`${result.id}: granted now: ${now}`));
}
