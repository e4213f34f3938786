'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Waypoints } from 'lucide-react';
import { useMemo } from 'react';
import { approvalsQuery, callsQuery, rowsOf } from '@/components/api/queries';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { useNames } from '@/components/audit/use-names';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { MenuChip } from '@/components/ui/filter-chip';
import { LoadMore } from '@/components/ui/load-more';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { useUrlState } from '@/components/ui/use-url-state';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { CallCompact, callColumns } from './call-columns';
import { CallPanel } from './call-panel';
import { callStatuses, callStatusWords } from './call-words';

/** Every call of a run, as it happens, and the path of the one that is looked at. */
export function CallsTab({ run }: { run: Run }) {
  const url = useUrlState();
  const status = callStatuses.find((each) => each === url.get('status'));
  const filter = useMemo(() => (status ? { status } : {}), [status]);
  const query = callsQuery(run.id, filter);
  const list = useInfiniteQuery(query);
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  useTrimmedHead(query, rows.length);
  const context = {
    names: useNames(),
    held: useHeld(
      run,
      rows.some((call) => call.status === 'held'),
    ),
  };
  const columns = useTableColumns('calls', callColumns(context));
  const openId = url.get('call');
  const known = rows.find((call) => call.id === openId);
  const open = (id: string | undefined) => url.set({ call: id });
  const step = (by: 1 | -1) => {
    const next = rows[rows.findIndex((call) => call.id === openId) + by];
    if (openId && next) open(next.id);
  };
  useHotkeys({ j: () => step(1), k: () => step(-1), escape: () => openId && open(undefined) });

  return (
    <section aria-label="Calls" className={cn('grid gap-4', openId && 'lg:grid-cols-[1fr_minmax(380px,480px)]')}>
      <div className="min-w-0">
        {(rows.length > 0 || status) && (
          <div className="pb-1.5">
            <MenuChip
              label="Status"
              value={status && callStatusWords[status]}
              onClear={() => url.set({ status: undefined })}
            >
              <MenuRadioGroup value={status ?? ''} onChange={(next) => url.set({ status: next })}>
                {callStatuses.map((each) => (
                  <MenuRadioItem key={each} value={each}>
                    {callStatusWords[each]}
                  </MenuRadioItem>
                ))}
              </MenuRadioGroup>
            </MenuChip>
          </div>
        )}
        {list.isPending && <SkeletonRows label="Loading calls" />}
        {list.isError && !list.data && (
          <ErrorState title="The calls could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.data && rows.length === 0 && (
          <NoCalls run={run} filtered={!!status} onClear={() => url.set({ status: undefined })} />
        )}
        {rows.length > 0 && (
          <DataTable
            label="Calls of the run"
            columns={columns}
            rows={rows}
            rowId={(call) => call.id}
            rowName={(call) => printable(`${call.connectorId} ${call.toolName}`)}
            rowClassName={(call) => (call.id === openId ? 'bg-sunk' : undefined)}
            onOpen={(call) => open(call.id === openId ? undefined : call.id)}
            compact={(call) => <CallCompact call={call} context={context} />}
          />
        )}
        <LoadMore list={list} />
      </div>
      {openId && <CallPanel id={openId} known={known} run={run} context={context} onClose={() => open(undefined)} />}
    </section>
  );
}

/** Until when the held calls of a run may wait, by call. Asked only where one is held. */
function useHeld(run: Run, enabled: boolean) {
  const { data } = useInfiniteQuery({
    ...approvalsQuery(useMemo(() => ({ status: 'pending', runId: run.id }), [run.id])),
    enabled,
  });
  return useMemo(() => new Map(rowsOf(data).map((approval) => [approval.callId, approval])), [data]);
}

function NoCalls({ run, filtered, onClear }: { run: Run; filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={Waypoints}
        title="No call is like that"
        action={<Button onClick={onClear}>Clear the filter</Button>}
      >
        Calls that come later and fit appear here by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Waypoints} title="No tool has been called yet">
      {isLiveRun(run.status)
        ? 'Each call appears here with its path through the gate: where it stopped, and why.'
        : 'The run ended without calling one.'}
    </EmptyState>
  );
}
