'use client';

import { useConnection } from '@/components/live/live-provider';
import { formatDuration } from '@/components/ui/format';
import { type DotTone, StatusDot } from '@/components/ui/status-dot';
import { useNow } from '@/components/ui/use-now';

const words = { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', offline: 'Offline' } as const;
const tones: Record<keyof typeof words, DotTone> = {
  connecting: 'hollow',
  live: 'live',
  reconnecting: 'wait',
  offline: 'stop',
};

/** Says whether the page is live, and how old its data is when it is not. */
export function ConnectionState() {
  const { state, freshAtMs } = useConnection();
  const stale = state === 'reconnecting' || state === 'offline';
  return (
    <span role="status" className="flex items-center gap-1.5 text-muted">
      <StatusDot tone={tones[state]}>{words[state]}</StatusDot>
      {stale && freshAtMs !== null && <DataAge sinceMs={freshAtMs} />}
    </span>
  );
}

function DataAge({ sinceMs }: { sinceMs: number }) {
  const now = useNow('second');
  if (now === null) return null;
  return (
    <span aria-live="off" className="text-wait">
      data is {formatDuration(now - sinceMs)} old
    </span>
  );
}
