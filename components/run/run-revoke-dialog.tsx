'use client';

import { callRoute } from '@/components/api/client';
import { impactWords } from '@/components/runs/impact';
import { useImpact } from '@/components/runs/use-impact';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import type { RevokeResult, Run } from '@/lib/contracts/runs';

interface RunRevokeDialogProps {
  run: Run;
  onClose: () => void;
  onRevoked: (result: RevokeResult) => void;
}

export function RunRevokeDialog({ run, onClose, onRevoked }: RunRevokeDialogProps) {
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke ${run.title}?`}
      action="Revoke run"
      askReason
      onConfirm={async (reason) =>
        onRevoked(await callRoute('runs.revoke', { params: { id: run.id }, body: { reason } }))
      }
    >
      <Consequence runId={run.id} />
    </ConfirmDialog>
  );
}

function Consequence({ runId }: { runId: string }) {
  const { data, isError } = useImpact([runId]);
  return (
    <p>
      This ends{' '}
      <span className="font-medium text-text">
        {data ? impactWords(data) : isError ? 'the run and everything it holds' : '…'}
      </span>{' '}
      at once. It cannot be undone.
    </p>
  );
}
