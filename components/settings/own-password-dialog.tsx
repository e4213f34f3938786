'use client';

import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { PasswordField } from './password-field';
import { useSubmit } from './use-submit';

/** The operator's own: whoever finds the session open does not know the current one. */
export function OwnPasswordDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const [currentPassword, setCurrentPassword] = useState('');
  const [password, setPassword] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    await callRoute('me.password', { body: { currentPassword, password } });
    location.assign('/login');
  });
  const wrong = fieldProblem(error, 'currentPassword');
  const unfit = fieldProblem(error, 'password');
  return (
    <Dialog
      open
      onClose={onClose}
      title="Change your password"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="own-password" pending={pending}>
            Change the password
          </Button>
        </>
      }
    >
      <form id="own-password" onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3 pb-1">
        {/* For password managers: whose password this is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <Field label="Current password" error={wrong}>
          {(control) => (
            <Input
              {...control}
              type="password"
              required
              maxLength={1024}
              autoComplete="current-password"
              disabled={pending}
              value={currentPassword}
              onChange={(event) => setCurrentPassword(event.target.value)}
            />
          )}
        </Field>
        <PasswordField own value={password} onChange={setPassword} error={unfit} disabled={pending} />
        <p className="text-muted">
          Every session of yours ends at once, this one too: sign in again with the new password. Runs go on.
        </p>
        {!wrong && !unfit && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
