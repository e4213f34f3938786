'use client';

import { type InfiniteData, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

const tooManyRows = 2000;

/**
 * A live list left open for a day would hold every row that ever came in. Past a bound it goes back to its first page, unless
 * somebody has scrolled down into it.
 */
export function useTrimmedHead(query: { queryKey: QueryKey }, rows: number, enabled = true): void {
  const client = useQueryClient();
  const { queryKey } = query;
  useEffect(() => {
    if (!enabled || rows <= tooManyRows || (document.getElementById('main')?.scrollTop ?? 0) > 0 || scrollY > 0) return;
    client.setQueryData<InfiniteData<unknown, unknown>>(
      queryKey,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    void client.invalidateQueries({ queryKey, exact: true });
  }, [client, queryKey, rows, enabled]);
}
