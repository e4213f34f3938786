'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { callRoute } from '@/components/api/client';
import { maxRunsPerRevoke } from './limits';

/** What revoking these runs would end, as the server counts it now. */
export function useImpact(ids: readonly string[]) {
  const asked = useDeferredValue(ids);
  return useQuery({
    queryKey: ['runs', 'impact', asked],
    queryFn: ({ signal }) => callRoute('runs.impact', { body: { ids: [...asked] }, signal }),
    enabled: asked.length > 0 && asked.length <= maxRunsPerRevoke,
    placeholderData: (previous) => previous,
    staleTime: 2000,
    gcTime: 10_000,
  });
}
