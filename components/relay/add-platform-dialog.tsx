'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem, hasErrorCode } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { relayKeys } from '@/components/api/relay-queries';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import type { CreatedRelayPlatform } from '@/lib/contracts/relay-platforms';
import { PlatformAdded } from './platform-added';
import { PlatformFields } from './platform-fields';
import { emptyPlatform, type PlatformValues, platformBody } from './platform-form';

export function AddPlatformDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const [values, setValues] = useState<PlatformValues>(emptyPlatform);
  const [created, setCreated] = useState<CreatedRelayPlatform | null>(null);
  const { pending, error, submit } = useSubmit(async () => {
    const answer = await callRoute('relayPlatforms.create', { body: platformBody(values) });
    // It may have connected before this answer came: what it is now is asked for.
    void client.invalidateQueries({ queryKey: relayKeys.platforms });
    if (answer.signingSecret !== null) return setCreated(answer);
    toast.show(`Added ${answer.platform.label}.`);
    onClose();
  });
  if (created) return <PlatformAdded created={created} onClose={onClose} />;
  const problems = problemsOf(error);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a platform"
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="add-platform" pending={pending}>
            Add the platform
          </Button>
        </>
      }
    >
      <form id="add-platform" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <PlatformFields
          values={values}
          onChange={(change) => setValues({ ...values, ...change })}
          problems={problems}
          disabled={pending}
          offerPrivateHost={hasErrorCode(error, 'ADDRESS_REFUSED') || values.allowPrivateHost}
        />
        {Object.keys(problems).length === 0 && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

export type PlatformProblems = Partial<Record<keyof PlatformValues, string>>;

function problemsOf(error: unknown): PlatformProblems {
  const found = {
    id: fieldProblem(error, 'id'),
    label: fieldProblem(error, 'label'),
    outboundUrl: fieldProblem(error, 'settings.outboundUrl'),
    botToken: fieldProblem(error, 'settings.botToken'),
    publicKey: fieldProblem(error, 'settings.publicKey'),
    apiRoot: fieldProblem(error, 'settings.apiRoot'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}
