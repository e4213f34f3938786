import type { DotTone } from '@/components/ui/status-dot';
import type { Webhook } from '@/lib/contracts/webhooks';

export type Delivery = Webhook['deliveries'][number];

export const formatWords: Record<Webhook['format'], string> = { generic: 'signed JSON', slack: 'Slack message' };
export const deliveryTones: Record<Delivery['status'], DotTone> = {
  waiting: 'wait',
  delivered: 'hollow',
  failed: 'stop',
};

/** "answered 503, tried 3 times": how a delivery went. */
export function deliveryWords({ status, attempts, httpStatus, error }: Delivery): string {
  const answer = httpStatus === null ? (error ?? '') : `answered ${httpStatus}`;
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`;
  if (attempts === 0) return status === 'waiting' ? 'not tried yet' : status;
  return [answer, status === 'delivered' && attempts === 1 ? '' : tries].filter(Boolean).join(', ');
}
