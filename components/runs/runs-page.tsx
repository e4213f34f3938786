'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { rowsOf, runsQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { useShell } from '@/components/shell/shell-context';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { ErrorState } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { exportTable } from '@/components/ui/table-csv';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useSelection } from '@/components/ui/use-selection';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { NoRuns } from './no-runs';
import { runColumns } from './run-columns';
import { RunCompact } from './run-compact';
import { useRunFilter } from './run-filter';
import { RunFilters } from './run-filters';
import { RunRowActions } from './run-row-menu';
import { RunSelectionBar } from './run-selection-bar';
import { RunsHeader } from './runs-header';
import { useChangedRows, usePausableRows } from './use-live-list';

const RevokeDialog = dynamic(() => import('./revoke-dialog').then((module) => module.RevokeDialog), { ssr: false });

export function RunsPage() {
  const router = useRouter();
  const shell = useShell();
  const { can } = useMe();
  const canRevoke = can('runs.control');
  const runFilter = useRunFilter();
  const { filter, url } = runFilter;
  const list = useInfiniteQuery(runsQuery(filter));
  const live = usePausableRows(
    useMemo(() => rowsOf(list.data), [list.data]),
    filter,
  );
  useTrimmedHead(runsQuery(filter), live.rows.length, !live.paused);
  const changed = useChangedRows();
  const columns = useTableColumns('runs', runColumns);
  const rowIds = useMemo(() => live.rows.map((run) => run.id), [live.rows]);
  const selection = useSelection(rowIds);
  const selected = live.rows.filter((run) => selection.has(run.id));
  const [revoking, setRevoking] = useState<readonly Run[] | null>(null);
  const revokeSelected = () => {
    if (canRevoke && selected.some((run) => isLiveRun(run.status))) setRevoking(selected);
  };
  useHotkeys({ escape: selection.clear, 'shift+r': revokeSelected });
  const filtered = url.search !== '';

  return (
    <>
      <RunsHeader live={live} hasMore={list.hasNextPage} loading={list.isPending} url={url} />
      <div className="flex items-center gap-1 pt-2.5 pb-2">
        <div className="min-w-0 flex-1">
          <RunFilters {...runFilter} />
        </div>
        <ColumnsMenu columns={columns} />
      </div>
      {list.isPending && <SkeletonRows label="Loading runs" rows={12} />}
      {list.isError && !list.data && (
        <ErrorState title="The runs could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && live.rows.length === 0 && !list.hasNextPage && (
        <NoRuns filtered={filtered} canStart={canRevoke} onStart={shell.openNewRun} onClear={() => url.go('')} />
      )}
      {live.rows.length > 0 && (
        <DataTable
          label="Runs"
          columns={columns}
          rows={live.rows}
          rowId={(run) => run.id}
          rowName={(run) => run.title}
          selection={selection}
          selectedClassName={canRevoke ? 'bg-stop-ground/60 hover:bg-stop-ground/60' : undefined}
          rowClassName={(run) => (changed.has(run.id) ? 'animate-tint' : undefined)}
          onOpen={(run) => router.push(`/runs/${run.id}`)}
          compact={(run) => <RunCompact run={run} />}
          actionsWidth={108}
          actions={(run) => (
            <RunRowActions
              run={run}
              canRevoke={canRevoke}
              onRevoke={() => setRevoking([run])}
              onFilter={(changes) => url.set(changes)}
            />
          )}
        />
      )}
      {live.rows.length === 0 && list.hasNextPage && (
        <p role="status" className="pt-10 text-center text-muted">
          Nothing among the newest runs; looking further back.
        </p>
      )}
      <LoadMore list={list} paused={live.paused} />
      <RunSelectionBar
        selected={selected}
        canRevoke={canRevoke}
        onClear={selection.clear}
        onExport={() => exportRuns(selected)}
        onRevoke={revokeSelected}
      />
      {selected.length === 0 && live.rows.length > 0 && (
        <div className="pt-2">
          <Button tone="quiet" onClick={() => exportRuns(live.rows)}>
            <Icon of={Download} size={14} /> Export {plural(live.rows.length, 'run')} as CSV
          </Button>
        </div>
      )}
      {revoking && <RevokeDialog runs={revoking} onClose={() => setRevoking(null)} onDone={selection.clear} />}
    </>
  );

  function exportRuns(rows: readonly Run[]) {
    exportTable('runs.csv', [idColumn, ...columns.shown], rows);
  }
}

const idColumn = { id: 'id', header: 'Id', cell: () => null, csv: (run: Run) => run.id };
