'use client';

import { formatCountdown, formatDuration, formatUsd } from '@/components/ui/format';
import { Meter } from '@/components/ui/meter';
import { useNow } from '@/components/ui/use-now';
import type { Run } from '@/lib/contracts/runs';

const secondsMatterBelowMs = 5 * 60_000;

/** "ends in 22 m", ticking every second once that matters. */
export function TimeMeter({ run }: { run: Run }) {
  const slow = useNow();
  const endMs = Date.parse(run.expiresAt);
  const startMs = Date.parse(run.startedAt);
  if (slow === null) return null;
  const ticking = endMs - slow < secondsMatterBelowMs;
  return (
    <div className="flex items-center gap-2 whitespace-nowrap">
      <dt className="sr-only">time left</dt>
      <dd className="flex items-center gap-2">
        {ticking ? <TickingLeft endMs={endMs} /> : <span>ends in {formatDuration(endMs - slow)}</span>}
        <Meter
          value={(slow - startMs) / (endMs - startMs)}
          label={`${Math.round(Math.min(1, Math.max(0, (slow - startMs) / (endMs - startMs))) * 100)} % of its time used`}
        />
      </dd>
    </div>
  );
}

function TickingLeft({ endMs }: { endMs: number }) {
  const now = useNow('second');
  if (now === null) return null;
  return <span className="text-wait">ends in {formatCountdown(endMs - now)}</span>;
}

export function BudgetMeter({ budget }: { budget: NonNullable<Run['budget']> }) {
  const spent = `$${budget.spentUsd.toFixed(2)}`;
  if (budget.limitUsd === null) {
    return (
      <div className="flex gap-1">
        <dt>spent</dt>
        <dd className="text-text">{spent}</dd>
      </div>
    );
  }
  const words = `${spent} of ${formatUsd(budget.limitUsd)}`;
  return (
    <div className="flex items-center gap-2 whitespace-nowrap">
      <dt className="sr-only">budget</dt>
      <dd className="flex items-center gap-2">
        {words}
        <Meter value={budget.spentUsd / budget.limitUsd} label={`${words} spent`} />
      </dd>
    </div>
  );
}
