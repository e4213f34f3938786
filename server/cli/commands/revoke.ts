import type { Command } from 'commander';
import { type EndedCounts, maxRunsPerRevoke } from '@/lib/contracts/runs';
import type { Api } from '../api';
import { type CliContext, printLine } from '../context';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import { plain } from '../text';
import { apiOf, type JsonOption, printJson, withJson } from './shared';

interface RevokeOptions extends JsonOption {
  reason: string;
}

export function addRevokeCommand(program: Command, context: CliContext): void {
  const command = program
    .command('revoke')
    .description('end runs at once: tokens, sockets, terminals and every process')
    .argument('<run...>', 'ids of runs')
    .requiredOption('--reason <text>', 'why; kept on the record');
  withJson(command).action((ids: string[], options: RevokeOptions) => revoke(ids, options, context));
}

async function revoke(ids: string[], { reason, json }: RevokeOptions, context: CliContext): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length > maxRunsPerRevoke) {
    throw new CliFailure(`At most ${maxRunsPerRevoke} runs at once; these are ${wanted.length}.`, {
      exitCode: exitCodes.usage,
      code: 'USAGE',
    });
  }
  const api = apiOf(context);
  const [only] = wanted;
  if (only !== undefined && wanted.length === 1) await revokeOne(api, only, { reason, json }, context);
  else await revokeMany(api, wanted, { reason, json }, context);
}

async function revokeOne(api: Api, id: string, { reason, json }: RevokeOptions, context: CliContext): Promise<void> {
  const result = await api.call('runs.revoke', { params: { id }, body: { reason } });
  if (json) return printJson(context, result);
  printLine(
    context.stdout,
    `${plain(result.runId)} revoked in ${Math.round(result.tookMs)} ms: ${describe(result.revoked)}`,
  );
}

async function revokeMany(
  api: Api,
  ids: string[],
  { reason, json }: RevokeOptions,
  context: CliContext,
): Promise<void> {
  const { results } = await api.call('runs.revokeMany', { body: { ids, reason } });
  if (json) printJson(context, { results });
  else {
    for (const { runId, ok, error } of results) {
      printLine(
        context.stdout,
        plain(ok ? `${runId} revoked` : `${runId} not revoked: ${error?.message ?? 'no reason given'}`),
      );
    }
  }
  if (results.some(({ ok }) => !ok)) context.setExitCode(exitCodes.failed);
}

/** `1 token, 1 terminal, 3 processes`; what was none is left out. */
export function describe(counts: EndedCounts): string {
  const names: ReadonlyArray<readonly [keyof EndedCounts, string, string]> = [
    ['tokens', 'token', 'tokens'],
    ['terminals', 'terminal', 'terminals'],
    ['processes', 'process', 'processes'],
    ['sockets', 'socket', 'sockets'],
    ['approvals', 'approval', 'approvals'],
    ['credentials', 'credential session', 'credential sessions'],
  ];
  const parts = names.flatMap(([field, one, many]) =>
    counts[field] === 0 ? [] : `${counts[field]} ${counts[field] === 1 ? one : many}`,
  );
  return parts.length === 0 ? 'it had ended already' : `ended ${parts.join(', ')}`;
}
