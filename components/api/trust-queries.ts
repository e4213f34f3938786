/** Queries of plugins, connectors, locks, alerts and webhooks. They are few: each list is asked for whole, as one array. */
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '@/lib/contracts/common';
import { callRoute } from './client';
import { queryKeys } from './queries';

const pageSize = 200;
const pagesAtMost = 50;

export async function everyPage<T>(ask: (query: { limit: number; cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const answer: Page<T> = await ask({ limit: pageSize, ...(cursor !== null && { cursor }) });
    rows.push(...answer.items);
    cursor = answer.nextCursor;
    if (cursor === null) break;
  }
  return rows;
}

/** By id: a list that people learn by heart stays in its order. */
export function sorted<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export const pluginsQuery = () =>
  queryOptions({
    queryKey: queryKeys.plugins,
    queryFn: ({ signal }) => everyPage((query) => callRoute('plugins.list', { query, signal })).then(sorted),
  });

export const connectorsQuery = () =>
  queryOptions({
    queryKey: queryKeys.connectors,
    queryFn: ({ signal }) => everyPage((query) => callRoute('connectors.list', { query, signal })).then(sorted),
  });

export const connectorQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connector(id),
    queryFn: ({ signal }) => callRoute('connectors.get', { params: { id }, signal }),
  });

export const connectorAccessQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connectorAccess(id),
    queryFn: ({ signal }) => callRoute('connectors.access', { params: { id }, signal }),
  });

export const connectorStderrQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.connectorStderr(id),
    queryFn: ({ signal }) => callRoute('connectors.stderr', { params: { id }, signal }),
    staleTime: 0,
  });

export const toolsQueueQuery = () =>
  queryOptions({
    queryKey: queryKeys.toolsQueue,
    queryFn: ({ signal }) => callRoute('tools.queue', { signal }),
  });

/** The newest: whoever has more of them has one reason for all. */
export const deadLettersQuery = () =>
  queryOptions({
    queryKey: queryKeys.deadLetters,
    queryFn: ({ signal }) => callRoute('deadLetters.list', { query: { limit: 50 }, signal }),
  });

export const locksQuery = () =>
  queryOptions({
    queryKey: queryKeys.locks,
    queryFn: ({ signal }) => everyPage((query) => callRoute('locks.list', { query, signal })),
  });

/** Open alerts of secrets that were shown, the newest first: of one run, or of all. Older ones come up as these are acknowledged. */
export const leaksQuery = (runId?: string) =>
  queryOptions({
    queryKey: queryKeys.leaks(runId),
    queryFn: ({ signal }) =>
      callRoute('leaks.list', { query: { status: 'open', limit: pageSize, ...(runId && { runId }) }, signal }).then(
        ({ items }) => items,
      ),
  });

export const webhooksQuery = () =>
  queryOptions({
    queryKey: queryKeys.webhooks,
    queryFn: ({ signal }) => everyPage((query) => callRoute('webhooks.list', { query, signal })),
  });

/** The live runs that would lose a capability, or what a lower tier takes away. */
export const trustImpactQuery = (pluginId: string, change: { capabilities: string[] } | { tier: 'restricted' }) =>
  queryOptions({
    queryKey: ['plugins', 'impact', pluginId, change],
    queryFn: ({ signal }) => callRoute('plugins.impact', { params: { id: pluginId }, body: change, signal }),
    staleTime: 0,
    gcTime: 10_000,
  });
