'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { type Connection, createLiveConnection } from './live-connection';
import { parseEventFrame } from './parse-frame';
import { type LiveEvent, patchCache } from './patch-cache';

type Handler = (event: LiveEvent) => void;
interface Live {
  connection: Connection;
  subscribe: (handler: Handler) => () => void;
}

const LiveContext = createContext<Live | null>(null);

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('Live events need a LiveProvider above them.');
  return live;
}

/** Is the page live, and since when is its data old? */
export function useConnection(): Connection {
  return useLive().connection;
}

/** Calls `handler` for each live event while mounted, after the query cache has been patched. */
export function useLiveEvents(handler: Handler): void {
  const { subscribe } = useLive();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => subscribe((event) => latest.current(event)), [subscribe]);
}

export function goToSignIn(): void {
  const next = `${location.pathname}${location.search}`;
  location.assign(`/login?next=${encodeURIComponent(next)}`);
}

/** However often gaps come, everything is asked again no more often than this. */
const gapRefetchEveryMs = 3000;

export function LiveProvider({ startSeq, children }: { startSeq: number; children: ReactNode }) {
  const client = useQueryClient();
  // A later render of the layout knows a later number; the socket has its own by then.
  const [firstSeq] = useState(startSeq);
  const handlers = useRef(new Set<Handler>());
  const [connection, setConnection] = useState<Connection>({ state: 'connecting', freshAtMs: null });

  useEffect(() => {
    let gapTimer: ReturnType<typeof setTimeout> | undefined;
    let lastGapMs = 0;
    const refetchAll = () => {
      gapTimer = undefined;
      lastGapMs = Date.now();
      void client.invalidateQueries();
    };
    const live = createLiveConnection({
      startSeq: firstSeq,
      mintTicket: async () => (await callRoute('tickets.mint', { body: { endpoint: 'events' } })).ticket,
      openSocket: (path, protocols) => new WebSocket(socketUrl(path), protocols),
      parseFrame: parseEventFrame,
      isSignedOut: (error) => error instanceof ApiError && error.status === 401,
      onEvent: (event) => {
        patchCache(client, event);
        for (const handler of handlers.current) handler(event);
      },
      onGap: () => {
        gapTimer ??= setTimeout(refetchAll, Math.max(0, lastGapMs + gapRefetchEveryMs - Date.now()));
      },
      onFirstOpen: () => {
        void client.invalidateQueries({ queryKey: queryKeys.navCounts });
        void client.invalidateQueries({ queryKey: queryKeys.overview() });
      },
      onConnection: setConnection,
      onSignedOut: goToSignIn,
      now: Date.now,
      random: Math.random,
      schedule: (run, afterMs) => {
        const timer = setTimeout(run, afterMs);
        return () => clearTimeout(timer);
      },
    });
    const retryWhenSeen = () => document.visibilityState === 'visible' && live.retryNow();
    addEventListener('online', live.retryNow);
    addEventListener('offline', live.goOffline);
    document.addEventListener('visibilitychange', retryWhenSeen);
    live.start();
    return () => {
      removeEventListener('online', live.retryNow);
      removeEventListener('offline', live.goOffline);
      document.removeEventListener('visibilitychange', retryWhenSeen);
      clearTimeout(gapTimer);
      live.stop();
    };
  }, [client, firstSeq]);

  const subscribe = useCallback((handler: Handler) => {
    handlers.current.add(handler);
    return () => void handlers.current.delete(handler);
  }, []);
  const value = useMemo(() => ({ connection, subscribe }), [connection, subscribe]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}
