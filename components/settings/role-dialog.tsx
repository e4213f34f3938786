'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import type { Operator } from '@/lib/contracts/operators';
import { RoleChoice } from './role-choice';
import { useOperatorActs } from './use-operator-acts';
import { useSubmit } from './use-submit';

interface RoleDialogProps {
  operator: Operator;
  isMe: boolean;
  onClose: () => void;
}

export function RoleDialog({ operator, isMe, onClose }: RoleDialogProps) {
  const { update } = useOperatorActs();
  const toast = useToast();
  const [role, setRole] = useState(operator.role);
  const { pending, error, submit } = useSubmit(async () => {
    const changed = await update(operator, { role });
    toast.show(`${changed.name} is now ${changed.role}.`);
    onClose();
  });
  const unchanged = role === operator.role;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Role of ${operator.name}`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="role" pending={pending} disabled={unchanged}>
            Change role
          </Button>
        </>
      }
    >
      <form id="role" onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3 pb-1">
        <RoleChoice role={role} onChange={setRole} disabled={pending} />
        <p className="text-muted">
          {isMe
            ? 'You lose what the new role does not allow at once, these settings too.'
            : 'Takes effect at once: their pages reconnect, and open terminals are left to watch or to drive as the role allows.'}
        </p>
        <InlineError error={error} />
      </form>
    </Dialog>
  );
}
