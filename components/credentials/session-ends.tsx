'use client';

import { cn } from '@/components/ui/cn';
import { formatClock } from '@/components/ui/format';
import { Meter } from '@/components/ui/meter';
import { RelativeTime } from '@/components/ui/time';
import { useNow } from '@/components/ui/use-now';
import type { CredentialSession } from '@/lib/contracts/credentials';

const soonMs = 120_000;

/** "12:41" and amber once it is nearly over; after that, how long ago it was. */
export function SessionEnds({ session, meter = false }: { session: CredentialSession; meter?: boolean }) {
  const now = useNow('second');
  if (session.status !== 'active')
    return <RelativeTime at={session.endedAt ?? session.expiresAt} className="text-muted" />;
  if (now === null) return null;
  const endMs = Date.parse(session.expiresAt);
  const startMs = Date.parse(session.createdAt);
  const left = Math.max(0, endMs - now);
  return (
    <span className="inline-flex items-center gap-2 align-middle">
      {meter && <Meter value={(now - startMs) / (endMs - startMs)} label={`${formatClock(left)} left`} />}
      <time
        dateTime={session.expiresAt}
        title={`Ends at ${session.expiresAt.replace('T', ' ').replace('Z', ' UTC')}`}
        className={cn('tabular-nums', left < soonMs && 'text-wait')}
      >
        {formatClock(left)}
      </time>
    </span>
  );
}
