'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchPlugin } from '@/components/live/patch-trust';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { Plugin } from '@/lib/contracts/plugins';
import { LiveRunLosses } from './live-run-losses';

interface RevokeCapabilityDialogProps {
  plugin: Plugin;
  capability: string;
  onClose: () => void;
}

export function RevokeCapabilityDialog({ plugin, capability, onClose }: RevokeCapabilityDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [change] = useState(() => ({ capabilities: [capability] }));
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke ${capability} from ${printable(plugin.name)}?`}
      action={`Revoke ${capability}`}
      askReason
      onConfirm={async (reason) => {
        const { plugin: changed } = await callRoute('plugins.trust', {
          params: { id: plugin.id },
          body: { capabilities: [capability], action: 'revoke', reason },
        });
        patchPlugin(client, changed.id, changed);
        toast.show(`Revoked ${capability} from ${printable(plugin.name)}.`);
      }}
    >
      <LiveRunLosses pluginId={plugin.id} change={change} />
    </ConfirmDialog>
  );
}
