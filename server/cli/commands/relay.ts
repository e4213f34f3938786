import type { Command } from 'commander';
import type { RelayInstance } from '@/lib/contracts/relay';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { ago, formatDuration } from '../duration';
import type { Column } from '../table';
import { plain } from '../text';
import { apiOf, type JsonOption, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  q?: string;
  limit: number;
}
interface RevokeOptions extends JsonOption {
  reason: string;
}

export function addRelayCommands(program: Command, context: CliContext): void {
  const relay = program.command('relay').description('list and revoke relay instances, and link people to them');
  const list = relay
    .command('ls')
    .description('list relay instances, newest first, with who is bound and what waits; never their secrets')
    .option('--q <text>', 'with this in the id of the gateway')
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listInstances(options, context));
  const link = relay
    .command('link')
    .description('print the line with which a person binds themselves to an instance, once')
    .argument('<instance>', 'id of the instance, or of its gateway');
  withJson(link).action((id: string, options: JsonOption) => linkSomebody(id, options, context));
  const revoke = relay
    .command('revoke')
    .description('end an instance for good: its bindings, its secrets, what waits, and the runs of its sessions')
    .argument('<instance>', 'id of the instance, or of its gateway')
    .requiredOption('--reason <text>', 'why; kept on the record');
  withJson(revoke).action((id: string, options: RevokeOptions) => revokeInstance(id, options, context));
}

async function listInstances({ q, limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const page = await collectPages(limit, (position) => api.call('relay.list', { query: { q, ...position } }));
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No relay instances.', json });
}

function columnsAt(nowMs: number): readonly Column<RelayInstance>[] {
  return [
    { title: 'GATEWAY', value: ({ gatewayId }) => gatewayId, flexible: true },
    { title: 'INSTANCE', value: ({ id }) => id },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'TENANT', value: ({ tenant }) => tenant },
    { title: 'BOUND', value: ({ bindings }) => String(bindings), align: 'right' },
    { title: 'WAITING', value: ({ buffer }) => String(buffer.events), align: 'right' },
    { title: 'DROPPED', value: ({ buffer }) => String(buffer.dropped), align: 'right' },
    { title: 'LAST SEEN', value: (instance) => lastSeen(instance, nowMs), align: 'right' },
    { title: 'ENDED BY', value: ({ revokeReason }) => revokeReason ?? '', flexible: true },
  ];
}

function lastSeen({ status, lastSeenAt }: RelayInstance, nowMs: number): string {
  if (status === 'live') return 'now';
  return lastSeenAt === null ? 'never' : ago(lastSeenAt, nowMs);
}

async function linkSomebody(id: string, { json }: JsonOption, context: CliContext): Promise<void> {
  const code = await apiOf(context).call('relay.linkCode', { params: { id } });
  if (json) return printJson(context, code);
  const left = formatDuration(Date.parse(code.expiresAt) - context.clock.now());
  printLine(context.stdout, plain(`/link ${code.code}`));
  printLine(context.stderr, `Works once, for ${left}: sent to the bot as a direct message by the person it links.`);
}

async function revokeInstance(id: string, { reason, json }: RevokeOptions, context: CliContext): Promise<void> {
  const instance = await apiOf(context).call('relay.revoke', { params: { id }, body: { reason } });
  if (json) return printJson(context, instance);
  printLine(context.stdout, plain(`${instance.id} ${instance.status}`));
}
