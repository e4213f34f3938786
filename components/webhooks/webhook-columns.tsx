import { ChevronDown, ChevronRight } from 'lucide-react';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { Dot, StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { Webhook } from '@/lib/contracts/webhooks';
import { deliveryTones, formatWords } from './webhook-words';

export interface OpenRows {
  isOpen: (webhook: Webhook) => boolean;
  toggle: (webhook: Webhook) => void;
}

export function webhookColumns({ isOpen, toggle }: OpenRows): readonly Column<Webhook>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      width: 220,
      cell: (webhook) => (
        <button
          type="button"
          aria-expanded={isOpen(webhook)}
          onClick={() => toggle(webhook)}
          className="flex w-full items-center gap-1.5 text-left"
        >
          <Icon of={isOpen(webhook) ? ChevronDown : ChevronRight} size={14} className="shrink-0 text-muted" />
          <span className="truncate font-medium">{printable(webhook.name)}</span>
        </button>
      ),
    },
    {
      id: 'url',
      header: 'Address',
      cell: (webhook) => (
        <code title={printable(webhook.url)} className="text-muted">
          {printable(webhook.url)}
        </code>
      ),
    },
    { id: 'format', header: 'Sends', width: 120, cell: (webhook) => formatWords[webhook.format] },
    {
      id: 'last',
      header: 'Last delivery',
      width: 190,
      cell: (webhook) => <LastDelivery webhook={webhook} />,
    },
    {
      id: 'state',
      header: 'State',
      width: 100,
      cell: ({ enabled }) => (enabled ? 'enabled' : <span className="text-muted">disabled</span>),
    },
  ];
}

function LastDelivery({ webhook }: { webhook: Webhook }) {
  const [last] = webhook.deliveries;
  if (!last) return <span className="text-muted">none yet</span>;
  return (
    <span className="flex items-center gap-2">
      <StatusDot tone={deliveryTones[last.status]}>{last.status}</StatusDot>
      <RelativeTime at={last.at} className="text-muted" />
    </span>
  );
}

/** A webhook in two lines, for a phone. */
export function WebhookCompact({ webhook }: { webhook: Webhook }) {
  const [last] = webhook.deliveries;
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={last ? deliveryTones[last.status] : 'hollow'} />
        <span className="min-w-0 flex-1 truncate font-medium">{printable(webhook.name)}</span>
        {!webhook.enabled && <span className="text-muted">disabled</span>}
      </span>
      <span className="truncate pl-[15px] text-muted">
        {last ? `${last.status} · ` : ''}
        {printable(webhook.url)}
      </span>
    </span>
  );
}
