/** Every server query of the console: keys and options in one place, so that live events find what they patch. */
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '@/lib/contracts/common';
import { callRoute, type QueryInput } from './client';

type Filter<T> = Omit<T, 'limit' | 'cursor'>;
export type RunsFilter = Filter<QueryInput<'runs.list'>>;
export type TokensFilter = Filter<QueryInput<'tokens.list'>>;
export type AuditFilter = Filter<QueryInput<'audit.list'>>;
export type ApprovalsFilter = Filter<QueryInput<'approvals.list'>>;
export type CallsFilter = Filter<QueryInput<'runs.calls'>>;

export const queryKeys = {
  me: ['me'],
  navCounts: ['nav-counts'],
  overview: (hours?: number) => (hours === undefined ? (['overview'] as const) : (['overview', hours] as const)),
  runs: (filter?: RunsFilter) =>
    filter === undefined ? (['runs', 'list'] as const) : (['runs', 'list', filter] as const),
  run: (id: string) => ['runs', 'one', id] as const,
  runEvents: (runId: string) => ['runs', 'events', runId] as const,
  tokens: (filter?: TokensFilter) =>
    filter === undefined ? (['tokens', 'list'] as const) : (['tokens', 'list', filter] as const),
  audit: (filter?: AuditFilter) =>
    filter === undefined ? (['audit', 'list'] as const) : (['audit', 'list', filter] as const),
  approvals: (filter?: ApprovalsFilter) =>
    filter === undefined ? (['approvals', 'list'] as const) : (['approvals', 'list', filter] as const),
  approval: (id: string) => ['approvals', 'one', id] as const,
  calls: (runId: string, filter?: CallsFilter) =>
    filter === undefined ? (['calls', 'list', runId] as const) : (['calls', 'list', runId, filter] as const),
  call: (id: string) => ['calls', 'one', id] as const,
  plugin: (id: string) => ['plugins', 'one', id] as const,
  plugins: ['plugins', 'list'],
  connectors: ['connectors', 'list'],
  connector: (id: string) => ['connectors', 'one', id] as const,
  connectorAccess: (id?: string) =>
    id === undefined ? (['connectors', 'access'] as const) : (['connectors', 'access', id] as const),
  connectorStderr: (id: string) => ['connectors', 'stderr', id] as const,
  toolsQueue: ['tools-queue'],
  deadLetters: ['dead-letters'],
  locks: ['locks'],
  /** Open ones, of one run or of all. */
  leaks: (runId?: string) => ['leaks', runId ?? 'all'] as const,
  webhooks: ['webhooks'],
  operators: ['operators'],
  serviceKeys: ['service-keys'],
  sessions: ['sessions'],
} as const;

const pageSize = 50;
const firstPage: string | null = null;

/** Keyset paging: the next page starts where the last one says. */
const paging = {
  initialPageParam: firstPage,
  getNextPageParam: (last: Page<unknown>) => last.nextCursor,
};
function pageInput(cursor: string | null): { limit: number; cursor?: string } {
  return cursor === null ? { limit: pageSize } : { limit: pageSize, cursor };
}

export const meQuery = () =>
  queryOptions({ queryKey: queryKeys.me, queryFn: ({ signal }) => callRoute('me.get', { signal }), staleTime: 60_000 });

export const navCountsQuery = () =>
  queryOptions({ queryKey: queryKeys.navCounts, queryFn: ({ signal }) => callRoute('nav.counts', { signal }) });

export const overviewQuery = (hours: number) =>
  queryOptions({
    queryKey: queryKeys.overview(hours),
    queryFn: ({ signal }) => callRoute('overview.get', { query: { hours }, signal }),
  });

export const runsQuery = (filter: RunsFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.runs(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('runs.list', { query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => callRoute('runs.get', { params: { id }, signal }),
  });

/** What a run published about itself. The order is the server's. */
export const runEventsQuery = (runId: string) =>
  infiniteQueryOptions({
    queryKey: queryKeys.runEvents(runId),
    queryFn: ({ pageParam, signal }) =>
      callRoute('runs.events', { params: { id: runId }, query: pageInput(pageParam), signal }),
    ...paging,
  });

export const tokensQuery = (filter: TokensFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.tokens(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('tokens.list', { query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.audit(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('audit.list', { query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

/** Pending ones are few, and whoever decides wants to see them all. */
const approvalsPageSize = 200;

export const approvalsQuery = (filter: ApprovalsFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.approvals(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('approvals.list', {
        query: { ...filter, ...pageInput(pageParam), ...(filter.status === 'pending' && { limit: approvalsPageSize }) },
        signal,
      }),
    ...paging,
  });

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.approval(id),
    queryFn: ({ signal }) => callRoute('approvals.get', { params: { id }, signal }),
  });

export const callsQuery = (runId: string, filter: CallsFilter) =>
  infiniteQueryOptions({
    queryKey: queryKeys.calls(runId, filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('runs.calls', { params: { id: runId }, query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.call(id),
    queryFn: ({ signal }) => callRoute('calls.get', { params: { id }, signal }),
  });

export const pluginQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.plugin(id),
    queryFn: ({ signal }) => callRoute('plugins.get', { params: { id }, signal }),
  });

export const operatorsQuery = () =>
  infiniteQueryOptions({
    queryKey: queryKeys.operators,
    queryFn: ({ pageParam, signal }) => callRoute('operators.list', { query: pageInput(pageParam), signal }),
    ...paging,
  });

export const serviceKeysQuery = () =>
  infiniteQueryOptions({
    queryKey: queryKeys.serviceKeys,
    queryFn: ({ pageParam, signal }) => callRoute('serviceKeys.list', { query: pageInput(pageParam), signal }),
    ...paging,
  });

export const sessionsQuery = () =>
  infiniteQueryOptions({
    queryKey: queryKeys.sessions,
    queryFn: ({ pageParam, signal }) => callRoute('sessions.list', { query: pageInput(pageParam), signal }),
    ...paging,
  });

/** The rows of every page loaded so far. */
export function rowsOf<T>(data: InfiniteData<Page<T>, unknown> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
