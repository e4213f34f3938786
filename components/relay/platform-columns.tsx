import { printable } from '@/components/ui/printable';
import { Dot, StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { RelayPlatform } from '@/lib/contracts/relay-platforms';
import { platformKindNames, platformTones } from './platform-words';
import { RowToggle } from './row-toggle';
import type { OpenRows } from './use-open-rows';

export function platformColumns(open: OpenRows): readonly Column<RelayPlatform>[] {
  return [
    {
      id: 'platform',
      header: 'Platform',
      width: 280,
      cell: ({ id, label }) => (
        <RowToggle id={id} open={open}>
          <span className="truncate font-medium">{printable(label)}</span>
          {label !== id && <code className="shrink-0 text-muted">{id}</code>}
        </RowToggle>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      width: 110,
      cell: ({ status }) => (
        <StatusDot tone={platformTones[status]} className={status === 'disabled' ? 'text-muted' : undefined}>
          {status}
        </StatusDot>
      ),
    },
    { id: 'kind', header: 'Kind', width: 110, hideable: true, cell: ({ kind }) => platformKindNames[kind] },
    {
      id: 'account',
      header: 'Account',
      width: 180,
      hideable: true,
      cell: ({ account, kind }) =>
        account === null ? (
          <span className="text-muted">{kind === 'console' ? 'operators' : ''}</span>
        ) : (
          printable(account)
        ),
    },
    {
      id: 'problem',
      header: 'Problem',
      cell: ({ error }) =>
        error !== null && (
          <span className="text-stop" title={printable(error)}>
            {printable(error)}
          </span>
        ),
    },
    { id: 'tenant', header: 'Tenant', width: 120, hideable: true, wideOnly: true, cell: ({ tenant }) => tenant },
    {
      id: 'added',
      header: 'Added',
      width: 110,
      align: 'right',
      hideable: true,
      wideOnly: true,
      cell: ({ createdAt }) =>
        createdAt === null ? (
          <span className="text-muted">built in</span>
        ) : (
          <RelativeTime at={createdAt} className="text-muted" />
        ),
    },
  ];
}

/** A platform in two lines, for a phone. */
export function PlatformCompact({ platform: { label, kind, status, account, error } }: { platform: RelayPlatform }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={platformTones[status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{printable(label)}</span>
        <span className="text-muted">{platformKindNames[kind]}</span>
      </span>
      <span className="truncate pl-[15px] text-muted">
        {status}
        {account !== null && ` · ${printable(account)}`}
        {error !== null && <span className="text-stop"> · {printable(error)}</span>}
      </span>
    </span>
  );
}
