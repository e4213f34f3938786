'use client';

import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { hasErrorCode } from '@/components/api/api-error';
import { relayInstanceQuery } from '@/components/api/relay-queries';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { InstanceView } from './instance-view';

export function InstancePage({ id }: { id: string }) {
  const { data: instance, error, refetch } = useQuery(relayInstanceQuery(id));
  if (instance) return <InstanceView key={instance.id} instance={instance} />;
  if (hasErrorCode(error, 'RELAY_INSTANCE_NOT_FOUND')) {
    return (
      <EmptyState
        icon={SearchX}
        title="There is no such relay instance"
        action={
          <Link href="/relay" className={buttonStyles()}>
            Go to the relay
          </Link>
        }
      >
        No instance has the id <code className="break-all">{id}</code>. Check that it was copied whole.
      </EmptyState>
    );
  }
  if (error)
    return <ErrorState title="The instance could not be loaded" error={error} onRetry={() => void refetch()} />;
  return (
    <div role="status" aria-label="Loading the instance" className="flex flex-col gap-3">
      <Skeleton className="h-6 w-56 max-w-full" />
      <Skeleton className="w-[480px] max-w-full" />
      <Skeleton className="mt-4 h-px w-full" />
      <SkeletonRows label="Loading" rows={6} />
    </div>
  );
}
