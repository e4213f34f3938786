/** Queries of principals, for admins: who was named, what each holds, and what was done for it. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '@/lib/contracts/common';
import { callRoute, type QueryInput } from './client';

export type IdentitiesFilter = Omit<QueryInput<'identities.list'>, 'limit' | 'cursor'>;
export interface Who {
  userId: string;
  platform: string;
}

export const identityKeys = {
  all: ['identities'],
  list: (filter?: IdentitiesFilter) =>
    filter === undefined ? (['identities', 'list'] as const) : (['identities', 'list', filter] as const),
  one: ({ userId, platform }: Who) => ['identities', 'one', { userId, platform }] as const,
  calls: (who?: Who) =>
    who === undefined
      ? (['identities', 'calls'] as const)
      : (['identities', 'calls', { userId: who.userId, platform: who.platform }] as const),
} as const;

const pageSize = 50;
const firstPage: string | null = null;
const paging = { initialPageParam: firstPage, getNextPageParam: (last: Page<unknown>) => last.nextCursor };
const pageInput = (cursor: string | null) => ({ limit: pageSize, ...(cursor !== null && { cursor }) });

export const identitiesQuery = (filter: IdentitiesFilter) =>
  infiniteQueryOptions({
    queryKey: identityKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('identities.list', { query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

export const identityQuery = (who: Who) =>
  queryOptions({
    queryKey: identityKeys.one(who),
    queryFn: ({ signal }) =>
      callRoute('identities.get', { params: { userId: who.userId }, query: { platform: who.platform }, signal }),
  });

export const identityCallsQuery = (who: Who) =>
  infiniteQueryOptions({
    queryKey: identityKeys.calls(who),
    queryFn: ({ pageParam, signal }) =>
      callRoute('identities.calls', {
        params: { userId: who.userId },
        query: { platform: who.platform, ...pageInput(pageParam) },
        signal,
      }),
    ...paging,
  });
