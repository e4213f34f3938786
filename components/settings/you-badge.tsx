'use client';

import { useMe } from '@/components/api/use-me';
import { Badge } from '@/components/ui/badge';

/** Marks the operator who looks at the page. */
export function YouBadge({ id }: { id: string }) {
  const { me } = useMe();
  return me?.operator.id === id ? <Badge>you</Badge> : null;
}
