'use client';

import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import { ExactTime } from '@/components/ui/time';
import { useNow } from '@/components/ui/use-now';
import type { Webhook } from '@/lib/contracts/webhooks';
import { type Delivery, deliveryTones, deliveryWords } from './webhook-words';

/** The last deliveries of a webhook, the newest first, each with how it went. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  if (webhook.deliveries.length === 0) return <p className="text-muted">Nothing has been sent yet.</p>;
  return (
    <ul aria-label={`Deliveries of ${printable(webhook.name)}`} className="flex flex-col gap-1.5">
      {webhook.deliveries.map((delivery) => (
        <li key={delivery.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
          <ExactTime at={delivery.at} className="font-mono text-hint text-muted" />
          <StatusDot tone={deliveryTones[delivery.status]}>{delivery.status}</StatusDot>
          <code>{printable(delivery.event)}</code>
          <span className="min-w-0 break-words text-muted">{printable(deliveryWords(delivery))}</span>
          <NextTry delivery={delivery} />
        </li>
      ))}
    </ul>
  );
}

function NextTry({ delivery }: { delivery: Delivery }) {
  const now = useNow('second');
  if (delivery.status !== 'waiting' || delivery.nextAttemptAt === null || now === null) return null;
  const seconds = Math.ceil((Date.parse(delivery.nextAttemptAt) - now) / 1000);
  return <span className="text-muted">{seconds > 0 ? `tried again in ${seconds} s` : 'being tried now'}</span>;
}
