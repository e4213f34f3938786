'use client';

import { type MutationState, useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { callRoute } from '@/components/api/client';
import type { AuditVerification } from '@/lib/contracts/audit';

export interface VerificationResult {
  result: AuditVerification;
  finishedAtMs: number;
}
export type Verification = MutationState<VerificationResult, Error, AbortController>;

const mutationKey = ['audit-verification'];

/** One verification at a time, kept beside the page rather than in it: it goes on, and its result stays, while somebody looks at other pages. */
export function useVerification() {
  const client = useQueryClient();
  const { mutate } = useMutation<VerificationResult, Error, AbortController>({
    mutationKey,
    gcTime: Number.POSITIVE_INFINITY,
    mutationFn: async ({ signal }) => ({
      result: await callRoute('audit.verify', { signal }),
      finishedAtMs: Date.now(),
    }),
  });
  const state = useMutationState({
    filters: { mutationKey },
    select: (mutation) => mutation.state as Verification,
  }).at(-1);
  const clear = () => {
    const cache = client.getMutationCache();
    for (const mutation of cache.findAll({ mutationKey })) cache.remove(mutation);
  };
  return {
    verification: state,
    running: state?.status === 'pending',
    start: () => {
      if (state?.status === 'pending') return;
      clear();
      mutate(new AbortController());
    },
    stop: () => {
      state?.variables?.abort();
      clear();
    },
    clear,
  };
}
