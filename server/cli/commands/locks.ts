import { Argument, type Command } from 'commander';
import { type Lock, type LockKind, lockKinds } from '@/lib/contracts/locks';
import { toIso } from '@/lib/platform/clock';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { ago, formatDuration } from '../duration';
import type { Column } from '../table';
import { plain } from '../text';
import { apiOf, type JsonOption, parseExpiry, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  limit: number;
}
interface AddOptions extends JsonOption {
  message: string;
  expires?: number;
}

export function addLocksCommands(program: Command, context: CliContext): void {
  const locks = program.command('locks').description('list, add and remove locks');
  const list = locks
    .command('ls')
    .description('list locks that stand, newest first')
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listLocks(options, context));
  const add = locks
    .command('add')
    .description('lock a user, plugin, project, connector or operator: ends what is live of it and refuses what is new')
    .addArgument(new Argument('<kind>', 'what is locked').choices(lockKinds))
    .argument('<id>', 'which one')
    .requiredOption('--message <text>', 'shown to everybody it bites')
    .option('--expires <duration>', 'ends by itself after this, 1m to 365d', parseExpiry);
  withJson(add).action((kind: LockKind, id: string, options: AddOptions) => addLock({ kind, id }, options, context));
  const remove = locks.command('rm').description('remove a lock').argument('<lock>', 'id of the lock');
  withJson(remove).action((id: string, options: JsonOption) => removeLock(id, options, context));
}

async function listLocks({ limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const page = await collectPages(limit, (position) => api.call('locks.list', { query: position }));
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No locks.', json });
}

function columnsAt(nowMs: number): readonly Column<Lock>[] {
  return [
    { title: 'LOCK', value: ({ id }) => id },
    { title: 'KIND', value: ({ target }) => target.kind },
    { title: 'ID', value: ({ target }) => target.id, flexible: true },
    { title: 'MESSAGE', value: ({ message }) => message, flexible: true },
    { title: 'BY', value: ({ createdBy }) => createdBy },
    { title: 'SINCE', value: ({ createdAt }) => ago(createdAt, nowMs), align: 'right' },
    {
      title: 'LEFT',
      value: ({ expiresAt }) => (expiresAt === null ? '' : formatDuration(Date.parse(expiresAt) - nowMs)),
      align: 'right',
    },
  ];
}

async function addLock(
  target: { kind: LockKind; id: string },
  { message, expires, json }: AddOptions,
  context: CliContext,
): Promise<void> {
  const expiresAt = expires === undefined ? {} : { expiresAt: toIso(context.clock.now() + expires * 1_000) };
  const result = await apiOf(context).call('locks.create', { body: { target, message, ...expiresAt } });
  if (json) return printJson(context, result);
  const { lock, ended } = result;
  const count = (number: number, one: string) => `${number} ${number === 1 ? one : `${one}s`}`;
  printLine(
    context.stdout,
    plain(
      `${lock.id} locks ${lock.target.kind} ${lock.target.id}: ended ${count(ended.runs, 'run')}, ${count(ended.calls, 'call')}`,
    ),
  );
}

async function removeLock(id: string, { json }: JsonOption, context: CliContext): Promise<void> {
  const result = await apiOf(context).call('locks.remove', { params: { id } });
  if (json) return printJson(context, result);
  printLine(context.stdout, plain(`${id} removed`));
}
