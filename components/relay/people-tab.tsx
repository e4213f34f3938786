'use client';

import { Link2, UsersRound } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { type Column, useTableColumns } from '@/components/ui/table-columns';
import { ExactTime, RelativeTime } from '@/components/ui/time';
import type { RelayBinding, RelayInstanceDetail } from '@/lib/contracts/relay';

interface PeopleTabProps {
  instance: RelayInstanceDetail;
  onLink: (() => void) | undefined;
}

/** Whose messages reach the gateway. */
export function PeopleTab({ instance, onLink }: PeopleTabProps) {
  const { boundUsers: rows, bindings } = instance;
  const columns = useTableColumns('relay-people', bindingColumns);
  const link = onLink && (
    <Button onClick={onLink}>
      <Icon of={Link2} size={14} /> Link somebody
    </Button>
  );
  if (rows.length === 0)
    return (
      <EmptyState icon={UsersRound} title="Nobody is bound to this instance" action={link}>
        Without a binding a message of a chat platform reaches nobody. Operators reach it from the console all the same.
      </EmptyState>
    );
  return (
    <section aria-label="People">
      <p className="max-w-[92ch] pb-2 text-muted">
        What these people write reaches this gateway, and nobody else's does. The decision is made here and stands on
        the record; the gateway trusts it and keeps no list of its own.
      </p>
      <DataTable
        label="People bound to this instance"
        columns={columns}
        rows={rows}
        rowId={({ platform, userId }) => `${platform} ${userId}`}
        rowName={({ userId }) => userId}
        compact={(binding) => <BindingCompact binding={binding} />}
      />
      {bindings > rows.length && (
        <p className="pt-2 text-muted">
          The first {plural(rows.length, 'person', 'people')} of {bindings}.
        </p>
      )}
    </section>
  );
}

const bindingColumns: readonly Column<RelayBinding>[] = [
  {
    id: 'name',
    header: 'Person',
    width: 260,
    cell: ({ userName, userId }) => (
      <span className={userName === null ? undefined : 'font-medium'} title={printable(userId)}>
        {printable(userName ?? userId)}
      </span>
    ),
    csv: ({ userName }) => userName,
  },
  { id: 'platform', header: 'Platform', width: 140, cell: ({ platform }) => printable(platform) },
  {
    id: 'user',
    header: 'User id',
    cell: ({ userId }) => <code className="text-muted">{printable(userId)}</code>,
  },
  {
    id: 'bound',
    header: 'Bound',
    width: 190,
    align: 'right',
    cell: ({ boundAt }) => <ExactTime at={boundAt} className="text-muted" />,
  },
];

function BindingCompact({ binding: { platform, userId, userName, boundAt } }: { binding: RelayBinding }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{printable(userName ?? userId)}</span>
        <RelativeTime at={boundAt} className="text-muted" />
      </span>
      <span className="truncate text-muted">
        {printable(platform)} · <code>{printable(userId)}</code>
      </span>
    </span>
  );
}
