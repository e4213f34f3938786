'use client';

import { useMemo } from 'react';
import type { AuditFilter } from '@/components/api/queries';
import { useUrlState } from '@/components/ui/use-url-state';
import { outcomes } from './audit-words';

/** The filter the URL asks for. What the server would refuse is left out rather than sent. */
export function useAuditFilter(): { filter: AuditFilter; openRow: number | null; url: ReturnType<typeof useUrlState> } {
  const url = useUrlState();
  const { search } = url;
  const filter = useMemo(() => parseAuditFilter(new URLSearchParams(search)), [search]);
  return { filter, openRow: parseSeq(url.get('row')), url };
}

export function parseAuditFilter(params: URLSearchParams): AuditFilter {
  const outcome = outcomes.find((each) => each === params.get('outcome'));
  return {
    ...texts(params, { actor: 200, action: 100, target: 200, q: 200 }),
    ...(outcome && { outcome }),
    ...instants(params),
  };
}

function texts(params: URLSearchParams, longest: Record<'actor' | 'action' | 'target' | 'q', number>) {
  const given = Object.entries(longest).map(([name, length]) => [name, params.get(name)?.trim().slice(0, length)]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

function instants(params: URLSearchParams): Pick<AuditFilter, 'from' | 'to'> {
  const given = (['from', 'to'] as const).map((name) => [name, toInstant(params.get(name))]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/** Any time a browser can read, as the wire has it. */
export function toInstant(text: string | null | undefined): string | undefined {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

export function parseSeq(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
}

/** An instant as the local wall-clock time that a `datetime-local` field holds, to the second. */
export function toLocalField(at: string | undefined): string {
  if (!at) return '';
  const when = new Date(at);
  return new Date(when.getTime() - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
