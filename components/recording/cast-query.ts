import { queryOptions } from '@tanstack/react-query';
import { loadCast } from './load-cast';

export const castQuery = (runId: string, onProgress: (share: number) => void = () => undefined) =>
  queryOptions({
    queryKey: ['recording', runId],
    queryFn: ({ signal }) => loadCast(runId, signal, onProgress),
    staleTime: Number.POSITIVE_INFINITY,
    // Tens of megabytes when long: not kept once nobody looks at it.
    gcTime: 60_000,
    retry: false,
    structuralSharing: false,
  });
