'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Activity, Download, Pause, Play, Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { navCountsQuery, rowsOf, runsQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { useShell } from '@/components/shell/shell-context';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { formatCount, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { LoadMore } from '@/components/ui/load-more';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { exportTable } from '@/components/ui/table-csv';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useSelection } from '@/components/ui/use-selection';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { runColumns } from './run-columns';
import { RunCompact } from './run-compact';
import { useRunFilter } from './run-filter';
import { RunFilters } from './run-filters';
import { RunRowActions } from './run-row-menu';
import { RunSelectionBar } from './run-selection-bar';
import { SavedViews } from './saved-views';
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
      <PageHeader
        title="Runs"
        summary={<Summary shown={live.rows.length} more={list.hasNextPage} loading={list.isPending} />}
        actions={
          <>
            <PauseButton {...live} />
            <SavedViews search={url.search} onPick={url.go} />
            {canRevoke && (
              <Button tone="primary" onClick={shell.openNewRun}>
                <Icon of={Plus} size={14} /> New run <Kbd>N</Kbd>
              </Button>
            )}
          </>
        }
      />
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
          selectedClassName="bg-stop-ground/60 hover:bg-stop-ground/60"
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
      <LoadMore
        hasMore={list.hasNextPage && !live.paused}
        loading={list.isFetchingNextPage}
        error={list.isFetchNextPageError ? list.error : null}
        onMore={() => void list.fetchNextPage()}
      />
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

function Summary({ shown, more, loading }: { shown: number; more: boolean; loading: boolean }) {
  const { data } = useQuery(navCountsQuery());
  const words = [
    data ? `${formatCount(data.liveRuns)} live` : '',
    loading ? '' : `${formatCount(shown)}${more ? '+' : ''} shown`,
  ];
  return <>{words.filter(Boolean).join(', ')}</>;
}

function PauseButton({ paused, waiting, pause, resume }: ReturnType<typeof usePausableRows>) {
  if (!paused) {
    return (
      <Button tone="quiet" onClick={pause}>
        <Icon of={Pause} size={14} /> Pause list
      </Button>
    );
  }
  return (
    <Button tone="plain" onClick={resume} aria-live="polite">
      <Icon of={Play} size={14} /> Resume{waiting > 0 && `, ${plural(waiting, 'change')} waiting`}
    </Button>
  );
}

interface NoRunsProps {
  filtered: boolean;
  canStart: boolean;
  onStart: () => void;
  onClear: () => void;
}
function NoRuns({ filtered, canStart, onStart, onClear }: NoRunsProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={Activity}
        title="No run fits these filters"
        action={<Button onClick={onClear}>Clear the filters</Button>}
      >
        Runs that start later and fit appear here by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Activity}
      title="No runs yet"
      action={
        canStart && (
          <Button tone="primary" onClick={onStart}>
            Start the first run
          </Button>
        )
      }
    >
      A run is one agent at work: a command in a terminal you can watch, or an agent elsewhere that holds a tool token.
    </EmptyState>
  );
}
