'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import type { Who } from '@/components/api/identity-queries';
import { rowsOf, runsQuery } from '@/components/api/queries';
import { runColumns } from '@/components/runs/run-columns';
import { RunCompact } from '@/components/runs/run-compact';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';

/** The runs a principal has, the newest first. */
export function IdentityRuns({ identity: { userId, platform } }: { identity: Who }) {
  const router = useRouter();
  const filter = useMemo(() => ({ userId, platform }), [userId, platform]);
  const list = useInfiniteQuery(runsQuery(filter));
  const rows = rowsOf(list.data);
  const columns = useTableColumns('identity-runs', runColumns);
  if (list.isPending) return <SkeletonRows label="Loading runs" />;
  if (list.isError && !list.data)
    return <ErrorState title="The runs could not be loaded" error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0)
    return (
      <EmptyState icon={Activity} title="No run was for this user">
        Calls made for it by the runs of others are under Calls.
      </EmptyState>
    );
  return (
    <>
      <DataTable
        label="Runs of the identity"
        columns={columns}
        rows={rows}
        rowId={(run) => run.id}
        rowName={(run) => run.title}
        onOpen={(run) => router.push(`/runs/${run.id}`)}
        compact={(run) => <RunCompact run={run} />}
      />
      <LoadMore
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        error={list.isFetchNextPageError ? list.error : null}
        onMore={() => void list.fetchNextPage()}
      />
    </>
  );
}
