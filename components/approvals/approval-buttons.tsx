'use client';

import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import type { ApprovalChoice } from '@/lib/contracts/approvals';
import type { ApprovalActs } from './use-approval-acts';

interface ApprovalButtonsProps {
  pending: ApprovalActs['pending'];
  /** False for the moment in which the page has just moved on to another call. */
  ready: boolean;
  onChoose: (choice: ApprovalChoice) => void;
}

/** At the foot of the card; on a phone above the bottom bar, within thumb's reach. */
export function ApprovalButtons({ pending, ready, onChoose }: ApprovalButtonsProps) {
  const busy = pending !== null || !ready;
  return (
    <>
      <div aria-hidden="true" className="h-14 shrink-0 md:hidden" />
      <div className="flex items-center gap-2 max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(56px+env(safe-area-inset-bottom))] max-md:z-20 max-md:border-line max-md:border-t max-md:bg-bg max-md:px-4 max-md:py-2">
        <Button
          className="mr-auto"
          aria-keyshortcuts="X"
          disabled={busy}
          pending={pending === 'deny'}
          onClick={() => onChoose('deny')}
        >
          Deny… <Kbd>X</Kbd>
        </Button>
        <Button
          aria-keyshortcuts="R"
          title="This tool with any arguments, until the run ends"
          disabled={busy}
          pending={pending === 'run'}
          onClick={() => onChoose('run')}
        >
          <span className="max-md:hidden">Approve for this run</span>
          <span className="md:hidden">For this run</span> <Kbd>R</Kbd>
        </Button>
        <Button
          tone="primary"
          aria-keyshortcuts="A"
          title="This call with exactly these arguments"
          disabled={busy}
          pending={pending === 'once'}
          onClick={() => onChoose('once')}
        >
          Approve once <Kbd>A</Kbd>
        </Button>
      </div>
    </>
  );
}
