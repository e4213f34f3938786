'use client';

import { useMemo } from 'react';
import type { ApprovalsFilter } from '@/components/api/queries';
import { useUrlState } from '@/components/ui/use-url-state';
import type { ApprovalStatus } from '@/lib/contracts/approvals';
import { decidedStatuses } from './approval-words';

export interface ApprovalView {
  decided: boolean;
  /** How the decided ones shown were decided; all when undefined. */
  status: Exclude<ApprovalStatus, 'pending'> | undefined;
  filter: ApprovalsFilter;
  search: string;
  setDecided: (decided: boolean) => void;
  setStatus: (status: string | undefined) => void;
}

/** What waits, or what was decided: in the URL, as `?view=decided&status=denied`. */
export function useApprovalView(): ApprovalView {
  const url = useUrlState();
  const decided = url.get('view') === 'decided';
  const status = decidedStatuses.find((each) => each === url.get('status'));
  const filter = useMemo<ApprovalsFilter>(
    () => (decided ? { ...(status && { status }) } : { status: 'pending' }),
    [decided, status],
  );
  return {
    decided,
    status,
    filter,
    search: url.search,
    // Another list is another page: what was selected in the one is not in the other.
    setDecided: (next) => history.pushState(null, '', next ? '/approvals?view=decided' : '/approvals'),
    setStatus: (next) => url.set({ status: next }),
  };
}
