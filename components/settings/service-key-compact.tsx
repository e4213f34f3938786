import { RelativeTime } from '@/components/ui/time';
import type { ServiceKey } from '@/lib/contracts/operators';
import { KeyExpiry } from './key-expiry';

/** A service key in two lines, for a phone. */
export function ServiceKeyCompact({ serviceKey }: { serviceKey: ServiceKey }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{serviceKey.name}</span>
        <span className="text-muted">
          {serviceKey.lastUsedAt ? (
            <>
              used <RelativeTime at={serviceKey.lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
        </span>
      </span>
      <span className="truncate text-muted">
        expires <KeyExpiry at={serviceKey.expiresAt} /> · <code>{serviceKey.scopes.join(' ')}</code>
      </span>
    </span>
  );
}
