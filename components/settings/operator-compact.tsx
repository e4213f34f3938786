import { Dot } from '@/components/ui/status-dot';
import { RelativeTime } from '@/components/ui/time';
import type { Operator } from '@/lib/contracts/operators';
import { YouBadge } from './you-badge';

/** An operator in two lines, for a phone. */
export function OperatorCompact({ operator }: { operator: Operator }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={operator.disabled ? 'hollow' : 'live'} />
        <span className="truncate font-medium">{operator.name}</span>
        <YouBadge id={operator.id} />
        <span className="ml-auto text-muted capitalize">{operator.role}</span>
      </span>
      <span className="truncate pl-[15px] text-muted">
        {operator.disabled && 'disabled · '}
        {operator.email} ·{' '}
        {operator.lastSignInAt ? (
          <>
            signed in <RelativeTime at={operator.lastSignInAt} />
          </>
        ) : (
          'never signed in'
        )}
      </span>
    </span>
  );
}
