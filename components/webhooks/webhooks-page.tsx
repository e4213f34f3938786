'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Webhook as WebhookIcon } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { webhooksQuery } from '@/components/api/trust-queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { AdminsOnly } from '@/components/settings/admins-only';
import { Section } from '@/components/settings/section';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DataTable } from '@/components/ui/data-table';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useTableColumns } from '@/components/ui/table-columns';
import { useToast } from '@/components/ui/toast';
import type { Webhook } from '@/lib/contracts/webhooks';
import { Deliveries } from './deliveries';
import { WebhookCompact, webhookColumns } from './webhook-columns';
import { WebhookMenu } from './webhook-menu';

const AddWebhookDialog = dynamic(() => import('./add-webhook-dialog').then((module) => module.AddWebhookDialog), {
  ssr: false,
});

/** A delivery under way is told by no live event: it is asked about while there is one. */
const waitingPollMs = 2000;

export function WebhooksPage() {
  return (
    <AdminsOnly what="the webhooks">
      <Webhooks />
    </AdminsOnly>
  );
}

function Webhooks() {
  const client = useQueryClient();
  const list = useQuery({
    ...webhooksQuery(),
    refetchInterval: ({ state }) => (state.data?.some(isSending) ? waitingPollMs : false),
  });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = ({ id }: Webhook) =>
    setOpen((current) => {
      const next = new Set(current);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const columns = useTableColumns('webhooks', webhookColumns({ isOpen: ({ id }) => open.has(id), toggle }));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: queryKeys.webhooks });
  useLiveEvents(({ type, data }) => {
    if (
      type === 'approval.requested' ||
      type === 'leak.changed' ||
      (type === 'audit.appended' && data.action.startsWith('webhook.'))
    )
      void reload();
  });
  const add = (
    <Button tone="primary" onClick={() => setAdding(true)}>
      <Icon of={Plus} size={14} /> Add a webhook
    </Button>
  );
  const rows = list.data ?? [];
  return (
    <Section
      title="Webhooks"
      about="They tell another place that something waits for a decision. Deciding happens here: a message carries a link and no arguments."
      actions={rows.length > 0 && add}
    >
      {list.isPending && <SkeletonRows label="Loading webhooks" rows={3} />}
      {list.isError && !list.data && (
        <ErrorState title="The webhooks could not be loaded" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={WebhookIcon} title="No webhooks yet" action={add}>
          Add one and the people who decide hear of a waiting call where they already are.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Webhooks"
          columns={columns}
          rows={rows}
          rowId={(webhook) => webhook.id}
          rowName={(webhook) => webhook.name}
          onOpen={toggle}
          compact={(webhook) => <WebhookCompact webhook={webhook} />}
          expanded={(webhook) => open.has(webhook.id) && <Deliveries webhook={webhook} />}
          actions={(webhook) => (
            <WebhookMenu
              webhook={webhook}
              onRemove={() => setRemoving(webhook)}
              onTested={() => setOpen(new Set(open).add(webhook.id))}
            />
          )}
        />
      )}
      {adding && <AddWebhookDialog onClose={() => setAdding(false)} onAdded={() => void reload()} />}
      {removing && <RemoveWebhookDialog webhook={removing} onClose={() => setRemoving(null)} onRemoved={reload} />}
    </Section>
  );
}

function isSending({ deliveries }: Webhook): boolean {
  return deliveries.some(({ status }) => status === 'waiting');
}

interface RemoveWebhookDialogProps {
  webhook: Webhook;
  onClose: () => void;
  onRemoved: () => Promise<void>;
}
function RemoveWebhookDialog({ webhook, onClose, onRemoved }: RemoveWebhookDialogProps) {
  const toast = useToast();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${printable(webhook.name)}?`}
      action="Remove the webhook"
      onConfirm={async () => {
        await callRoute('webhooks.remove', { params: { id: webhook.id } });
        toast.show(`Removed ${printable(webhook.name)}.`);
        await onRemoved();
      }}
    >
      Nothing more is sent to it, and what waits to be sent again is dropped. Its secret is forgotten.
    </ConfirmDialog>
  );
}
