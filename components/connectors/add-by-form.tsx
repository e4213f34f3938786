'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { patchConnector } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { InlineError } from '@/components/ui/error-state';
import { useToast } from '@/components/ui/toast';
import { ConnectorFields } from './connector-fields';
import { type ConnectorProblems, type ConnectorValues, emptyConnector, limitsOf, transportOf } from './connector-form';

export interface AddWayProps {
  /** Switches to the other way. */
  choice: ReactNode;
  onPending: (pending: boolean) => void;
  onClose: () => void;
}

export function AddByForm({ choice, onPending, onClose }: AddWayProps) {
  const client = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const [values, setValues] = useState<ConnectorValues>(emptyConnector);
  const [problems, setProblems] = useState<ConnectorProblems>({});
  const { pending, error, submit } = useSubmit(async () => {
    const parsed = transportOf(values);
    setProblems(parsed.ok ? {} : parsed.problems);
    if (!parsed.ok) return;
    onPending(true);
    try {
      const connector = await callRoute('connectors.create', {
        body: { id: values.id, name: values.name, transport: parsed.transport, limits: limitsOf(values) },
      });
      patchConnector(client, connector.id, connector);
      toast.show(`Added ${connector.name}.`);
      onClose();
      router.push(`/connectors/${connector.id}`);
    } finally {
      onPending(false);
    }
  });
  const change = (part: Partial<ConnectorValues>) => setValues({ ...values, ...part });
  return (
    <form onSubmit={(event: FormEvent) => void submit(event)} className="flex flex-col gap-3.5 pb-2">
      {choice}
      <ConnectorFields
        values={values}
        onChange={change}
        problems={{ ...serverProblems(error), ...problems }}
        disabled={pending}
      />
      <InlineError error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose} disabled={pending}>
          Cancel
        </Button>
        <Button tone="primary" type="submit" pending={pending}>
          Add the connector
        </Button>
      </div>
    </form>
  );
}

/** What the server has against a field, under the field. */
export function serverProblems(error: unknown): ConnectorProblems {
  const at = (path: string) => fieldProblem(error, path);
  const found: Partial<Record<keyof ConnectorValues, string | null>> = {
    id: at('id'),
    name: at('name'),
    command: at('transport.command') ?? at('transport.args'),
    env: at('transport.env'),
    cwd: at('transport.cwd'),
    url: at('transport.url'),
    headers: at('transport.headers'),
    callsPerMinute: at('limits.callsPerMinute'),
    callsPerRun: at('limits.callsPerRun'),
    outputKilobytes: at('limits.outputBytes'),
    timeoutSeconds: at('limits.timeoutSeconds'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}
