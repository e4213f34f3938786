'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Download, Pause, Play, ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type AuditFilter, auditQuery, rowsOf } from '@/components/api/queries';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { exportTable } from '@/components/ui/table-csv';
import type { AuditRow } from '@/lib/contracts/audit';
import { type AuditColumnId, auditColumns } from './audit-columns';
import { AuditCompact } from './audit-compact';
import { AuditDetails } from './audit-details';
import type { OnFilter } from './filter-link';
import { useLiveRecord } from './use-live-record';
import { useNames } from './use-names';
import { usePausedRows } from './use-paused-rows';

interface AuditListProps {
  filter: AuditFilter;
  /** Under which name the browser keeps the chosen columns. */
  table: string;
  /** Columns that would say the same in every row. */
  without?: readonly AuditColumnId[];
  /** A row to show opened. */
  openRow?: number | null;
  empty: string;
  /** Narrows the list by what was clicked. Without it such a click goes to the Audit page. */
  onFilter?: OnFilter;
  onClearFilter?: () => void;
}

const nothing: readonly AuditColumnId[] = [];

/** Rows of the record, growing live, each of which opens to its data and hashes. */
export function AuditList({ filter, table, without = nothing, openRow, empty, ...acts }: AuditListProps) {
  const { onFilter, onClearFilter } = acts;
  const query = auditQuery(filter);
  const list = useInfiniteQuery(query);
  const { refetch } = list;
  const loaded = useMemo(() => rowsOf(list.data), [list.data]);
  const live = usePausedRows(loaded, (row) => row.seq, JSON.stringify(filter));
  const isNew = useLiveRecord({ rows: loaded, filter, fetching: list.isFetching, refetch });
  useTrimmedHead(query, loaded.length, !live.paused);
  const names = useNames();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set(openRow ? [openRow] : []));
  const toggle = ({ seq }: AuditRow) =>
    setOpen((current) => {
      const next = new Set(current);
      if (!next.delete(seq)) next.add(seq);
      return next;
    });
  const columns = useTableColumns<AuditRow>(
    table,
    auditColumns({ names, isOpen: (row) => open.has(row.seq), onToggle: toggle, onFilter }).filter(
      (column) => !without.includes(column.id),
    ),
  );

  if (list.isPending) return <SkeletonRows label="Loading the record" rows={14} />;
  if (list.isError && !list.data)
    return <ErrorState title="The record could not be loaded" error={list.error} onRetry={() => void refetch()} />;
  const isEmpty = live.rows.length === 0;
  return (
    <>
      <div className="flex items-center gap-1 pb-1">
        <p className="mr-auto text-muted">
          {isEmpty && list.hasNextPage ? 'Looking through older rows' : plural(live.rows.length, 'row')}
          {list.hasNextPage && !isEmpty && ' and more'}
        </p>
        <PauseButton {...live} />
        <IconButton
          label="Save these rows as CSV"
          disabled={isEmpty}
          onClick={() => exportTable('audit.csv', columns.shown, live.rows)}
        >
          <Icon of={Download} />
        </IconButton>
        <ColumnsMenu columns={columns} />
      </div>
      {isEmpty && !list.hasNextPage && (
        <EmptyState
          icon={ScrollText}
          title={empty}
          action={onClearFilter && <Button onClick={onClearFilter}>Clear the filters</Button>}
        >
          {onClearFilter && 'Rows that are written later and fit appear here by themselves.'}
        </EmptyState>
      )}
      {!isEmpty && (
        <DataTable
          label="The record"
          columns={columns}
          rows={live.rows}
          rowId={(row) => String(row.seq)}
          rowName={(row) => `row ${row.seq}`}
          rowClassName={(row) => (isNew(row) ? 'animate-tint' : undefined)}
          onOpen={toggle}
          compact={(row) => <AuditCompact row={row} names={names} />}
          expanded={(row) => (open.has(row.seq) ? <AuditDetails row={row} onFilter={onFilter} /> : null)}
        />
      )}
      <LoadMore list={list} />
    </>
  );
}

function PauseButton({ paused, waiting, pause, resume }: ReturnType<typeof usePausedRows>) {
  return (
    <Button tone={paused ? 'plain' : 'quiet'} size="small" onClick={paused ? resume : pause}>
      <Icon of={paused ? Play : Pause} size={13} />
      {paused ? `Resume${waiting > 0 ? `, ${plural(waiting, 'row')} waiting` : ''}` : 'Pause'}
    </Button>
  );
}
