'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { callRoute } from '@/components/api/client';
import { formatCount } from '@/components/ui/format';
import type { LockTarget } from '@/lib/contracts/locks';
import { lockEffects } from './lock-words';

const countedAtMost = 200;

/** What the lock does, with how many live runs it ends as far as they can be counted by their own fields. */
export function LockConsequence({ target }: { target: LockTarget }) {
  const id = useDeferredValue(target.id.trim());
  const filter = filterOf(target.kind, id);
  const { data } = useQuery({
    queryKey: ['runs', 'lock-impact', target.kind, id],
    queryFn: ({ signal }) =>
      callRoute('runs.list', { query: { ...filter, status: 'live', limit: countedAtMost }, signal }),
    enabled: filter !== null && id !== '',
    staleTime: 2000,
    gcTime: 10_000,
  });
  return (
    <p className="text-muted">
      {lockEffects[target.kind]}
      {filter !== null && data && (
        <>
          {' '}
          Now that is{' '}
          <span className="font-medium text-text">
            {formatCount(data.items.length)}
            {data.nextCursor !== null && ' or more'} live {data.items.length === 1 ? 'run' : 'runs'}
          </span>
          .
        </>
      )}
    </p>
  );
}

function filterOf(kind: LockTarget['kind'], id: string) {
  switch (kind) {
    case 'user':
      return { userId: id };
    case 'plugin':
      return { pluginId: id };
    case 'project':
      return { projectId: id };
    default:
      return null;
  }
}
