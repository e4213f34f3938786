/** Webhooks: signed notices that something waits. Deciding happens in the console. */
import { z } from 'zod';
import { isoTime, label, pageQuery } from './common';

/** `generic` is Standard Webhooks with the event as JSON; `slack` is what an incoming webhook of Slack takes. */
export const webhookFormats = ['generic', 'slack'] as const;
export const webhookDelivery = z.object({
  id: z.string(),
  event: z.string(),
  status: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number().int(),
  at: isoTime,
  nextAttemptAt: isoTime.nullable(),
  /** Of the last attempt. */
  httpStatus: z.number().int().nullable(),
  error: z.string().nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;
export const webhook = z.object({
  id: z.string(),
  name: z.string(),
  /** Without its path and query, which may hold a secret. */
  url: z.string(),
  format: z.enum(webhookFormats),
  enabled: z.boolean(),
  allowPrivateHost: z.boolean(),
  createdBy: z.string(),
  createdAt: isoTime,
  deliveries: z.array(webhookDelivery),
});
export type Webhook = z.infer<typeof webhook>;

export const createWebhookBody = z.strictObject({
  name: label(100),
  url: z.url({ protocol: /^https?$/ }).max(2048),
  format: z.enum(webhookFormats),
  allowPrivateHost: z.boolean().default(false),
});
export type CreateWebhookBody = z.infer<typeof createWebhookBody>;
/** The secret is shown here and never again; `slack` has none, since its URL is one. */
export const createdWebhook = z.object({ webhook, secret: z.string().nullable() });
export const updateWebhookBody = z.strictObject({ enabled: z.boolean() });
export const listWebhooksQuery = pageQuery;
