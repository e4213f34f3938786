import { Badge } from '@/components/ui/badge';
import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { Identity } from '@/lib/contracts/identities';

export const identityColumns: readonly Column<Identity>[] = [
  {
    id: 'user',
    header: 'User',
    width: 250,
    cell: (identity) => (
      <span className="flex items-center gap-2" title={printable(identity.userId)}>
        <span className="truncate font-medium">{printable(identity.userId)}</span>
        {identity.lock && <Badge tone="stop">locked</Badge>}
      </span>
    ),
    csv: (identity) => identity.userId,
  },
  {
    id: 'platform',
    header: 'Platform',
    width: 116,
    cell: (identity) => <span className="text-muted">{printable(identity.platform)}</span>,
    csv: (identity) => identity.platform,
  },
  {
    id: 'privileges',
    header: 'Privileges',
    cell: (identity) => <Privileges identity={identity} />,
    csv: (identity) => identity.privileges.join(' '),
  },
  {
    id: 'aliases',
    header: 'Aliases',
    width: 180,
    wideOnly: true,
    cell: ({ aliases }) => (
      <span className="text-muted" title={printable(aliases.join(', '))}>
        {printable(aliases.join(', '))}
      </span>
    ),
    csv: (identity) => identity.aliases.join(' '),
  },
  {
    id: 'runs',
    header: 'Live runs',
    width: 92,
    align: 'right',
    cell: ({ liveRuns }) => (liveRuns > 0 ? liveRuns : <span className="text-muted">none</span>),
    csv: (identity) => identity.liveRuns,
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: 104,
    align: 'right',
    cell: (identity) => <RelativeTime at={identity.lastSeenAt} className="text-muted" />,
    csv: (identity) => identity.lastSeenAt,
  },
];

function Privileges({ identity: { privileges, scopes } }: { identity: Identity }) {
  if (privileges.length === 0 && scopes === 0) return <span className="text-muted">none</span>;
  const words = privileges.join(', ');
  return (
    <span title={words}>
      {words && <code>{words}</code>}
      {scopes > 0 && (
        <span className="text-muted">
          {words ? ', and in' : 'in'} {plural(scopes, 'scope')} of its own
        </span>
      )}
    </span>
  );
}

/** A principal in two lines, for a phone. */
export function IdentityCompact({ identity }: { identity: Identity }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{printable(identity.userId)}</span>
        {identity.lock && <Badge tone="stop">locked</Badge>}
        <RelativeTime at={identity.lastSeenAt} className="ml-auto text-muted" />
      </span>
      <span className="flex items-center gap-2 text-muted">
        <span className="min-w-0 flex-1 truncate">
          {printable(identity.platform)} · <Privileges identity={identity} />
        </span>
        {identity.liveRuns > 0 && <StatusDot tone="live">{plural(identity.liveRuns, 'live run')}</StatusDot>}
      </span>
    </span>
  );
}
