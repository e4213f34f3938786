'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { type Connection, createLiveConnection } from './live-connection';
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

/** Queries younger than this are not asked again on a gap: they were answered after it. */
const gapRefetchEveryMs = 3000;

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const handlers = useRef(new Set<Handler>());
  const [connection, setConnection] = useState<Connection>({ state: 'connecting', freshAtMs: null });

  useEffect(() => {
    let stopped = false;
    let stop = () => {};
    let gapTimer: ReturnType<typeof setTimeout> | undefined;
    let lastGapMs = 0;
    const refetchAll = () => {
      gapTimer = undefined;
      lastGapMs = Date.now();
      void client.invalidateQueries();
    };
    // The frame schemas are loaded here, after the first paint: nothing before this moment needs them.
    void import('./parse-frame').then(({ parseEventFrame }) => {
      if (stopped) return;
      const live = createLiveConnection({
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
      stop = () => {
        removeEventListener('online', live.retryNow);
        removeEventListener('offline', live.goOffline);
        document.removeEventListener('visibilitychange', retryWhenSeen);
        live.stop();
      };
      live.start();
    });
    return () => {
      stopped = true;
      clearTimeout(gapTimer);
      stop();
    };
  }, [client]);

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
