'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLiveEvents } from '@/components/live/live-provider';

/** However many calls end, their latency is asked for no more often than this. */
const everyMs = 2000;

/** Latency and errors are told by no event of their own: they are asked for after calls have ended. */
export function useConnectorHealth(queryKey: QueryKey, connectorId?: string): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents((event) => {
    if (event.type !== 'tool.called' || event.data.endedAt === null) return;
    if (connectorId !== undefined && event.data.connectorId !== connectorId) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey });
    }, everyMs);
  });
}
