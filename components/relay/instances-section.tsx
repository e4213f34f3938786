'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, Download, KeySquare, RadioTower } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import { rowsOf } from '@/components/api/queries';
import { relayInstancesQuery } from '@/components/api/relay-queries';
import { useMe } from '@/components/api/use-me';
import { useTrimmedHead } from '@/components/api/use-trimmed-head';
import { Button } from '@/components/ui/button';
import { ColumnsMenu } from '@/components/ui/columns-menu';
import { DataTable } from '@/components/ui/data-table';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { TextChip } from '@/components/ui/filter-chip';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { LoadMore } from '@/components/ui/load-more';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { exportTable } from '@/components/ui/table-csv';
import { useUrlState } from '@/components/ui/use-url-state';
import { instanceColumns } from './instance-columns';
import { InstanceCompact } from './instance-compact';
import { type InstanceSort, instanceSortWords, parseInstanceSort, sortInstances } from './relay-words';

const EnrolmentDialog = dynamic(() => import('./enrolment-dialog').then((module) => module.EnrolmentDialog), {
  ssr: false,
});

export function InstancesSection() {
  const router = useRouter();
  const { can } = useMe();
  const url = useUrlState();
  const q = url.get('q')?.slice(0, 200);
  const sort = parseInstanceSort(url.get('sort'));
  const query = relayInstancesQuery(useMemo(() => (q ? { q } : {}), [q]));
  const list = useInfiniteQuery(query);
  const loaded = useMemo(() => rowsOf(list.data), [list.data]);
  const rows = useMemo(() => sortInstances(loaded, sort), [loaded, sort]);
  useTrimmedHead(query, loaded.length, sort === 'newest');
  useWholeList(list, sort !== 'newest');
  const columns = useTableColumns('relay-instances', instanceColumns);
  const [enrolling, setEnrolling] = useState(false);
  const enrol = can('settings.manage') && (
    <Button tone="primary" onClick={() => setEnrolling(true)}>
      <Icon of={KeySquare} size={14} /> New enrolment token
    </Button>
  );
  const isEmpty = list.data !== undefined && rows.length === 0;
  return (
    <>
      {(rows.length > 0 || q) && (
        <div className="flex min-h-9 flex-wrap items-center gap-2 pb-1">
          <TextChip
            label="Gateway"
            value={q}
            placeholder="part of its id"
            search
            onChange={(next) => url.set({ q: next })}
          />
          <div className="ml-auto flex items-center gap-1">
            <SortMenu sort={sort} onChange={(next) => url.set({ sort: next === 'newest' ? undefined : next })} />
            <IconButton
              label={`Save ${plural(rows.length, 'row')} as CSV`}
              disabled={rows.length === 0}
              onClick={() => exportTable('relay-instances.csv', columns.shown, rows)}
            >
              <Icon of={Download} />
            </IconButton>
            <ColumnsMenu columns={columns} />
            {enrol && <span className="ml-1">{enrol}</span>}
          </div>
        </div>
      )}
      {list.isPending && <SkeletonRows label="Loading instances" />}
      {list.isError && !list.data && (
        <ErrorState title="The instances could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {isEmpty && q && (
        <EmptyState
          icon={RadioTower}
          title="No gateway has this in its id"
          action={<Button onClick={() => url.set({ q: undefined })}>Clear the search</Button>}
        />
      )}
      {isEmpty && !q && (
        <EmptyState icon={RadioTower} title="No gateway has enrolled yet" action={enrol}>
          An agent gateway dials out to here and needs no port of its own. Give it an enrolment token, and from then on
          you see who reaches it, what it may send, and what waits while it sleeps.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Relay instances"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ gatewayId }) => gatewayId}
          onOpen={({ id }) => router.push(`/relay/${encodeURIComponent(id)}`)}
          compact={(instance) => <InstanceCompact instance={instance} />}
        />
      )}
      <LoadMore list={list} />
      {enrolling && <EnrolmentDialog onClose={() => setEnrolling(false)} />}
    </>
  );
}

type List = Pick<ReturnType<typeof useInfiniteQuery>, 'hasNextPage' | 'isFetching' | 'isError' | 'fetchNextPage'>;
/** In any order but the server's the first row may be on the last page. */
function useWholeList({ hasNextPage, isFetching, isError, fetchNextPage }: List, wanted: boolean): void {
  useEffect(() => {
    if (wanted && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [wanted, hasNextPage, isFetching, isError, fetchNextPage]);
}

function SortMenu({ sort, onChange }: { sort: InstanceSort; onChange: (sort: string) => void }) {
  return (
    <DropdownMenu
      trigger={
        <button
          type="button"
          className="inline-flex h-6 items-center gap-1 rounded-md px-1 text-muted hover:text-text max-md:h-9"
        >
          {instanceSortWords[sort]}
          <Icon of={ChevronDown} size={13} />
        </button>
      }
    >
      <MenuRadioGroup value={sort} onChange={onChange}>
        {Object.entries(instanceSortWords).map(([value, words]) => (
          <MenuRadioItem key={value} value={value}>
            {words}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </DropdownMenu>
  );
}
