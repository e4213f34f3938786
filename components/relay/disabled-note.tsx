import { printable } from '@/components/ui/printable';
import type { RelayInstance } from '@/lib/contracts/relay';

/** Said calm: it is as somebody wanted it, and nothing tries again. */
export function DisabledNote({ instance: { revokeReason } }: { instance: RelayInstance }) {
  return (
    <div role="status" className="mt-2 rounded-md border border-line bg-sunk px-3 py-2">
      <p className="break-words font-medium">
        This instance is disabled{revokeReason ? `: ${printable(revokeReason)}` : '.'}
      </p>
      <p className="text-muted">
        Its bindings, its secrets and what waited for it are gone, and its gateway is turned away for good. It is let in
        again by enrolling it anew.
      </p>
    </div>
  );
}
