import Link from 'next/link';
import { shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import type { CredentialSession } from '@/lib/contracts/credentials';
import { credentialStatusWords, credentialTones, providerNames, shortProviderNames } from './credential-words';
import { policyWords } from './policy-words';
import { Principal } from './principal';
import { SessionBudget } from './session-budget';
import { SessionEnds } from './session-ends';

export const credentialColumns: readonly Column<CredentialSession>[] = [
  {
    id: 'provider',
    header: 'Cloud',
    width: 76,
    cell: ({ provider }) => <span title={providerNames[provider]}>{shortProviderNames[provider]}</span>,
    csv: ({ provider }) => provider,
  },
  {
    id: 'principal',
    header: 'Acts as',
    width: 156,
    cell: ({ principalId }) => <Principal id={principalId} />,
    csv: ({ principalId }) => principalId,
  },
  {
    id: 'may',
    header: 'May',
    cell: (session) => <span title={wholePolicy(session)}>{policyWords(session.provider, session.policy)}</span>,
    csv: (session) => wholePolicy(session).replaceAll('\n', ' '),
  },
  {
    id: 'run',
    header: 'Run',
    width: 108,
    hideable: true,
    cell: ({ runId }) => <RunLink runId={runId} />,
    csv: ({ runId }) => runId,
  },
  {
    id: 'by',
    header: 'Asked by',
    width: 138,
    hideable: true,
    wideOnly: true,
    cell: ({ requestedBy }) => (
      <span className="text-muted" title={printable(requestedBy)}>
        {printable(requestedBy)}
      </span>
    ),
    csv: ({ requestedBy }) => requestedBy,
  },
  {
    id: 'budget',
    header: 'Budget',
    width: 164,
    hideable: true,
    wideOnly: true,
    cell: (session) => <SessionBudget session={session} />,
    csv: ({ budgetUsd }) => budgetUsd,
  },
  {
    id: 'issued',
    header: 'Issued',
    width: 68,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: ({ issued, accessKeyId }) => (
      <span title={accessKeyId === null ? undefined : `Last as ${printable(accessKeyId)}`}>{issued}×</span>
    ),
    csv: ({ issued }) => issued,
  },
  {
    id: 'key',
    header: 'Access key id',
    width: 190,
    hideable: true,
    hiddenAtFirst: true,
    cell: ({ accessKeyId }) => <code>{accessKeyId === null ? '' : printable(accessKeyId)}</code>,
    csv: ({ accessKeyId }) => accessKeyId,
  },
  {
    id: 'ends',
    header: 'Ends',
    csvHeader: 'Ends at',
    width: 88,
    align: 'right',
    cell: (session) => <SessionEnds session={session} />,
    csv: ({ endedAt, expiresAt }) => endedAt ?? expiresAt,
  },
  {
    id: 'status',
    header: 'Status',
    width: 104,
    cell: ({ status }) => <StatusDot tone={credentialTones[status]}>{credentialStatusWords[status]}</StatusDot>,
    csv: ({ status }) => status,
  },
];

/** What is left of them beside an open panel, which says the rest. */
const besidePanel = new Set(['provider', 'principal', 'may', 'ends', 'status']);
export const columnsBesidePanel = credentialColumns.filter(({ id }) => besidePanel.has(id));
/** On the page of a run, which is the same in every row. */
export const columnsOfRun = credentialColumns.filter(({ id }) => id !== 'run');

function wholePolicy({ policy: { allow, resources } }: CredentialSession): string {
  return printable([...allow, ...(resources.length > 0 ? ['on', ...resources] : [])].join('\n'));
}

function RunLink({ runId }: { runId: string | null }) {
  if (runId === null) return <span className="text-muted">none</span>;
  return (
    <Link
      href={`/runs/${runId}?tab=credentials`}
      prefetch={false}
      title={runId}
      className="font-mono text-hint hover:underline"
    >
      {shortId(runId)}
    </Link>
  );
}
