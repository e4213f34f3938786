import type { Command } from 'commander';
import { type CredentialSession, credentialStatuses } from '@/lib/contracts/credentials';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { formatDuration } from '../duration';
import { exitCodes } from '../exit-codes';
import type { Column } from '../table';
import { plain } from '../text';
import { apiOf, type JsonOption, parseLimit, printJson, printPage, withJson } from './shared';

interface ListOptions extends JsonOption {
  run?: string;
  status?: string;
  limit: number;
}
interface RevokeOptions extends JsonOption {
  reason: string;
  hard?: true;
}

export function addCredentialsCommands(program: Command, context: CliContext): void {
  const credentials = program.command('credentials').description('list and revoke cloud credential sessions');
  const list = credentials
    .command('ls')
    .description('list cloud credential sessions, newest first; never what was issued')
    .option('--run <id>', 'of this run')
    .option('--status <status>', `${credentialStatuses.join(', ')}, ended`)
    .option('--limit <n>', 'how many at most', parseLimit, 50);
  withJson(list).action((options: ListOptions) => listSessions(options, context));
  const revoke = credentials
    .command('revoke')
    .description('end a session: nothing of it is given out from then on')
    .argument('<session>', 'id of the session')
    .requiredOption('--reason <text>', 'why; kept on the record')
    .option('--hard', 'have the cloud refuse what was issued already, where it can');
  withJson(revoke).action((id: string, options: RevokeOptions) => revokeSession(id, options, context));
}

async function listSessions({ run, status, limit, json }: ListOptions, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const page = await collectPages(limit, (position) =>
    api.call('credentials.list', { query: { runId: run, status, ...position } }),
  );
  printPage(context, page, { columns: columnsAt(context.clock.now()), empty: 'No credential sessions.', json });
}

function columnsAt(nowMs: number): readonly Column<CredentialSession>[] {
  return [
    { title: 'SESSION', value: ({ id }) => id },
    { title: 'RUN', value: ({ runId }) => runId ?? '' },
    { title: 'CLOUD', value: ({ provider }) => provider },
    { title: 'STATUS', value: ({ status }) => status },
    {
      title: 'LEFT',
      value: ({ status, expiresAt }) => (status === 'active' ? formatDuration(Date.parse(expiresAt) - nowMs) : ''),
      align: 'right',
    },
    { title: 'ISSUED', value: ({ issued }) => String(issued), align: 'right' },
    { title: 'KEY', value: ({ accessKeyId }) => accessKeyId ?? '' },
    { title: 'PRINCIPAL', value: ({ principalId }) => principalId, flexible: true },
    { title: 'ALLOWS', value: ({ policy }) => policy.allow.join(' '), flexible: true },
  ];
}

async function revokeSession(id: string, { reason, hard, json }: RevokeOptions, context: CliContext): Promise<void> {
  const session = await apiOf(context).call('credentials.revoke', {
    params: { id },
    body: { reason, ...(hard && { hard }) },
  });
  if (json) printJson(context, session);
  else printLine(context.stdout, plain(`${session.id} ${session.status}`));
  const { hardRevoke } = session;
  if (hardRevoke === null) return;
  if (!json) printLine(hardRevoke.ok ? context.stdout : context.stderr, plain(hardRevoke.message));
  // The session has ended; what it was asked for beyond that did not happen.
  if (!hardRevoke.ok) context.setExitCode(exitCodes.failed);
}
