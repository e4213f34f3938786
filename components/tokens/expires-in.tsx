'use client';

import { formatDuration } from '@/components/ui/format';
import { RelativeTime } from '@/components/ui/time';
import { useNow } from '@/components/ui/use-now';
import type { ToolToken } from '@/lib/contracts/tokens';

/** "in 12 m" while it lives, "4 m ago" after. */
export function ExpiresIn({ token }: { token: ToolToken }) {
  const now = useNow();
  if (token.status !== 'active') return <RelativeTime at={token.endedAt ?? token.expiresAt} className="text-muted" />;
  if (now === null) return null;
  const leftMs = Date.parse(token.expiresAt) - now;
  return (
    <time
      dateTime={token.expiresAt}
      title={`${token.expiresAt.replace('T', ' ').replace('Z', ' UTC')}; a use in its second half puts this off`}
    >
      {leftMs > 0 ? `in ${formatDuration(leftMs)}` : 'now'}
    </time>
  );
}
