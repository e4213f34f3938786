'use client';

import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Button } from './button';
import { InlineError } from './error-state';

interface LoadMoreProps {
  list: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error' | 'fetchNextPage'
  >;
  /** Asks for nothing for now. */
  paused?: boolean;
}

/** Loads the next page when it comes into view, and by a button for whoever does not scroll. */
export function LoadMore({ list, paused = false }: LoadMoreProps) {
  const { isFetchingNextPage: loading, fetchNextPage } = list;
  const hasMore = list.hasNextPage && !paused;
  const error = list.isFetchNextPageError ? list.error : null;
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(fetchNextPage);
  useEffect(() => {
    latest.current = fetchNextPage;
  });
  useEffect(() => {
    if (!hasMore || loading || error || !ref.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void latest.current(), {
      rootMargin: '400px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [hasMore, loading, error]);
  if (!hasMore && !error) return null;
  return (
    <div ref={ref} className="flex flex-col items-center gap-2 py-4">
      <InlineError error={error} />
      <Button tone="quiet" pending={loading} onClick={() => void fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}
