'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { auditQuery, rowsOf } from '@/components/api/queries';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { formatDuration, plural } from '@/components/ui/format';
import { runStatusTones, runStatusWords } from '@/components/ui/status-dot';
import { useIsNarrow } from '@/components/ui/use-media';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { type Scale, timelineScale } from './timeline-scale';

const rowsAtFirst = 12;

interface TimelineProps {
  runs: readonly Run[];
  nowMs: number;
  hours: 12 | 24;
}

/** Each run as a bar on the axis of time, the newest first; marks are refusals. */
export function Timeline({ runs, nowMs, hours }: TimelineProps) {
  const narrow = useIsNarrow();
  const [all, setAll] = useState(false);
  const scale = timelineScale(
    nowMs,
    hours,
    narrow ? { tickHours: hours / 4, lastLabelAt: 86 } : { tickHours: hours / 12, lastLabelAt: 97 },
  );
  const touching = runs.filter((run) => endOf(run, nowMs) >= scale.startMs);
  const refusals = useRefusals(hours);
  const shown = all ? touching : touching.slice(0, rowsAtFirst);
  if (touching.length === 0)
    return <p className="px-3.5 py-10 text-center text-muted">No run in the last {hours} hours.</p>;
  return (
    <div className="px-3.5 pt-2 pb-2">
      <div className="relative grid grid-cols-[164px_1fr] max-md:grid-cols-[116px_1fr] gap-x-3">
        <div aria-hidden="true" className="relative col-start-2 row-start-1 h-6 text-hint text-muted">
          {scale.ticks.map((tick) => (
            <span key={tick.ms} className="absolute top-1" style={{ left: `${scale.at(tick.ms)}%` }}>
              {tick.label}
            </span>
          ))}
        </div>
        <ol className="col-span-2 col-start-1 row-start-2 grid grid-cols-subgrid">
          {shown.map((run) => (
            <TimelineRow key={run.id} run={run} scale={scale} nowMs={nowMs} refusals={refusals.get(run.id) ?? []} />
          ))}
        </ol>
        <div aria-hidden="true" className="pointer-events-none relative col-start-2 row-span-2 row-start-1">
          <span className="absolute inset-y-0 w-px bg-info" style={{ left: `${scale.at(nowMs)}%` }} />
        </div>
      </div>
      {touching.length > rowsAtFirst && (
        <Button tone="quiet" size="small" className="mt-1" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${touching.length} runs`}
        </Button>
      )}
    </div>
  );
}

interface TimelineRowProps {
  run: Run;
  scale: Scale;
  nowMs: number;
  refusals: readonly number[];
}
function TimelineRow({ run, scale, nowMs, refusals }: TimelineRowProps) {
  const startMs = Date.parse(run.startedAt);
  const endMs = endOf(run, nowMs);
  const left = scale.at(startMs);
  const tone = runStatusTones[run.status];
  const words = `${run.title}: ${runStatusWords[run.status]}, ${formatDuration(endMs - startMs)}${refusals.length > 0 ? `, ${plural(refusals.length, 'refusal')}` : ''}`;
  return (
    <li className="col-span-2 grid h-[26px] grid-cols-subgrid items-center">
      <Link
        href={`/runs/${run.id}`}
        prefetch={false}
        className={cn('truncate hover:underline', !isLiveRun(run.status) && tone === 'hollow' && 'text-muted')}
      >
        {run.title}
      </Link>
      <div className="relative h-full border-line border-l">
        <Link
          href={`/runs/${run.id}`}
          prefetch={false}
          tabIndex={-1}
          aria-hidden="true"
          title={words}
          className={cn(
            'absolute inset-y-[7px] min-w-[3px] rounded-[2px] border',
            tone === 'live' && 'border-live/50 bg-live-ground',
            tone === 'wait' && 'border-wait/50 bg-wait-ground',
            tone === 'stop' && 'rounded-r-none border-stop/50 border-r-2 border-r-stop bg-stop-ground',
            tone === 'hollow' && 'border-line bg-sunk',
          )}
          style={{ left: `${left}%`, width: `${scale.at(endMs) - left}%` }}
        />
        {refusals
          .filter((ms) => ms >= scale.startMs)
          .map((ms) => (
            <span
              key={ms}
              aria-hidden="true"
              className="pointer-events-none absolute top-1/2 size-1.5 -translate-1/2 rounded-full bg-stop"
              style={{ left: `${scale.at(ms)}%` }}
            />
          ))}
      </div>
    </li>
  );
}

function endOf(run: Run, nowMs: number): number {
  return run.endedAt ? Date.parse(run.endedAt) : nowMs;
}

/** When something was refused, by the run it belongs to. */
function useRefusals(hours: number): Map<string, number[]> {
  // Fixed while the page is open: a moving start would be a new question each time.
  const [openedMs] = useState(() => Date.now());
  const from = new Date(openedMs - hours * 3_600_000).toISOString();
  const { data } = useInfiniteQuery(auditQuery({ outcome: 'refused', from }));
  return useMemo(() => {
    const byRun = new Map<string, number[]>();
    for (const row of rowsOf(data)) {
      const runId = typeof row.data.runId === 'string' ? row.data.runId : row.target;
      byRun.set(runId, [...(byRun.get(runId) ?? []), Date.parse(row.at)]);
    }
    return byRun;
  }, [data]);
}
