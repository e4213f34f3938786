'use client';

import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { CirclePause, History } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { LoadMore } from '@/components/ui/load-more';
import { Skeleton } from '@/components/ui/skeleton';
import type { Approval } from '@/lib/contracts/approvals';
import { DecidedCard, PendingCard } from './approval-card';
import type { ApprovalView } from './use-approval-view';

interface ApprovalListProps {
  list: UseInfiniteQueryResult<unknown>;
  rows: readonly Approval[];
  view: ApprovalView;
  selectedId: string | null;
  onSelect: (id: string) => void;
}

export function ApprovalList({ list, rows, view, selectedId, onSelect }: ApprovalListProps) {
  if (list.isPending) return <CardSkeletons />;
  if (list.isError && rows.length === 0)
    return (
      <ErrorState title="The approvals could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
    );
  const Card = view.decided ? DecidedCard : PendingCard;
  return (
    <>
      {rows.length === 0 && !list.hasNextPage && <Nothing view={view} />}
      <ul aria-label={view.decided ? 'Decided' : 'Waiting'} className="flex flex-col gap-2">
        {rows.map((approval) => (
          <li key={approval.id}>
            <Card approval={approval} selected={approval.id === selectedId} onSelect={() => onSelect(approval.id)} />
          </li>
        ))}
      </ul>
      {rows.length > 0 && !view.decided && <p className="px-1 pt-3 text-muted">Silence denies.</p>}
      <LoadMore list={list} />
    </>
  );
}

function Nothing({ view }: { view: ApprovalView }) {
  if (!view.decided) {
    return (
      <EmptyState
        icon={CirclePause}
        title="Nothing waits for you"
        action={<Button onClick={() => view.setDecided(true)}>What was decided</Button>}
      >
        A call that writes or destroys is held here until somebody has read what it would send. It appears by itself.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={History}
      title={view.status ? 'None was decided that way' : 'Nothing has been decided yet'}
      action={view.status && <Button onClick={() => view.setStatus(undefined)}>Clear the filter</Button>}
    >
      Every decision is on the record, with who made it and why.
    </EmptyState>
  );
}

function CardSkeletons() {
  return (
    <div role="status" aria-label="Loading approvals" className="flex flex-col gap-2">
      {['w-40', 'w-32', 'w-44'].map((width) => (
        <div key={width} className="flex flex-col gap-2.5 rounded-lg border border-line bg-panel px-3.5 py-4">
          <Skeleton className={width} />
          <Skeleton className="w-28" />
          <Skeleton className="w-20" />
        </div>
      ))}
    </div>
  );
}
