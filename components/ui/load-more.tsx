'use client';

import { useEffect, useRef } from 'react';
import { Button } from './button';
import { InlineError } from './error-state';

interface LoadMoreProps {
  hasMore: boolean;
  loading: boolean;
  error: unknown;
  onMore: () => void;
}

/** Loads the next page when it comes into view, and by a button for whoever does not scroll. */
export function LoadMore({ hasMore, loading, error, onMore }: LoadMoreProps) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    if (!hasMore || loading || error || !ref.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: '400px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [hasMore, loading, error]);
  if (!hasMore && !error) return null;
  return (
    <div ref={ref} className="flex flex-col items-center gap-2 py-4">
      <InlineError error={error} />
      <Button tone="quiet" pending={loading} onClick={onMore}>
        Load more
      </Button>
    </div>
  );
}
