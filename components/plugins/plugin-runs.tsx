'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { rowsOf, runsQuery } from '@/components/api/queries';
import { runColumns } from '@/components/runs/run-columns';
import { RunCompact } from '@/components/runs/run-compact';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';

/** The runs under a plugin, the newest first. */
export function PluginRuns({ pluginId }: { pluginId: string }) {
  const router = useRouter();
  const filter = useMemo(() => ({ pluginId }), [pluginId]);
  const list = useInfiniteQuery(runsQuery(filter));
  const rows = rowsOf(list.data);
  const columns = useTableColumns('plugin-runs', runColumns);
  if (list.isPending) return <SkeletonRows label="Loading runs" />;
  if (list.isError && !list.data)
    return <ErrorState title="The runs could not be loaded" error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <EmptyState icon={Activity} title="No run has used this plugin yet" />;
  return (
    <>
      <DataTable
        label="Runs under the plugin"
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
