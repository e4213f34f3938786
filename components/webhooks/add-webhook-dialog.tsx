'use client';

import { useState } from 'react';
import { fieldProblem, hasErrorCode } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { CheckField } from '@/components/ui/check-field';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input, Select } from '@/components/ui/input';
import type { Webhook } from '@/lib/contracts/webhooks';

interface AddWebhookDialogProps {
  onClose: () => void;
  onAdded: () => void;
}

export function AddWebhookDialog({ onClose, onAdded }: AddWebhookDialogProps) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [format, setFormat] = useState<Webhook['format']>('generic');
  const [allowPrivateHost, setAllowPrivateHost] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { pending, error, submit } = useSubmit(async () => {
    const created = await callRoute('webhooks.create', { body: { name, url, format, allowPrivateHost } });
    onAdded();
    if (created.secret === null) onClose();
    else setSecret(created.secret);
  });
  if (secret !== null) return <SecretShownOnce name={name} secret={secret} onClose={onClose} />;
  const fieldErrors = { name: fieldProblem(error, 'name'), url: fieldProblem(error, 'url') };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a webhook"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="add-webhook" pending={pending}>
            Add the webhook
          </Button>
        </>
      }
    >
      <form id="add-webhook" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <Field label="Name" error={fieldErrors.name}>
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
        <Field
          label="Sends"
          hint={
            format === 'slack'
              ? 'What an incoming webhook of Slack takes. Its address is its secret.'
              : 'The event as JSON, signed as Standard Webhooks says.'
          }
        >
          {(control) => (
            <Select
              {...control}
              disabled={pending}
              value={format}
              onChange={(event) => setFormat(event.target.value === 'slack' ? 'slack' : 'generic')}
            >
              <option value="generic">Signed JSON</option>
              <option value="slack">Slack message</option>
            </Select>
          )}
        </Field>
        <Field label="Address" error={fieldErrors.url}>
          {(control) => (
            <Input
              {...control}
              type="url"
              required
              maxLength={2048}
              className="font-mono text-hint"
              autoComplete="off"
              spellCheck={false}
              placeholder="https://hooks.example.com/gatehouse"
              disabled={pending}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        {(hasErrorCode(error, 'ADDRESS_REFUSED') || allowPrivateHost) && (
          <CheckField
            id="allow-private"
            label="Allow this host to be private"
            hint="Gatehouse then sends to it inside your own network. Other hosts stay refused."
            checked={allowPrivateHost}
            onChange={setAllowPrivateHost}
          />
        )}
        {!fieldErrors.name && !fieldErrors.url && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

/** Closes by its button alone: a slip of Escape would lose the secret. */
function SecretShownOnce({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`The secret of ${name}`}
      width="wide"
      locked
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <p className="pb-3 text-muted">
        Whoever receives the messages checks their signature with it. It is shown this once: copy it now. If it is lost,
        remove the webhook and add it again.
      </p>
      <SecretOnce secret={secret} label="Copy secret" />
    </Dialog>
  );
}
