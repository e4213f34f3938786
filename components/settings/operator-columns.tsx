import { Badge } from '@/components/ui/badge';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { Operator } from '@/lib/contracts/operators';
import { roleWords } from './role-words';
import { YouBadge } from './you-badge';

export const operatorColumns: readonly Column<Operator>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 240,
    cell: (operator) => (
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{operator.name}</span>
        <YouBadge id={operator.id} />
      </span>
    ),
  },
  { id: 'email', header: 'Email', cell: (operator) => <span className="text-muted">{operator.email}</span> },
  {
    id: 'role',
    header: 'Role',
    width: 108,
    cell: (operator) => (
      <Badge title={roleWords[operator.role]} className="capitalize">
        {operator.role}
      </Badge>
    ),
  },
  {
    id: 'state',
    header: 'Sign-in',
    width: 108,
    cell: (operator) => (
      <StatusDot tone={operator.disabled ? 'hollow' : 'live'}>{operator.disabled ? 'disabled' : 'allowed'}</StatusDot>
    ),
  },
  {
    id: 'lastSignIn',
    header: 'Last sign-in',
    width: 118,
    align: 'right',
    cell: ({ lastSignInAt }) =>
      lastSignInAt ? <RelativeTime at={lastSignInAt} /> : <span className="text-muted">never</span>,
  },
  {
    id: 'added',
    header: 'Added',
    width: 104,
    align: 'right',
    wideOnly: true,
    cell: (operator) => <RelativeTime at={operator.createdAt} className="text-muted" />,
  },
];
