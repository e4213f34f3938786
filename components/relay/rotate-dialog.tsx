'use client';

import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { SecretOnce } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { ExactTime } from '@/components/ui/time';
import type { RelayInstance, Rotated } from '@/lib/contracts/relay';

export function RotateDialog({ instance, onClose }: { instance: RelayInstance; onClose: () => void }) {
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const name = printable(instance.gatewayId);
  const { pending, error, submit } = useSubmit(async () => {
    setRotated(await callRoute('relay.rotate', { params: { id: instance.id } }));
  });
  if (rotated) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={`The new secret of ${name}`}
        width="wide"
        locked
        footer={
          <Button data-autofocus tone="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <p className="pb-3 text-muted">
          It is shown this once: give it to the gateway now. The one before stays good until{' '}
          <span className="text-text">
            <ExactTime at={rotated.previousUntil} date="always" />
          </span>
          , so that the gateway can change over without a gap.
        </p>
        <SecretOnce secret={rotated.secret} label="Copy secret" />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rotate the secret of ${name}?`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button data-autofocus tone="primary" type="submit" form="rotate-secret" pending={pending}>
            Rotate the secret
          </Button>
        </>
      }
    >
      <form id="rotate-secret" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3 pb-1">
        <p className="text-muted">
          You get a new secret, shown once. The present one stays good for a day, and an open connection goes on. A
          second rotation within that day ends it at once.
        </p>
        <InlineError error={error} />
      </form>
    </Dialog>
  );
}
