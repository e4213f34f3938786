/** Webhook rows to the wire and back. */
import type { Webhook, WebhookDelivery } from '@/lib/contracts/webhooks';
import type { Sealer } from '@/lib/platform/sealing';
import type { WebhookDeliveryModel, WebhookModel } from '@/prisma/generated/models';

/** The URL is sealed too: that of a Slack webhook lets whoever has it post there. */
export interface WebhookSecrets {
  url: string;
  secret: string | null;
}

export const shownDeliveries = 20;

export function toWebhook(row: WebhookModel & { deliveries: WebhookDeliveryModel[] }): Webhook {
  return {
    id: row.id,
    name: row.name,
    url: row.host,
    format: row.format as Webhook['format'],
    enabled: row.enabled,
    allowPrivateHost: row.allowPrivateHost,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    deliveries: row.deliveries.map(toDelivery),
  };
}

export function toDelivery(row: WebhookDeliveryModel): WebhookDelivery {
  return {
    id: row.id,
    event: row.event,
    status: row.status as WebhookDelivery['status'],
    attempts: row.attempts,
    at: row.at.toISOString(),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    httpStatus: row.httpStatus,
    error: row.error,
  };
}

const contextOf = (id: string) => `webhook:${id}`;

export function sealSecrets(sealer: Sealer, id: string, secrets: WebhookSecrets): string {
  return sealer.seal(JSON.stringify(secrets), contextOf(id));
}

/** Undefined for what was sealed under another master key, or altered. */
export function openSecrets(sealer: Sealer, id: string, sealed: string): WebhookSecrets | undefined {
  const text = sealer.open(sealed, contextOf(id));
  return text === undefined ? undefined : (JSON.parse(text) as WebhookSecrets);
}
