'use client';

import { useState } from 'react';
import { describeError } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { useRefreshUnlessLive } from '@/components/live/use-refresh-unless-live';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { plural, shortId } from '@/components/ui/format';
import { useToast } from '@/components/ui/toast';
import type { ToolToken } from '@/lib/contracts/tokens';

interface TokenRevokeDialogProps {
  /** Frozen when the dialog was opened: exactly these are revoked. */
  tokens: readonly ToolToken[];
  onClose: () => void;
  onDone?: () => void;
}
interface Failure {
  id: string;
  message: string;
}

export function TokenRevokeDialog({ tokens, onClose, onDone }: TokenRevokeDialogProps) {
  const refresh = useRefreshUnlessLive();
  const toast = useToast();
  const [live] = useState(() => tokens.filter((token) => token.status === 'active'));
  const [done, setDone] = useState(0);
  const [failures, setFailures] = useState<Failure[] | null>(null);
  const what = plural(live.length, 'token');

  /** One after the other: the record shows each, and one that fails does not keep the rest alive. */
  async function revoke(reason: string) {
    const failed: Failure[] = [];
    for (const token of live) {
      try {
        await callRoute('tokens.revoke', { params: { id: token.id }, body: { reason } });
      } catch (error) {
        if (live.length === 1) throw error;
        failed.push({ id: token.id, message: describeError(error).message });
      }
      setDone((count) => count + 1);
    }
    refresh(queryKeys.tokens());
    onDone?.();
    if (failed.length > 0) return setFailures(failed);
    toast.show(`Revoked ${what}.`);
    onClose();
  }

  if (failures) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={`${live.length - failures.length} of ${what} revoked`}
        footer={<Button onClick={onClose}>Close</Button>}
      >
        <ul>
          {failures.map((failure) => (
            <li key={failure.id} className="flex gap-2 border-line border-b py-2">
              <code>{shortId(failure.id)}</code>
              <span className="text-stop">{failure.message}</span>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      stayAfterConfirm
      title={live.length === 1 ? 'Revoke this token?' : `Revoke ${what}?`}
      action={live.length === 1 ? 'Revoke token' : `Revoke ${what}`}
      count={live.length}
      askReason
      onConfirm={revoke}
    >
      <p>
        The next tool call with {live.length === 1 ? 'it' : 'any of them'} is refused. The{' '}
        {live.length === 1 ? 'run goes' : 'runs go'} on without.
      </p>
      {live.length > 1 && done > 0 && <p role="status">{`${done} of ${live.length} done`}</p>}
    </ConfirmDialog>
  );
}
