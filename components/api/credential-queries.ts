/** Queries of cloud credential sessions, of the clouds this server can ask, and of the profiles people choose from. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '@/lib/contracts/common';
import { callRoute, type QueryInput } from './client';

export type CredentialsFilter = Omit<QueryInput<'credentials.list'>, 'limit' | 'cursor'>;

export const credentialKeys = {
  list: (filter?: CredentialsFilter) =>
    filter === undefined ? (['credentials', 'list'] as const) : (['credentials', 'list', filter] as const),
  one: (id: string) => ['credentials', 'one', id] as const,
  providers: ['credentials', 'providers'],
  profiles: ['credential-profiles'],
} as const;

const pageSize = 50;
const firstPage: string | null = null;

export const credentialsQuery = (filter: CredentialsFilter) =>
  infiniteQueryOptions({
    queryKey: credentialKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('credentials.list', {
        query: { ...filter, limit: pageSize, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: firstPage,
    getNextPageParam: (last: Page<unknown>) => last.nextCursor,
  });

export const credentialQuery = (id: string) =>
  queryOptions({
    queryKey: credentialKeys.one(id),
    queryFn: ({ signal }) => callRoute('credentials.get', { params: { id }, signal }),
  });

export const providersQuery = () =>
  queryOptions({
    queryKey: credentialKeys.providers,
    queryFn: async ({ signal }) => (await callRoute('credentials.providers', { signal })).providers,
  });

export const profilesQuery = () =>
  queryOptions({
    queryKey: credentialKeys.profiles,
    queryFn: async ({ signal }) => (await callRoute('profiles.list', { signal })).profiles,
  });
