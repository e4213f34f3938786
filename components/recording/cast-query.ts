import { queryOptions } from '@tanstack/react-query';
import { loadCast, recordingUrl } from './load-cast';

/** `redact`: without what looks like a secret. */
export const castQuery = (runId: string, redact: boolean, onProgress: (share: number) => void = () => undefined) =>
  queryOptions({
    queryKey: ['recording', runId, redact],
    queryFn: ({ signal }) => loadCast(recordingUrl(runId, redact), signal, onProgress),
    staleTime: Number.POSITIVE_INFINITY,
    // Tens of megabytes when long: not kept once nobody looks at it.
    gcTime: 60_000,
    retry: false,
    structuralSharing: false,
  });
