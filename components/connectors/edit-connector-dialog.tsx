'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchConnector } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { Connector } from '@/lib/contracts/connectors';
import { serverProblems } from './add-by-form';
import { ConnectorFields } from './connector-fields';
import { type ConnectorProblems, type ConnectorValues, limitsOf, transportOf, valuesOf } from './connector-form';
import { LimitFields } from './limit-fields';

export function EditConnectorDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const bundled = connector.addedBy === 'bundled';
  const [first] = useState(() => valuesOf(connector));
  const [values, setValues] = useState(first);
  const [problems, setProblems] = useState<ConnectorProblems>({});
  const { pending, error, submit } = useSubmit(async () => {
    const parsed = bundled ? null : transportOf(values);
    setProblems(parsed && !parsed.ok ? parsed.problems : {});
    if (parsed && !parsed.ok) return;
    const limits = limitsOf(values);
    // Only what was changed is sent: another transport starts the server anew, and the same one need not.
    const body = {
      ...(values.name !== first.name && { name: values.name }),
      ...(parsed && !same(transportOf(first), parsed) && { transport: parsed.transport }),
      ...(!same(limitsOf(first), limits) && { limits }),
    };
    if (Object.keys(body).length > 0) {
      const changed = await callRoute('connectors.update', { params: { id: connector.id }, body });
      patchConnector(client, changed.id, changed);
      toast.show(`Changed ${printable(changed.name)}.`);
    }
    onClose();
  });
  const fields = {
    values,
    onChange: (part: Partial<ConnectorValues>) => setValues({ ...values, ...part }),
    problems: { ...serverProblems(error), ...problems },
    disabled: pending,
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Edit ${printable(connector.name)}`}
      width="wide"
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="edit-connector" pending={pending}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-connector" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        {bundled ? <LimitFields opened {...fields} /> : <ConnectorFields existing {...fields} />}
        <InlineError error={error} />
      </form>
    </Dialog>
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
