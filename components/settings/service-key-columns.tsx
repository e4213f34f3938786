import { CopyId } from '@/components/ui/copy-button';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { ServiceKey } from '@/lib/contracts/operators';
import { KeyExpiry } from './key-expiry';

export const serviceKeyColumns: readonly Column<ServiceKey>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 260,
    cell: (key) => (
      <span className="flex items-center gap-2.5">
        <span className="truncate font-medium">{key.name}</span>
        <CopyId id={key.id} className="shrink-0" />
      </span>
    ),
  },
  {
    id: 'scopes',
    header: 'May',
    cell: (key) => (
      <span title={key.scopes.join('\n')} className="font-mono text-hint text-muted">
        {key.scopes.join(' ')}
      </span>
    ),
  },
  {
    id: 'createdBy',
    header: 'Made by',
    width: 180,
    wideOnly: true,
    cell: (key) => <span className="text-muted">{key.createdBy}</span>,
  },
  {
    id: 'createdAt',
    header: 'Made',
    width: 92,
    align: 'right',
    wideOnly: true,
    cell: (key) => <RelativeTime at={key.createdAt} className="text-muted" />,
  },
  {
    id: 'used',
    header: 'Last use',
    width: 92,
    align: 'right',
    cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : <span className="text-muted">never</span>),
  },
  { id: 'expires', header: 'Expires', width: 104, align: 'right', cell: (key) => <KeyExpiry at={key.expiresAt} /> },
];
