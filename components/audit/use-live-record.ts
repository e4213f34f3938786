'use client';

import { useEffect, useRef, useState } from 'react';
import type { AuditFilter } from '@/components/api/queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { auditMatches } from '@/components/live/patch-lists';
import type { AuditRow } from '@/lib/contracts/audit';

interface LiveRecordOptions {
  rows: readonly AuditRow[];
  filter: AuditFilter;
  fetching: boolean;
  refetch: () => void;
}

/**
 * A row that is written while the list is being fetched may be missing from the answer and is too early to be added to it:
 * the list is then asked for once more. Answers which rows came in live, so that they can be shown as new.
 */
export function useLiveRecord({ rows, filter, fetching, refetch }: LiveRecordOptions): (row: AuditRow) => boolean {
  const missed = useRef(0);
  useLiveEvents((event) => {
    if (fetching && event.type === 'audit.appended' && auditMatches(event.data, filter))
      missed.current = event.data.seq;
  });
  const newest = rows[0]?.seq ?? 0;
  useEffect(() => {
    if (fetching || missed.current === 0) return;
    const incomplete = missed.current > newest;
    missed.current = 0;
    if (incomplete) refetch();
  }, [fetching, newest, refetch]);

  const [atFirst, setAtFirst] = useState<{ filter: AuditFilter; seq: number } | null>(null);
  if (!fetching && atFirst?.filter !== filter) setAtFirst({ filter, seq: newest });
  return (row) => atFirst?.filter === filter && row.seq > atFirst.seq;
}
