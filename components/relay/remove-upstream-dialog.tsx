'use client';

import { useQueryClient } from '@tanstack/react-query';
import { callRoute } from '@/components/api/client';
import { relayKeys } from '@/components/api/relay-queries';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { plural } from '@/components/ui/format';
import { useToast } from '@/components/ui/toast';
import type { RelayUpstream } from '@/lib/contracts/relay-upstreams';

export function RemoveUpstreamDialog({ upstream, onClose }: { upstream: RelayUpstream; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const { id, sessions } = upstream;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${id}?`}
      action="Remove the upstream"
      onConfirm={async () => {
        await callRoute('relayUpstreams.remove', { params: { id } });
        client.setQueryData<RelayUpstream[]>(relayKeys.upstreams, (list) => list?.filter((each) => each.id !== id));
        toast.show(`Removed ${id}.`);
      }}
    >
      Its connection is closed and its secret forgotten.{' '}
      {sessions > 0
        ? `${plural(sessions, 'session')} and ${sessions === 1 ? 'its run' : 'their runs'} end at once.`
        : 'No session of it is under way.'}
    </ConfirmDialog>
  );
}
