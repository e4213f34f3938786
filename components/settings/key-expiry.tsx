'use client';

import { formatDuration } from '@/components/ui/format';
import { useNow } from '@/components/ui/use-now';

const minuteMs = 60_000;

/** Rounded up to the minute, so that a key made for 90 days says so. "in 12 d", "expired" once it has, "never" where only a revoke ends the key. */
export function KeyExpiry({ at }: { at: string | null }) {
  const now = useNow();
  if (at === null) return <span className="text-muted">never</span>;
  const leftMs = now === null ? null : Date.parse(at) - now;
  return (
    <time
      dateTime={at}
      title={at.replace('T', ' ').replace('Z', ' UTC')}
      className={leftMs && leftMs < 0 ? 'text-stop' : ''}
    >
      {leftMs === null ? '' : leftMs > 0 ? `in ${formatDuration(leftMs + minuteMs)}` : 'expired'}
    </time>
  );
}
