'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useConnection } from './live-provider';

/** After an act: live events bring what it changed; without a connection the lists are asked again. */
export function useRefreshUnlessLive(): (queryKey: QueryKey) => void {
  const client = useQueryClient();
  const { state } = useConnection();
  return (queryKey) => {
    if (state !== 'live') void client.invalidateQueries({ queryKey });
  };
}
