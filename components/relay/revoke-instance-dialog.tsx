'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { patchInstance } from '@/components/live/patch-relay';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { printable } from '@/components/ui/printable';
import { useToast } from '@/components/ui/toast';
import type { RelayInstance } from '@/lib/contracts/relay';
import { revokeWords } from './relay-words';

export function RevokeInstanceDialog({ instance, onClose }: { instance: RelayInstance; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const name = printable(instance.gatewayId);
  // As it was when the dialog was opened: the act itself empties the instance under it.
  const [consequence] = useState(() => revokeWords(instance));
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke ${name}?`}
      action="Revoke the instance"
      askReason
      onConfirm={async (reason) => {
        patchInstance(client, await callRoute('relay.revoke', { params: { id: instance.id }, body: { reason } }));
        toast.show(`${name} is disabled.`);
      }}
    >
      <p>{consequence}</p>
      <p className="pt-2">It cannot be undone: the gateway comes back only if it is enrolled anew.</p>
    </ConfirmDialog>
  );
}
