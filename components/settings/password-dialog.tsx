'use client';

import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import type { Operator } from '@/lib/contracts/operators';
import { PasswordField } from './password-field';
import { useOperatorActs } from './use-operator-acts';
import { useSubmit } from './use-submit';

interface PasswordDialogProps {
  operator: Operator;
  onClose: () => void;
}

export function PasswordDialog({ operator, onClose }: PasswordDialogProps) {
  const { update } = useOperatorActs();
  const toast = useToast();
  const [password, setPassword] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    await update(operator, { password });
    toast.show(`${operator.name} has a new password.`);
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`New password for ${operator.name}`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="new-password" pending={pending}>
            Set the password
          </Button>
        </>
      }
    >
      <form id="new-password" onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3 pb-1">
        <PasswordField
          value={password}
          onChange={setPassword}
          error={fieldProblem(error, 'password')}
          disabled={pending}
        />
        <p className="text-muted">Every session of theirs ends at once: they sign in again with the new password.</p>
        {!fieldProblem(error, 'password') && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
