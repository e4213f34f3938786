'use client';

import { useQuery } from '@tanstack/react-query';
import { leaksQuery } from '@/components/api/trust-queries';
import { Badge } from '@/components/ui/badge';

/** Beside a run of which an alert is open. Every row asks the same query. */
export function LeakBadge({ runId }: { runId: string }) {
  const { data: shown } = useQuery({
    ...leaksQuery(),
    select: (alerts) => alerts.some((each) => each.runId === runId),
  });
  return shown ? (
    <Badge tone="stop" className="shrink-0">
      secret shown
    </Badge>
  ) : null;
}
