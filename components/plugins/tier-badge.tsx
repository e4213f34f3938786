import { Badge } from '@/components/ui/badge';
import { printable } from '@/components/ui/printable';

/** A tier as it was frozen may come from a server that knows more of them. */
export function TierBadge({ tier }: { tier: string }) {
  return <Badge tone={tier === 'trusted' ? 'info' : 'plain'}>{printable(tier)}</Badge>;
}
