import { Badge } from '@/components/ui/badge';
import type { SafetyClass } from '@/lib/contracts/connectors';

const tones = { read: 'plain', write: 'wait', destructive: 'stop' } as const;

export function SafetyBadge({ safety }: { safety: SafetyClass }) {
  return <Badge tone={tones[safety]}>{safety}</Badge>;
}
