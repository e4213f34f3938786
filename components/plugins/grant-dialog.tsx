'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { patchPlugin } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { joinWords, plural } from '@/components/ui/format';
import { LifetimeField } from '@/components/ui/lifetime-field';
import { printable } from '@/components/ui/printable';
import { ReasonField } from '@/components/ui/reason-field';
import { useToast } from '@/components/ui/toast';
import type { Plugin } from '@/lib/contracts/plugins';
import { elevatedWords, isElevated } from './capabilities';

interface GrantDialogProps {
  /** As the operator saw it: the grant is refused when another digest has been installed since. */
  plugin: Plugin;
  capabilities: readonly string[];
  /** Chosen from the start; an elevated one never is. All of them by default. */
  preselected?: readonly string[];
  onClose: () => void;
  onGranted?: (plugin: Plugin) => void;
}

const lifetimes = [
  { label: 'Until it is revoked', seconds: null },
  { label: '1 hour', seconds: 3600 },
  { label: '8 hours', seconds: 28_800 },
  { label: '1 day', seconds: 86_400 },
  { label: '7 days', seconds: 604_800 },
  { label: '30 days', seconds: 2_592_000 },
  { label: '90 days', seconds: 7_776_000 },
] as const;

export function GrantDialog({
  plugin,
  capabilities,
  preselected = capabilities,
  onClose,
  onGranted,
}: GrantDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [seen] = useState(plugin);
  const [chosen, setChosen] = useState<readonly string[]>(() => preselected.filter((each) => !isElevated(each)));
  const [reason, setReason] = useState('');
  const [lifetime, setLifetime] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    const { plugin: changed } = await callRoute('plugins.trust', {
      params: { id: seen.id },
      body: {
        capabilities: [...chosen],
        action: 'grant',
        reason,
        digest: seen.digest,
        ...(lifetime !== '' && { expiresInSeconds: Number(lifetime) }),
      },
    });
    patchPlugin(client, changed.id, changed);
    toast.show(`${printable(seen.name)} was granted ${joinWords(chosen)}.`);
    onGranted?.(changed);
    onClose();
  });
  const [only] = capabilities;
  const single = capabilities.length === 1 && only !== undefined;
  const toggle = (capability: string) =>
    setChosen(chosen.includes(capability) ? chosen.filter((each) => each !== capability) : [...chosen, capability]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={single ? `Grant ${only} to ${printable(seen.name)}?` : `Grant to ${printable(seen.name)}`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="grant" pending={pending} disabled={chosen.length === 0}>
            {chosen.length > 1 ? `Grant ${plural(chosen.length, 'capability', 'capabilities')}` : 'Grant'}
          </Button>
        </>
      }
    >
      <form id="grant" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <p className="text-muted">
          Live runs have it at their next call. Calls that write still wait for an operator where the tool asks for one.
        </p>
        {(!single || isElevated(only)) && (
          <Choices plugin={seen} capabilities={capabilities} chosen={chosen} onToggle={toggle} disabled={pending} />
        )}
        <ReasonField
          value={reason}
          onChange={setReason}
          disabled={pending}
          error={fieldProblem(error, 'reason')}
          focused
        />
        <LifetimeField
          label="Ends after"
          lifetimes={lifetimes}
          value={lifetime}
          onChange={setLifetime}
          disabled={pending}
          error={fieldProblem(error, 'expiresInSeconds')}
        />
        {!fieldProblem(error, 'reason') && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

interface ChoicesProps {
  plugin: Plugin;
  capabilities: readonly string[];
  chosen: readonly string[];
  onToggle: (capability: string) => void;
  disabled: boolean;
}
function Choices({ plugin, capabilities, chosen, onToggle, disabled }: ChoicesProps) {
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-0.5">
      <legend className="pb-1 font-medium">Capabilities</legend>
      {capabilities.map((capability) => (
        <label
          key={capability}
          htmlFor={`grant ${capability}`}
          className="flex min-h-7 cursor-pointer items-start gap-2.5 py-1 max-md:min-h-10"
        >
          <Checkbox
            id={`grant ${capability}`}
            className="mt-0.5"
            checked={chosen.includes(capability)}
            onChange={() => onToggle(capability)}
          />
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-x-2">
              <code className="break-all">{capability}</code>
              {plugin.capabilities.required.includes(capability) && <span className="text-muted">required</span>}
              {isElevated(capability) && <Badge>elevated</Badge>}
            </span>
            {isElevated(capability) && <span className="block text-hint text-muted">{elevatedWords(capability)}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
