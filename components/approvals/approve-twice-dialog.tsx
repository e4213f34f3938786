'use client';

import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { printable } from '@/components/ui/printable';
import type { Approval } from '@/lib/contracts/approvals';
import { callName } from './approval-words';

interface ApproveTwiceDialogProps {
  approval: Approval;
  choice: 'once' | 'run';
  onClose: () => void;
  onConfirm: () => Promise<void>;
}

/** A destructive call is approved twice: what it does may have no way back. */
export function ApproveTwiceDialog({ approval, choice, onClose, onConfirm }: ApproveTwiceDialogProps) {
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Approve ${callName(approval)}?`}
      action={choice === 'once' ? 'Approve once' : 'Approve for this run'}
      onConfirm={onConfirm}
    >
      <p>
        This tool is <span className="font-medium text-stop">destructive</span>: what it does may have no way back.{' '}
        {choice === 'once'
          ? 'It runs once, with exactly the arguments you have read.'
          : `The run ${printable(approval.runTitle)} may then call it with any arguments until it ends.`}
      </p>
    </ConfirmDialog>
  );
}
