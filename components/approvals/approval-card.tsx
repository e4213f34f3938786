'use client';

import { cn } from '@/components/ui/cn';
import { printable } from '@/components/ui/printable';
import { Dot } from '@/components/ui/status-dot';
import { RelativeTime } from '@/components/ui/time';
import type { Approval } from '@/lib/contracts/approvals';
import { approvalTones, callName, decisionWords } from './approval-words';
import { Countdown, CountdownMeter } from './countdown';

interface CardProps {
  approval: Approval;
  selected: boolean;
  onSelect: () => void;
}

const cardStyles =
  'w-full rounded-lg border border-line bg-panel px-3.5 py-3 text-left transition-colors duration-100 hover:border-line-strong aria-[current]:border-info aria-[current]:shadow-[inset_0_0_0_1px_var(--info)]';

/** A call that waits, with how long it still may. */
export function PendingCard({ approval, selected, onSelect }: CardProps) {
  return (
    <button
      type="button"
      data-approval={approval.id}
      aria-current={selected ? 'true' : undefined}
      onClick={onSelect}
      className={cn(cardStyles, 'flex animate-rise flex-col gap-0.5')}
    >
      <span className="flex items-baseline gap-3">
        <span className="min-w-0 flex-1 truncate font-semibold">{callName(approval)}</span>
        <Countdown approval={approval} className="font-medium" />
      </span>
      <span className="truncate text-muted">{printable(approval.runTitle)}</span>
      <span className="flex items-center gap-3 pt-1.5">
        <span className="min-w-0 flex-1 truncate text-muted">for {printable(approval.principal.userId)}</span>
        <CountdownMeter approval={approval} className="w-[90px]" />
      </span>
    </button>
  );
}

export function DecidedCard({ approval, selected, onSelect }: CardProps) {
  return (
    <button
      type="button"
      data-approval={approval.id}
      aria-current={selected ? 'true' : undefined}
      onClick={onSelect}
      className={cn(cardStyles, 'flex flex-col gap-0.5 py-2')}
    >
      <span className="flex items-center gap-2">
        <Dot tone={approvalTones[approval.status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{callName(approval)}</span>
        <RelativeTime at={approval.decidedAt ?? approval.expiresAt} className="text-muted" />
      </span>
      <span className="truncate pl-[15px] text-muted">
        {decisionWords(approval)} · {printable(approval.runTitle)}
      </span>
    </button>
  );
}
