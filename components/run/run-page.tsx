'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { hasErrorCode } from '@/components/api/api-error';
import { runQuery } from '@/components/api/queries';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { RunView } from './run-view';

export function RunPage({ id }: { id: string }) {
  const { data: run, error, refetch } = useQuery(runQuery(id));
  if (run) return <RunView key={run.id} run={run} />;
  if (hasErrorCode(error, 'RUN_NOT_FOUND')) {
    return (
      <EmptyState
        icon={SearchX}
        title="There is no such run"
        action={
          <Link href="/runs" className={buttonStyles()}>
            Go to the runs
          </Link>
        }
      >
        No run has the id <code className="break-all">{id}</code>. Check that it was copied whole.
      </EmptyState>
    );
  }
  if (error) return <ErrorState title="The run could not be loaded" error={error} onRetry={() => void refetch()} />;
  return (
    <div role="status" aria-label="Loading the run" className="flex flex-col gap-3">
      <Skeleton className="h-6 w-72 max-w-full" />
      <Skeleton className="w-[520px] max-w-full" />
      <Skeleton className="mt-4 h-px w-full" />
      <SkeletonRows label="Loading" rows={6} />
    </div>
  );
}
