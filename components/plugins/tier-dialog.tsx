'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '@/components/api/api-error';
import { callRoute } from '@/components/api/client';
import { patchPlugin } from '@/components/live/patch-trust';
import { useSubmit } from '@/components/settings/use-submit';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { InlineError } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { ReasonField } from '@/components/ui/reason-field';
import { useToast } from '@/components/ui/toast';
import type { Plugin, PluginTier } from '@/lib/contracts/plugins';
import { tierWords } from './capabilities';
import { LiveRunLosses } from './live-run-losses';

const lowered = { tier: 'restricted' } as const;

export function TierDialog({ plugin, onClose }: { plugin: Plugin; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const [seen] = useState(plugin);
  const [tier, setTier] = useState<PluginTier>(seen.tier);
  const [reason, setReason] = useState('');
  const { pending, error, submit } = useSubmit(async () => {
    const changed = await callRoute('plugins.tier', { params: { id: seen.id }, body: { tier, reason } });
    patchPlugin(client, changed.id, changed);
    toast.show(`${printable(seen.name)} is now ${changed.tier}.`);
    onClose();
  });
  // Only what is shipped with Gatehouse is bundled: the tier is offered where the plugin has it.
  const tiers: readonly PluginTier[] =
    seen.source === 'bundled' ? ['bundled', 'trusted', 'restricted'] : ['trusted', 'restricted'];
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Change the tier of ${printable(seen.name)}`}
      locked={pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button
            tone={tier === 'restricted' ? 'stop' : 'primary'}
            type="submit"
            form="tier"
            pending={pending}
            disabled={tier === seen.tier}
          >
            {tier === seen.tier ? 'Change tier' : `Make it ${tier}`}
          </Button>
        </>
      }
    >
      <form id="tier" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5 pb-1">
        <fieldset disabled={pending} className="flex flex-col gap-1.5">
          <legend className="sr-only">Tier</legend>
          {tiers.map((each) => (
            <label
              key={each}
              className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line-strong px-2.5 py-2 has-checked:border-text has-focus-visible:outline-2 has-focus-visible:outline-info"
            >
              <input
                type="radio"
                name="tier"
                value={each}
                data-autofocus={each === tier || undefined}
                checked={tier === each}
                onChange={() => setTier(each)}
                className="mt-0.5 accent-text outline-none"
              />
              <span>
                <span className="font-medium">{each}</span>
                {each === seen.tier && <span className="text-muted"> now</span>}
                <span className="block text-hint text-muted">{tierWords[each]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {tier === 'restricted' && seen.tier !== 'restricted' && (
          <div className="text-muted">
            <LiveRunLosses pluginId={seen.id} change={lowered} />
          </div>
        )}
        <ReasonField
          hint="Kept on the record for good. Live runs follow at their next call."
          value={reason}
          onChange={setReason}
          disabled={pending}
          error={fieldProblem(error, 'reason')}
        />
        {!fieldProblem(error, 'reason') && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
