import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { canonicalJson } from '@/lib/audit/canonical';
import { createVerifier } from '@/lib/audit/verify';
import { type AuditRow, type AuditVerification, auditOutcomes, auditRow } from '@/lib/contracts/audit';
import { collectPages } from '../api';
import { type CliContext, printLine } from '../context';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import type { Column } from '../table';
import { plain } from '../text';
import { apiOf, type JsonOption, parseLimit, printJson, printPage, withJson } from './shared';

interface FilterOptions {
  actor?: string;
  action?: string;
  target?: string;
  outcome?: string;
  from?: string;
  to?: string;
  q?: string;
}

export function addAuditCommands(program: Command, context: CliContext): void {
  const audit = program.command('audit').description('read and verify the record');
  const list = withFilter(audit.command('ls').description('list rows of the record, newest first')).option(
    '--limit <n>',
    'how many at most',
    parseLimit,
    50,
  );
  withJson(list).action((options: FilterOptions & JsonOption & { limit: number }) => listRows(options, context));
  const verify = audit
    .command('verify')
    .description('prove the record untampered, on the server or in an export')
    .argument('[file]', 'a whole export in JSON lines, verified without the server');
  withJson(verify).action((file: string | undefined, options: JsonOption) => verifyRecord(file, options, context));
  withFilter(audit.command('export').description('write the record to standard output'))
    .option('--format <format>', 'jsonl or csv', 'jsonl')
    .action((options: FilterOptions & { format: string }) => exportRows(options, context));
}

function withFilter(command: Command): Command {
  return command
    .option('--actor <text>', 'by this actor')
    .option('--action <action>', 'such as run.revoke')
    .option('--target <id>', 'about this run, token, operator, …')
    .option('--outcome <outcome>', auditOutcomes.join(', '))
    .option('--from <time>', 'at or after this ISO 8601 time')
    .option('--to <time>', 'before this ISO 8601 time')
    .option('--q <text>', 'holding this text');
}

function filterOf({ actor, action, target, outcome, from, to, q }: FilterOptions) {
  return { actor, action, target, outcome, from: time(from, '--from'), to: time(to, '--to'), q };
}

/** Any ISO time, in the form the server takes. */
function time(text: string | undefined, option: string): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new CliFailure(`${option}: give a time such as 2026-11-22T08:00:00Z.`, {
      exitCode: exitCodes.usage,
      code: 'USAGE',
    });
  return new Date(ms).toISOString();
}

const columns: readonly Column<AuditRow>[] = [
  { title: 'SEQ', value: ({ seq }) => String(seq), align: 'right' },
  { title: 'AT', value: ({ at }) => at },
  { title: 'ACTOR', value: ({ actor }) => actor, flexible: true },
  { title: 'ACTION', value: ({ action }) => action },
  { title: 'TARGET', value: ({ target }) => target, flexible: true },
  { title: 'OUTCOME', value: ({ outcome }) => outcome },
];

async function listRows(options: FilterOptions & JsonOption & { limit: number }, context: CliContext): Promise<void> {
  const api = apiOf(context);
  const query = filterOf(options);
  const page = await collectPages(options.limit, (position) =>
    api.call('audit.list', { query: { ...query, ...position } }),
  );
  printPage(context, page, { columns, empty: 'No rows.', json: options.json });
}

async function verifyRecord(file: string | undefined, { json }: JsonOption, context: CliContext): Promise<void> {
  const result = file === undefined ? await apiOf(context).call('audit.verify') : await verifyExport(file);
  if (json) printJson(context, result);
  else printVerification(context, result);
  if (!result.ok) context.setExitCode(exitCodes.problem);
}

function printVerification({ stdout }: CliContext, { ok, rows, headSeq, headHash, problems }: AuditVerification): void {
  printLine(stdout, `${rows} rows, head ${headSeq} ${plain(headHash)}`);
  for (const { seq, kind } of problems) printLine(stdout, `row ${seq}: ${kind}`);
  printLine(stdout, ok ? 'The record is whole: every hash and every link holds.' : 'The record was changed.');
}

/**
 * Follows the chain of an export. Its own last row counts as the head, since nothing else is known here: a cut tail shows only
 * when the head is compared with one noted elsewhere.
 */
export async function verifyExport(file: string): Promise<AuditVerification> {
  const verifier = createVerifier();
  let head = { seq: 0, hash: '' };
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      const row = auditRow.parse(JSON.parse(line));
      verifier.add({ ...row, data: canonicalJson(row.data) });
      head = { seq: row.seq, hash: row.hash };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new CliFailure(`${file} cannot be read: ${error.message}`);
    throw new CliFailure(`${file} is not an export of the record: the line after row ${head.seq} is no row.`);
  }
  return verifier.finish(head);
}

async function exportRows(options: FilterOptions & { format: string }, context: CliContext): Promise<void> {
  if (context.stdout.isTTY)
    throw new CliFailure('Send the export to a file: gatehouse audit export > record.jsonl', {
      exitCode: exitCodes.usage,
      code: 'USAGE',
    });
  const { body } = await apiOf(context).download('audit.export', {
    query: { ...filterOf(options), format: options.format },
  });
  const reader = body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const { value } = next;
    await new Promise<void>((resolve) => context.stdout.write(value, () => resolve()));
  }
}
