import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/time';
import type { OperatorSession } from '@/lib/contracts/operators';
import { deviceWords } from './device-words';

/** A session in two lines, for a phone. */
export function SessionCompact({ session }: { session: OperatorSession }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{deviceWords(session.userAgent)}</span>
        {session.current && <Badge>this one</Badge>}
      </span>
      <span className="truncate text-muted">
        seen <RelativeTime at={session.lastSeenAt} /> · <code>{session.address}</code>
      </span>
    </span>
  );
}
