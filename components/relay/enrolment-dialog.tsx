'use client';

import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { CopyButton, SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { ExactTime } from '@/components/ui/time';
import type { CreatedEnrolment } from '@/lib/contracts/relay';

export function EnrolmentDialog({ onClose }: { onClose: () => void }) {
  const [tenant, setTenant] = useState('default');
  const [created, setCreated] = useState<CreatedEnrolment | null>(null);
  const { pending, error, submit } = useSubmit(async () => {
    setCreated(await callRoute('relay.mintEnrolment', { body: { tenant: tenant.trim() } }));
  });
  if (created) return <TokenShownOnce created={created} onClose={onClose} />;
  const problem = fieldProblem(error, 'tenant');
  return (
    <Dialog
      open
      onClose={onClose}
      title="New enrolment token"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="new-enrolment" pending={pending}>
            Make the token
          </Button>
        </>
      }
    >
      <form id="new-enrolment" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <p className="text-muted">
          A gateway turns it into a secret of its own. It works once, for a day, and opens nothing else.
        </p>
        <Field
          label="Tenant"
          hint="Gateways of one tenant may send where any of them is at home. Keep unrelated teams apart."
          error={problem}
        >
          {(control) => (
            <Input
              {...control}
              data-autofocus
              required
              maxLength={64}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-hint"
              disabled={pending}
              value={tenant}
              onChange={(event) => setTenant(event.target.value)}
            />
          )}
        </Field>
        {!problem && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

/** Closes by its button alone: a slip of Escape would lose the token. */
function TokenShownOnce({ created, onClose }: { created: CreatedEnrolment; onClose: () => void }) {
  const command = enrolCommand(location.origin, created.enrollmentToken);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`An enrolment token for ${created.tenant}`}
      width="wide"
      locked
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <p className="pb-3 text-muted">
        It is shown this once, and works once until <ExactTime at={created.expiresAt} date="always" />.
      </p>
      <SecretOnce secret={created.enrollmentToken} label="Copy token" />
      <p className="pt-3.5 pb-1.5 text-muted">
        Where the gateway runs, with a name you choose for it. The answer holds its secret, also this once:
      </p>
      <div className="flex flex-col items-start gap-2 rounded-md border border-line-strong bg-sunk p-2">
        <pre className="w-full select-all whitespace-pre-wrap break-all">{command}</pre>
        <CopyButton text={command} label="Copy command" />
      </div>
    </Dialog>
  );
}

export function enrolCommand(origin: string, token: string): string {
  const body = JSON.stringify({ enrollmentToken: token, gatewayId: 'my-gateway' });
  return `curl -sS ${origin}/relay/enroll \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}
