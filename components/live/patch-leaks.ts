/** An alert that was raised, raised again or acknowledged, written into the lists of open ones. */
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '@/components/api/queries';
import type { LeakAlert } from '@/lib/contracts/leaks';
import { askAgainAfterAnswer } from './patch-gate';
import { upsert } from './patch-trust';

export function patchLeak(client: QueryClient, alert: LeakAlert): void {
  const open = alert.acknowledgedAt === null ? alert : null;
  for (const key of [queryKeys.leaks(), queryKeys.leaks(alert.runId)])
    client.setQueryData<LeakAlert[]>(key, (list) => list && upsert(list, alert.id, open));
  askAgainAfterAnswer(client, queryKeys.leaks());
  askAgainAfterAnswer(client, queryKeys.leaks(alert.runId));
}
