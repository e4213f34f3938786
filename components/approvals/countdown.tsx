'use client';

import { cn } from '@/components/ui/cn';
import { formatClock } from '@/components/ui/format';
import { Meter } from '@/components/ui/meter';
import { useNow } from '@/components/ui/use-now';
import type { Approval } from '@/lib/contracts/approvals';

type Deadline = Pick<Approval, 'requestedAt' | 'expiresAt'>;
const urgentBelowMs = 90_000;

function useTimeLeft({ expiresAt }: Pick<Approval, 'expiresAt'>): number | null {
  const now = useNow('second');
  return now === null ? null : Math.max(0, Date.parse(expiresAt) - now);
}

/** "3:48", red once it is nearly over: silence denies. */
export function Countdown({ approval, className }: { approval: Pick<Approval, 'expiresAt'>; className?: string }) {
  const left = useTimeLeft(approval);
  if (left === null) return null;
  return (
    <time
      dateTime={approval.expiresAt}
      title={`Denied automatically at ${approval.expiresAt.replace('T', ' ').replace('Z', ' UTC')}`}
      className={cn(left < urgentBelowMs && 'text-stop', className)}
    >
      {formatClock(left)}
    </time>
  );
}

export function CountdownMeter({ approval, className }: { approval: Deadline; className?: string }) {
  const left = useTimeLeft(approval);
  if (left === null) return null;
  const whole = Date.parse(approval.expiresAt) - Date.parse(approval.requestedAt);
  return (
    <Meter
      value={left / whole}
      warnAt={left < urgentBelowMs ? 0 : 2}
      label={`${formatClock(left)} left to decide`}
      className={className}
    />
  );
}
