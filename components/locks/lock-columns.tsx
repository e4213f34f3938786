import type { Names } from '@/components/audit/audit-words';
import { KeyExpiry } from '@/components/settings/key-expiry';
import { printable } from '@/components/ui/printable';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { Lock } from '@/lib/contracts/locks';

export function lockColumns(names: Names): readonly Column<Lock>[] {
  return [
    {
      id: 'target',
      header: 'Locked',
      width: 280,
      cell: ({ target }) => (
        <span title={printable(target.id)}>
          <span className="text-muted">{target.kind}</span>{' '}
          <span className="font-medium">{printable(names.get(target.id) ?? target.id)}</span>
        </span>
      ),
    },
    {
      id: 'message',
      header: 'Message',
      cell: ({ message }) => <span title={printable(message)}>{printable(message)}</span>,
    },
    {
      id: 'by',
      header: 'By',
      width: 160,
      wideOnly: true,
      cell: (lock) => <span className="text-muted">{printable(lock.createdBy)}</span>,
    },
    {
      id: 'at',
      header: 'Set',
      width: 92,
      align: 'right',
      cell: (lock) => <RelativeTime at={lock.createdAt} className="text-muted" />,
    },
    {
      id: 'ends',
      header: 'Ends',
      width: 104,
      align: 'right',
      cell: ({ expiresAt }) =>
        expiresAt ? <KeyExpiry at={expiresAt} /> : <span className="text-muted">when removed</span>,
    },
  ];
}

/** A lock in two lines, for a phone. */
export function LockCompact({ lock, names }: { lock: Lock; names: Names }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate">
          <span className="text-muted">{lock.target.kind}</span>{' '}
          <span className="font-medium">{printable(names.get(lock.target.id) ?? lock.target.id)}</span>
        </span>
        <span className="text-muted">
          {lock.expiresAt ? (
            <>
              ends <KeyExpiry at={lock.expiresAt} />
            </>
          ) : (
            'until removed'
          )}
        </span>
      </span>
      <span className="truncate text-muted">{printable(lock.message)}</span>
    </span>
  );
}
