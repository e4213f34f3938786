'use client';

import { type FormEvent, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { Button } from '@/components/ui/button';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { LifetimeField } from '@/components/ui/lifetime-field';
import type { Scope } from '@/lib/contracts/roles';
import { ScopeChoice } from './scope-choice';
import { lifetimes } from './scope-words';
import { useSubmit } from './use-submit';

interface NewKeyDialogProps {
  onClose: () => void;
  onCreated: () => void;
}

export function NewKeyDialog({ onClose, onCreated }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [lifetime, setLifetime] = useState('7776000');
  const [secret, setSecret] = useState<string | null>(null);
  const { pending, error, submit } = useSubmit(async () => {
    const { key } = await callRoute('serviceKeys.create', {
      body: { name, scopes: [...scopes], ...(lifetime !== '' && { expiresInSeconds: Number(lifetime) }) },
    });
    setSecret(key);
    onCreated();
  });
  if (secret !== null) return <KeyShownOnce name={name} secret={secret} onClose={onClose} />;
  const toggle = (scope: Scope) =>
    setScopes(scopes.includes(scope) ? scopes.filter((each) => each !== scope) : [...scopes, scope]);
  return (
    <Dialog
      open
      onClose={onClose}
      title="New service key"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="new-key" pending={pending} disabled={scopes.length === 0}>
            Make the key
          </Button>
        </>
      }
    >
      <form id="new-key" onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <Field label="Name" hint="What it is for, as it will stand on the record." error={fieldProblem(error, 'name')}>
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
        <ScopeChoice scopes={scopes} onToggle={toggle} disabled={pending} />
        <LifetimeField
          label="Expires after"
          lifetimes={lifetimes}
          value={lifetime}
          onChange={setLifetime}
          disabled={pending}
        />
        {!fieldProblem(error, 'name') && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

/** Closes by its button alone: a slip of Escape would lose the key. */
function KeyShownOnce({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`The key of ${name}`}
      width="wide"
      locked
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <p className="pb-3 text-muted">
        It is shown this once: copy it now. If it is lost, revoke it and make another. Programs send it as{' '}
        <code>Authorization: Bearer …</code>; the command line reads it from <code>GATEHOUSE_SERVICE_KEY</code>.
      </p>
      <SecretOnce secret={secret} label="Copy key" />
    </Dialog>
  );
}
