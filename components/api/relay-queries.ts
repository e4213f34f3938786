/** Queries of the relay: instances that dial in, what is said to them, and what this server itself talks to. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '@/lib/contracts/common';
import { callRoute } from './client';
import { everyPage, sorted } from './trust-queries';

export interface InstancesFilter {
  q?: string;
}
export interface MessagesFilter {
  chatId: string;
}

export const relayKeys = {
  instances: (filter?: InstancesFilter) =>
    filter === undefined ? (['relay', 'list'] as const) : (['relay', 'list', filter] as const),
  instance: (id: string) => ['relay', 'one', id] as const,
  messages: (id: string, filter?: MessagesFilter) =>
    filter === undefined ? (['relay', 'messages', id] as const) : (['relay', 'messages', id, filter] as const),
  platforms: ['relay', 'platforms'],
  upstreams: ['relay', 'upstreams'],
} as const;

const pageSize = 50;
const firstPage: string | null = null;
const paging = { initialPageParam: firstPage, getNextPageParam: (last: Page<unknown>) => last.nextCursor };
const pageInput = (cursor: string | null) => ({ limit: pageSize, ...(cursor !== null && { cursor }) });

export const relayInstancesQuery = (filter: InstancesFilter) =>
  infiniteQueryOptions({
    queryKey: relayKeys.instances(filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('relay.list', { query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

export const relayInstanceQuery = (id: string) =>
  queryOptions({
    queryKey: relayKeys.instance(id),
    queryFn: ({ signal }) => callRoute('relay.get', { params: { id }, signal }),
  });

/** What was said in one chat of the console, newest first, as the server pages it. */
export const relayMessagesQuery = (id: string, filter: MessagesFilter) =>
  infiniteQueryOptions({
    queryKey: relayKeys.messages(id, filter),
    queryFn: ({ pageParam, signal }) =>
      callRoute('relay.messages', { params: { id }, query: { ...filter, ...pageInput(pageParam) }, signal }),
    ...paging,
  });

/** In the order of the server: the console first, then the newest. */
export const relayPlatformsQuery = () =>
  queryOptions({
    queryKey: relayKeys.platforms,
    queryFn: ({ signal }) => everyPage((query) => callRoute('relayPlatforms.list', { query, signal })),
  });

export const relayUpstreamsQuery = () =>
  queryOptions({
    queryKey: relayKeys.upstreams,
    queryFn: ({ signal }) => everyPage((query) => callRoute('relayUpstreams.list', { query, signal })).then(sorted),
  });
