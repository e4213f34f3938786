'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Me } from '@/lib/contracts/operators';
import { ApiError } from './api-error';
import { queryKeys } from './queries';

/** Live events keep the cache fresh, so nothing is asked again merely because time has passed. */
function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) =>
          failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
      mutations: { retry: false },
    },
  });
}

/** `me` is known to the layout already: the roles are right in the first paint. */
export function QueryProvider({ me, children }: { me: Me; children: ReactNode }) {
  const [client] = useState(() => {
    const created = createClient();
    created.setQueryData(queryKeys.me, me);
    return created;
  });
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
