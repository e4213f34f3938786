'use client';

import { useEffect, useMemo, useState } from 'react';

/**
 * Keeps what comes in at the head of a list out of it while somebody reads. Older rows still load below. `waiting`: how many
 * rows came in meanwhile.
 */
export function usePausedRows<T>(rows: T[], idOf: (row: T) => number, resetKey: string) {
  const [newestId, setNewestId] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: callers write `idOf` inline; it never changes meaning.
  const shown = useMemo(
    () => (newestId === null ? rows : rows.filter((row) => idOf(row) <= newestId)),
    [rows, newestId],
  );
  const resume = () => setNewestId(null);
  // Another filter asks for another list: holding on to the old one would answer the wrong question.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the key resumes.
  useEffect(resume, [resetKey]);
  return {
    rows: shown,
    paused: newestId !== null,
    waiting: rows.length - shown.length,
    pause: () => setNewestId(rows.reduce((newest, row) => Math.max(newest, idOf(row)), 0)),
    resume,
  };
}
