'use client';

import { useMemo } from 'react';
import type { RunsFilter } from '@/components/api/queries';
import { runStatusWords } from '@/components/ui/status-dot';
import { useUrlState } from '@/components/ui/use-url-state';
import { type RunStatus, runStatuses } from '@/lib/contracts/run-status';

export const runSortWords = {
  '-startedAt': 'newest first',
  startedAt: 'oldest first',
  '-lastActivityAt': 'last activity first',
  lastActivityAt: 'idle longest first',
} as const;
export type RunSort = keyof typeof runSortWords;

export const kindWords = { pty: 'terminal', external: 'external', relay: 'relay' } as const;
type Kind = keyof typeof kindWords;

/** The filter the URL asks for. Words it does not know are left out rather than sent to be refused. */
export function useRunFilter(): { filter: RunsFilter; sort: RunSort; url: ReturnType<typeof useUrlState> } {
  const url = useUrlState();
  const { search } = url;
  const filter = useMemo(() => parseRunFilter(new URLSearchParams(search)), [search]);
  return { filter, sort: filter.sort ?? '-startedAt', url };
}

function parseRunFilter(params: URLSearchParams): RunsFilter {
  const status = parseStatuses(params.get('status') ?? undefined);
  const kind = params.get('kind') ?? '';
  const sort = params.get('sort') ?? '';
  return {
    ...(status.length > 0 && { status: status.join(',') }),
    ...(params.get('user') && { userId: params.get('user')?.slice(0, 200) }),
    ...(params.get('project') && { projectId: params.get('project')?.slice(0, 100) }),
    ...(params.get('plugin') && { pluginId: params.get('plugin')?.slice(0, 100) }),
    ...(Object.hasOwn(kindWords, kind) && { kind: kind as Kind }),
    ...(params.get('q') && { q: params.get('q')?.slice(0, 200) }),
    ...(Object.hasOwn(runSortWords, sort) && sort !== '-startedAt' && { sort: sort as RunSort }),
  };
}

export type StatusWord = RunStatus | 'live' | 'ended';
const statusWordList: readonly StatusWord[] = ['live', 'ended', ...runStatuses];

export function parseStatuses(text: string | undefined): StatusWord[] {
  const words = text?.split(',') ?? [];
  return statusWordList.filter((word) => words.includes(word));
}

export function statusWord(word: StatusWord): string {
  return word === 'live' || word === 'ended' ? word : runStatusWords[word];
}
