'use client';

import { formatDuration } from '@/components/ui/format';
import { Meter } from '@/components/ui/meter';
import { useNow } from '@/components/ui/use-now';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';

/** How much of its time a run has used, ticking. */
export function TimeLeft({ run }: { run: Run }) {
  const now = useNow();
  if (!isLiveRun(run.status)) return <span className="text-muted">ended</span>;
  if (now === null) return null;
  const startMs = Date.parse(run.startedAt);
  const endMs = Date.parse(run.expiresAt);
  const label = `ends in ${formatDuration(endMs - now)}`;
  return (
    <span className="inline-flex align-middle" title={label}>
      <Meter value={(now - startMs) / (endMs - startMs)} label={label} />
    </span>
  );
}

/** How long a run has lived, or lived. */
export function RunAge({ run }: { run: Run }) {
  const now = useNow();
  const endMs = run.endedAt ? Date.parse(run.endedAt) : now;
  if (endMs === null) return null;
  return (
    <time dateTime={run.startedAt} title={`Started ${run.startedAt.replace('T', ' ').replace('Z', ' UTC')}`}>
      {formatDuration(endMs - Date.parse(run.startedAt))}
    </time>
  );
}
