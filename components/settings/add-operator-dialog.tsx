'use client';

import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import type { Role } from '@/lib/contracts/roles';
import { PasswordField } from './password-field';
import { RoleChoice } from './role-choice';
import { useOperatorActs } from './use-operator-acts';
import { useSubmit } from './use-submit';

export function AddOperatorDialog({ onClose }: { onClose: () => void }) {
  const { create } = useOperatorActs();
  const toast = useToast();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    const operator = await create({ name, email, role, password });
    toast.show(`${operator.name} may sign in as ${operator.role}.`);
    onClose();
  });
  const problems = { name: fieldProblem(error, 'name'), email: fieldProblem(error, 'email') };
  const passwordProblem = fieldProblem(error, 'password');
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add an operator"
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="add-operator" pending={pending}>
            Add the operator
          </Button>
        </>
      }
    >
      <form
        id="add-operator"
        onSubmit={(event: FormEvent) => void submit(event)}
        className="flex flex-col gap-3.5 pb-1"
      >
        <div className="grid gap-3.5 sm:grid-cols-2">
          <Field label="Name" error={problems.name}>
            {(control) => (
              <Input
                {...control}
                data-autofocus
                required
                maxLength={100}
                autoComplete="off"
                disabled={pending}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Email" error={problems.email}>
            {(control) => (
              <Input
                {...control}
                type="email"
                required
                maxLength={254}
                autoComplete="off"
                disabled={pending}
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
        </div>
        <RoleChoice role={role} onChange={setRole} disabled={pending} />
        <PasswordField value={password} onChange={setPassword} error={passwordProblem} disabled={pending} />
        {!problems.name && !problems.email && !passwordProblem && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
