import Link from 'next/link';
import { formatCount } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { RelayInstance } from '@/lib/contracts/relay';
import { bufferWords, identityWords, relayTones } from './relay-words';

export const instanceColumns: readonly Column<RelayInstance>[] = [
  {
    id: 'gateway',
    header: 'Gateway',
    cell: ({ id, gatewayId }) => (
      <Link
        href={`/relay/${encodeURIComponent(id)}`}
        prefetch={false}
        title={`${printable(gatewayId)}\n${id}`}
        className="font-medium hover:underline"
      >
        {printable(gatewayId)}
      </Link>
    ),
    csv: ({ gatewayId }) => gatewayId,
  },
  {
    id: 'status',
    header: 'Status',
    width: 108,
    cell: ({ status, revokeReason }) => (
      <span title={revokeReason === null ? undefined : printable(revokeReason)}>
        <StatusDot tone={relayTones[status]} className={status === 'disabled' ? 'text-muted' : undefined}>
          {status}
        </StatusDot>
      </span>
    ),
    csv: ({ status }) => status,
  },
  {
    id: 'fronts',
    header: 'Fronts',
    width: 250,
    hideable: true,
    cell: (instance) => <span title={identityWords(instance)}>{identityWords(instance) || <None />}</span>,
    csv: (instance) => identityWords(instance),
  },
  {
    id: 'bound',
    header: 'Bound',
    width: 72,
    align: 'right',
    hideable: true,
    cell: ({ bindings }) => <span className={bindings === 0 ? 'text-muted' : undefined}>{formatCount(bindings)}</span>,
    csv: ({ bindings }) => bindings,
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: 150,
    align: 'right',
    hideable: true,
    cell: ({ buffer }) => bufferWords(buffer) || <span className="text-muted">0</span>,
    csv: ({ buffer }) => buffer.events,
  },
  {
    id: 'oldest',
    header: 'Oldest',
    width: 88,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: ({ buffer }) => buffer.oldestAt && <RelativeTime at={buffer.oldestAt} suffix="" />,
    csvHeader: 'Oldest waits since',
    csv: ({ buffer }) => buffer.oldestAt,
  },
  {
    id: 'dropped',
    header: 'Dropped',
    width: 80,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: ({ buffer }) => (
      <span
        title="Events it had no room or no time for, ever"
        className={buffer.dropped > 0 ? 'text-stop' : 'text-muted'}
      >
        {formatCount(buffer.dropped)}
      </span>
    ),
    csv: ({ buffer }) => buffer.dropped,
  },
  {
    id: 'tenant',
    header: 'Tenant',
    width: 110,
    hideable: true,
    wideOnly: true,
    cell: ({ tenant }) => tenant,
    csv: ({ tenant }) => tenant,
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: 104,
    align: 'right',
    hideable: true,
    cell: (instance) => <LastSeen instance={instance} />,
    csvHeader: 'Last seen at',
    csv: ({ lastSeenAt }) => lastSeenAt,
  },
];

function None() {
  return <span className="text-muted">not seen yet</span>;
}

export function LastSeen({ instance: { status, lastSeenAt } }: { instance: RelayInstance }) {
  if (status === 'live') return <span>now</span>;
  if (lastSeenAt === null) return <span className="text-muted">never</span>;
  return <RelativeTime at={lastSeenAt} className="text-muted" />;
}
