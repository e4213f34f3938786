'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { hasErrorCode } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { approvalQuery } from '@/components/api/queries';
import { actorWords } from '@/components/audit/audit-words';
import { useNames } from '@/components/audit/use-names';
import { patchApproval } from '@/components/live/patch-gate';
import { useToast } from '@/components/ui/toast';
import type { Approval, ApprovalChoice } from '@/lib/contracts/approvals';
import { callName, decisionWords } from './approval-words';

export const extendBySeconds = 300;

export interface ApprovalActs {
  pending: ApprovalChoice | 'extend' | null;
  /** Rejects only where the caller asked to show the refusal itself. */
  decide: (approval: Approval, choice: ApprovalChoice, reason?: string) => Promise<void>;
  extend: (approval: Approval) => Promise<void>;
}

/** What an operator does with a held call. Whoever comes second is told who was first. */
export function useApprovalActs(onDecided: (approval: Approval) => void): ApprovalActs {
  const client = useQueryClient();
  const toast = useToast();
  const names = useNames();
  const [pending, setPending] = useState<ApprovalActs['pending']>(null);

  async function act(what: NonNullable<ApprovalActs['pending']>, approval: Approval, run: () => Promise<Approval>) {
    if (pending !== null) return;
    setPending(what);
    try {
      const answer = await run();
      patchApproval(client, { data: answer });
      if (what !== 'extend') {
        toast.show(`${callName(answer)}: ${decisionWords(answer)}.`);
        onDecided(answer);
      }
    } catch (error) {
      if (hasErrorCode(error, 'ALREADY_DECIDED') || hasErrorCode(error, 'APPROVAL_EXPIRED'))
        await tellWhoWasFirst(approval, error);
      else toast.showError(`${callName(approval)} still waits.`, error);
    } finally {
      setPending(null);
    }
  }

  async function tellWhoWasFirst(approval: Approval, error: unknown) {
    const now = await client.fetchQuery({ ...approvalQuery(approval.id), staleTime: 0 }).catch(() => null);
    if (!now) {
      toast.showError('Nothing was changed.', error);
      return;
    }
    patchApproval(client, { data: now });
    const who = now.decidedBy ? ` by ${actorWords(now.decidedBy, names)}` : '';
    toast.show(`${callName(now)} was ${decisionWords(now)}${who} before you. Nothing was changed.`);
  }

  return {
    pending,
    decide: (approval, choice, reason) =>
      act(choice, approval, () =>
        callRoute('approvals.decide', {
          params: { id: approval.id },
          body: { choice, ...(reason && { reason }) },
        }),
      ),
    extend: (approval) =>
      act('extend', approval, () =>
        callRoute('approvals.extend', { params: { id: approval.id }, body: { seconds: extendBySeconds } }),
      ),
  };
}
