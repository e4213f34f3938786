'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { relayKeys } from '@/components/api/relay-queries';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import { UpstreamFields } from './upstream-fields';
import { emptyUpstream, type UpstreamProblems, type UpstreamValues, upstreamBody } from './upstream-form';

export function AddUpstreamDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const [values, setValues] = useState<UpstreamValues>(emptyUpstream);
  const [found, setFound] = useState<UpstreamProblems>({});
  const { pending, error, submit } = useSubmit(async () => {
    const parsed = upstreamBody(values);
    setFound(parsed.ok ? {} : parsed.problems);
    if (!parsed.ok) return;
    const { id } = await callRoute('relayUpstreams.create', { body: parsed.body });
    await client.invalidateQueries({ queryKey: relayKeys.upstreams });
    toast.show(`Added ${id}. It is being dialled.`);
    onClose();
  });
  const problems = { ...serverProblems(error), ...found };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add an upstream"
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="add-upstream" pending={pending}>
            Add the upstream
          </Button>
        </>
      }
    >
      <form
        id="add-upstream"
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-3.5 pb-1"
      >
        <UpstreamFields
          values={values}
          onChange={(change) => setValues({ ...values, ...change })}
          problems={problems}
          disabled={pending}
        />
        {Object.keys(problems).length === 0 && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

/** What the server has against a field, under the field. */
function serverProblems(error: unknown): UpstreamProblems {
  const at = (path: string) => fieldProblem(error, path);
  const found: Record<keyof UpstreamValues, string | null> = {
    id: at('id'),
    url: at('url'),
    gatewayId: at('gatewayId'),
    secret: at('secret'),
    identities: at('identities'),
    command: at('handler.command'),
    cwd: at('handler.cwd'),
    pluginId: at('handler.pluginId'),
    projectId: at('handler.projectId'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}
