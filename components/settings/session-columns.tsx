import { Badge } from '@/components/ui/badge';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { OperatorSession } from '@/lib/contracts/operators';
import { deviceWords } from './device-words';

export const sessionColumns: readonly Column<OperatorSession>[] = [
  {
    id: 'device',
    header: 'Device',
    cell: (session) => (
      <span className="flex items-center gap-2">
        <span title={session.userAgent} className="truncate font-medium">
          {deviceWords(session.userAgent)}
        </span>
        {session.current && <Badge>this one</Badge>}
      </span>
    ),
  },
  {
    id: 'address',
    header: 'Address',
    width: 220,
    cell: (session) => <span className="font-mono text-hint text-muted">{session.address}</span>,
  },
  {
    id: 'started',
    header: 'Signed in',
    width: 120,
    align: 'right',
    cell: (session) => <RelativeTime at={session.createdAt} className="text-muted" />,
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: 120,
    align: 'right',
    cell: (session) => <RelativeTime at={session.lastSeenAt} />,
  },
];
