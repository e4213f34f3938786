'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { rowsOf, runsQuery } from '@/components/api/queries';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { LoadMore } from '@/components/ui/load-more';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { runColumns } from './run-columns';
import { RunCompact } from './run-compact';

interface RunsOfProps {
  filter: Parameters<typeof runsQuery>[0];
  /** Under which the chosen columns are remembered. */
  table: string;
  label: string;
  empty: { title: string; children?: ReactNode };
}

/** The runs of one thing, the newest first: on the page of that thing. */
export function RunsOf({ filter, table, label, empty }: RunsOfProps) {
  const router = useRouter();
  const list = useInfiniteQuery(runsQuery(filter));
  const rows = rowsOf(list.data);
  const columns = useTableColumns(table, runColumns);
  if (list.isPending) return <SkeletonRows label="Loading runs" />;
  if (list.isError && !list.data)
    return <ErrorState title="The runs could not be loaded" error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <EmptyState icon={Activity} {...empty} />;
  return (
    <>
      <DataTable
        label={label}
        columns={columns}
        rows={rows}
        rowId={(run) => run.id}
        rowName={(run) => run.title}
        onOpen={(run) => router.push(`/runs/${run.id}`)}
        compact={(run) => <RunCompact run={run} />}
      />
      <LoadMore list={list} />
    </>
  );
}
