'use client';

import { useQuery } from '@tanstack/react-query';
import { callRoute } from '@/components/api/client';
import { maxRunsPerRevoke } from './limits';

/** What revoking these runs would end, as the server counts it now. */
export function useImpact(ids: readonly string[]) {
  return useQuery({
    queryKey: ['runs', 'impact', ids],
    queryFn: ({ signal }) => callRoute('runs.impact', { body: { ids: [...ids] }, signal }),
    enabled: ids.length > 0 && ids.length <= maxRunsPerRevoke,
    placeholderData: (previous) => previous,
    staleTime: 2000,
    gcTime: 10_000,
  });
}
