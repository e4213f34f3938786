'use client';

import { useEffect, useRef, useState } from 'react';
import type { RunsFilter } from '@/components/api/queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { runMatches } from '@/components/live/patch-lists';
import type { Run } from '@/lib/contracts/runs';

const tintMs = 1000;

/** Holds the list still while somebody reads it, and counts what changes meanwhile. */
export function usePausableRows(rows: Run[], filter: RunsFilter) {
  const [frozen, setFrozen] = useState<Run[] | null>(null);
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const paused = frozen !== null;
  useLiveEvents((event) => {
    if (!paused || !event.type.startsWith('run.')) return;
    const run = event.data as Run;
    if (runMatches(run, filter) || frozen.some((row) => row.id === run.id))
      setWaiting((ids) => new Set(ids).add(run.id));
  });
  const resume = () => {
    setFrozen(null);
    setWaiting(new Set());
  };
  // Another filter asks for another list: holding on to the old one would answer the wrong question.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the filter resumes.
  useEffect(resume, [filter]);
  return { rows: frozen ?? rows, paused, waiting: waiting.size, pause: () => setFrozen(rows), resume };
}

/** Ids of rows whose status changed, or that came in, within the last second. */
export function useChangedRows(): ReadonlySet<string> {
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const statuses = useRef(new Map<string, string>());
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running) clearTimeout(timer);
    };
  }, []);
  useLiveEvents((event) => {
    if (event.type !== 'run.started' && event.type !== 'run.updated' && event.type !== 'run.ended') return;
    const { id, status } = event.data;
    const before = statuses.current.get(id);
    statuses.current.set(id, status);
    if (event.type === 'run.updated' && (before === undefined || before === status)) return;
    setChanged((ids) => new Set(ids).add(id));
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setChanged((ids) => new Set([...ids].filter((each) => each !== id)));
    }, tintMs);
    timers.current.add(timer);
  });
  return changed;
}
