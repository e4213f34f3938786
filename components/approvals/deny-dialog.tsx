'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import type { Approval } from '@/lib/contracts/approvals';
import { callName } from './approval-words';

interface DenyDialogProps {
  approval: Approval;
  onClose: () => void;
  onDeny: (reason: string) => Promise<void>;
}

export function DenyDialog({ approval, onClose, onDeny }: DenyDialogProps) {
  const [reason, setReason] = useState('');
  const [pending, setPending] = useState(false);
  async function deny(event?: FormEvent) {
    event?.preventDefault();
    if (pending) return;
    setPending(true);
    await onDeny(reason.replace(/\s+/g, ' ').trim());
    onClose();
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Deny ${callName(approval)}?`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="stop" type="submit" form="deny-call" pending={pending}>
            Deny
          </Button>
        </>
      }
    >
      <form id="deny-call" onSubmit={(event) => void deny(event)} className="flex flex-col gap-3 pb-1">
        <p className="text-muted">Nothing is sent. The run goes on, and its agent is told.</p>
        <Field label="Reason" optional hint="Goes to the agent, and on the record for good.">
          {(control) => (
            <Textarea
              {...control}
              data-autofocus
              maxLength={500}
              value={reason}
              disabled={pending}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
                event.preventDefault();
                void deny();
              }}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
