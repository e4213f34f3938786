'use client';

import { ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { printable } from '@/components/ui/printable';
import { Dot } from '@/components/ui/status-dot';
import { type Column, useTableColumns } from '@/components/ui/table-columns';
import { ExactTime, RelativeTime } from '@/components/ui/time';
import type { RelayDenial, RelayInstanceDetail } from '@/lib/contracts/relay';

/** What the gateway asked to be done and was declined. */
export function DenialsTab({ instance: { denials } }: { instance: RelayInstanceDetail }) {
  const columns = useTableColumns('relay-denials', denialColumns);
  // Two may be alike to the millisecond.
  const rows = useMemo(() => denials.map((denial, index) => ({ ...denial, key: denials.length - index })), [denials]);
  if (denials.length === 0)
    return (
      <EmptyState icon={ShieldCheck} title="Nothing was declined">
        A gateway may answer where it was written to, and where its tenant is at home. What it tries beyond that is
        refused and listed here with the reason, which the gateway is not told.
      </EmptyState>
    );
  return (
    <DataTable
      label="What was declined"
      columns={columns}
      rows={rows}
      rowId={({ key }) => String(key)}
      rowName={({ op, at }) => `${op} at ${at}`}
      compact={(denial) => <DenialCompact denial={denial} />}
    />
  );
}

type Row = RelayDenial & { key: number };

const denialColumns: readonly Column<Row>[] = [
  {
    id: 'at',
    header: 'Time',
    width: 190,
    cell: ({ at }) => <ExactTime at={at} className="font-mono text-hint text-muted" />,
  },
  { id: 'op', header: 'Asked for', width: 130, cell: ({ op }) => <code>{printable(op)}</code> },
  { id: 'platform', header: 'On', width: 120, cell: ({ platform }) => printable(platform) },
  {
    id: 'chat',
    header: 'Chat',
    width: 220,
    cell: ({ chatId }) =>
      chatId === null ? (
        <span className="text-muted">none</span>
      ) : (
        <code title={printable(chatId)}>{printable(chatId)}</code>
      ),
  },
  {
    id: 'reason',
    header: 'Declined because',
    cell: ({ reason }) => (
      <span className="flex items-center gap-1.5" title={printable(reason)}>
        <Dot tone="stop" />
        <span className="truncate">{printable(reason)}</span>
      </span>
    ),
  },
];

function DenialCompact({ denial: { at, platform, op, chatId, reason } }: { denial: RelayDenial }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone="stop" />
        <span className="min-w-0 flex-1 truncate font-medium">{printable(reason)}</span>
        <RelativeTime at={at} className="text-muted" />
      </span>
      <span className="truncate pl-[15px] text-muted">
        <code>{printable(op)}</code> on {printable(platform)}
        {chatId !== null && ` · ${printable(chatId)}`}
      </span>
    </span>
  );
}
