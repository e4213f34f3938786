import Link from 'next/link';
import { CopyId } from '@/components/ui/copy-button';
import { shortId } from '@/components/ui/format';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { ToolToken } from '@/lib/contracts/tokens';
import { ExpiresIn } from './expires-in';
import { tokenEndWords, tokenScope, tokenState } from './token-words';

export const tokenColumns: readonly Column<ToolToken>[] = [
  { id: 'token', header: 'Token', width: 132, cell: (token) => <CopyId id={token.id} />, csv: (token) => token.id },
  {
    id: 'status',
    header: 'Status',
    width: 100,
    cell: (token) => <StatusDot tone={tokenState(token).tone}>{tokenState(token).word}</StatusDot>,
    csv: (token) => token.status,
  },
  {
    id: 'run',
    header: 'Run',
    width: 124,
    cell: (token) => (
      <Link
        href={`/runs/${token.runId}?tab=tokens`}
        prefetch={false}
        title={token.runId}
        className="font-mono text-hint hover:underline"
      >
        {shortId(token.runId)}
      </Link>
    ),
    csv: (token) => token.runId,
  },
  {
    id: 'project',
    header: 'Project',
    width: 130,
    hideable: true,
    wideOnly: true,
    cell: (token) => token.projectId,
    csv: (token) => token.projectId,
  },
  {
    id: 'scope',
    header: 'May call',
    hideable: true,
    cell: (token) => <Scope token={token} />,
    csv: (token) => tokenScope(token).whole.replaceAll('\n', ' '),
  },
  {
    id: 'issued',
    header: 'Issued',
    width: 92,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: (token) => <RelativeTime at={token.issuedAt} />,
    csv: (token) => token.issuedAt,
  },
  {
    id: 'used',
    header: 'Last use',
    width: 92,
    align: 'right',
    hideable: true,
    cell: (token) =>
      token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : <span className="text-muted">never</span>,
    csv: (token) => token.lastUsedAt,
  },
  {
    id: 'ends',
    header: 'Ends',
    width: 100,
    align: 'right',
    hideable: true,
    cell: (token) => <ExpiresIn token={token} />,
    csv: (token) => token.endedAt ?? token.expiresAt,
  },
  {
    id: 'why',
    header: 'Why ended',
    width: 168,
    hideable: true,
    wideOnly: true,
    cell: (token) => <span className="text-muted">{tokenEndWords(token)}</span>,
    csv: (token) => token.revocationReason,
  },
];

function Scope({ token }: { token: ToolToken }) {
  const { short, whole } = tokenScope(token);
  return (
    <span title={whole} className="font-mono text-hint text-muted">
      {short}
    </span>
  );
}
