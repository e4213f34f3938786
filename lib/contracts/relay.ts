/** The relay: agent gateways that dial in, who is bound to them, and what operators say to them. No secret but where it is shown once. */
import { z } from 'zod';
import { isoTime, label, pageQuery, reason } from './common';

/** `idle` said so and sleeps, `offline` is not connected, `disabled` was revoked for good. */
export const relayStatuses = ['live', 'idle', 'offline', 'disabled'] as const;
export type RelayStatus = (typeof relayStatuses)[number];

export const relayPlatformName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, dashes and underscores');
const gatewayId = label(256);
const relayBuffer = z.object({
  events: z.number().int(),
  bytes: z.number().int(),
  /** Of the event that has waited longest. */
  oldestAt: isoTime.nullable(),
  /** Events it had no room or no time for, ever. */
  dropped: z.number().int(),
});

export const relayInstance = z.object({
  id: z.string(),
  gatewayId: z.string(),
  tenant: z.string(),
  status: z.enum(relayStatuses),
  /** What its gateway said hello for on this connection. */
  identities: z.array(z.object({ platform: z.string(), botId: z.string() })),
  platform: z.string().nullable(),
  botId: z.string().nullable(),
  routeKeys: z.array(z.string()),
  /** Without its path and query, which may hold a secret. */
  wakeUrl: z.string().nullable(),
  buffer: relayBuffer,
  bindings: z.number().int(),
  createdBy: z.string(),
  createdAt: isoTime,
  connectedAt: isoTime.nullable(),
  lastSeenAt: isoTime.nullable(),
  rotatedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
  revokeReason: z.string().nullable(),
});
export type RelayInstance = z.infer<typeof relayInstance>;

export const relayBinding = z.object({
  platform: z.string(),
  userId: z.string(),
  userName: z.string().nullable(),
  boundAt: isoTime,
});
export type RelayBinding = z.infer<typeof relayBinding>;

export const relayDenial = z.object({
  at: isoTime,
  platform: z.string(),
  op: z.string(),
  chatId: z.string().nullable(),
  reason: z.string(),
});
export type RelayDenial = z.infer<typeof relayDenial>;

/** A chat of the console's platform in which something was said. */
export const relayChat = z.object({ id: z.string(), messages: z.number().int(), lastAt: isoTime });
export type RelayChat = z.infer<typeof relayChat>;

/** Who is bound, oldest first, what was declined, newest first, and where operators talked to it, last first. */
export const relayInstanceDetail = relayInstance.extend({
  boundUsers: z.array(relayBinding),
  denials: z.array(relayDenial),
  chats: z.array(relayChat),
});
export type RelayInstanceDetail = z.infer<typeof relayInstanceDetail>;

export const listRelayInstancesQuery = pageQuery.extend({ q: z.string().max(200).optional() });
export type ListRelayInstancesQuery = z.infer<typeof listRelayInstancesQuery>;

export const relayPrompt = z.object({
  kind: z.string(),
  id: z.string(),
  options: z.array(z.object({ id: z.string(), label: z.string(), style: z.string().nullable() })),
  /** The option an operator chose. */
  chosen: z.string().nullable(),
});
export type RelayPrompt = z.infer<typeof relayPrompt>;

/** What a message carries: fetched from `GET /api/relay/media/:id` until it expires. */
export const relayMedia = z.object({
  id: z.string(),
  name: z.string(),
  mime: z.string(),
  bytes: z.number().int(),
  expiresAt: isoTime,
});
export type RelayMedia = z.infer<typeof relayMedia>;

/** The same in the words of the protocol: its gateway fetches the URL with its own bearer. */
export const relayMediaEntry = z.object({
  id: z.string(),
  url: z.string(),
  name: z.string(),
  mime_type: z.string(),
  size_bytes: z.number().int(),
  expires_at: isoTime,
});
export type RelayMediaEntry = z.infer<typeof relayMediaEntry>;

export const relayMessage = z.object({
  id: z.string(),
  instanceId: z.string(),
  chatId: z.string(),
  /** The thread of the chat it was said in, and its name. */
  thread: z.object({ id: z.string(), name: z.string() }).nullable(),
  at: isoTime,
  editedAt: isoTime.nullable(),
  author: z.enum(['operator', 'gateway']),
  authorName: z.string().nullable(),
  text: z.string(),
  media: z.array(relayMedia),
  prompt: relayPrompt.nullable(),
});
export type RelayMessage = z.infer<typeof relayMessage>;

export const listRelayMessagesQuery = pageQuery.extend({ chatId: z.string().max(512).optional() });
export type ListRelayMessagesQuery = z.infer<typeof listRelayMessagesQuery>;

export const sendRelayMessageBody = z.strictObject({
  chatId: label(512),
  text: z.string().max(16_000),
  /** A thread the gateway opened in this chat. */
  threadId: z.string().min(1).max(64).optional(),
  /** What was uploaded for this instance by `POST /api/relay/instances/:id/media`. */
  mediaIds: z.array(z.string().max(64)).max(10).optional(),
  /** The answer to a prompt. */
  prompt: z.strictObject({ id: z.string().min(1).max(256), optionId: z.string().min(1).max(256) }).optional(),
});
export type SendRelayMessageBody = z.infer<typeof sendRelayMessageBody>;
/** `bufferId` is null where it was delivered at once. */
export const sentRelayMessage = z.object({ messageId: z.string(), bufferId: z.string().nullable() });
export type SentRelayMessage = z.infer<typeof sentRelayMessage>;

/** Cancels what the gateway does for this chat, and for no other. */
export const interruptRelayBody = z.strictObject({
  chatId: label(512),
  threadId: z.string().min(1).max(64).optional(),
});
/** As a file is called by whoever uploads it. */
export const uploadRelayMediaQuery = z.strictObject({ name: label(200) });
/** False where the gateway is not there to hear it. */
export const interruptedRelay = z.object({ delivered: z.boolean() });

export const revokeRelayInstanceBody = z.strictObject({ reason });
export const relayLinkCode = z.object({ code: z.string(), expiresAt: isoTime });
export type RelayLinkCode = z.infer<typeof relayLinkCode>;

const tenant = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, dashes and underscores');
export const createEnrolmentBody = z.strictObject({ tenant: tenant.default('default') });
export type CreateEnrolmentBody = z.infer<typeof createEnrolmentBody>;
/** The only time the token is seen. */
export const createdEnrolment = z.object({ enrollmentToken: z.string(), tenant: z.string(), expiresAt: isoTime });
export type CreatedEnrolment = z.infer<typeof createdEnrolment>;

export const provisionBody = z.strictObject({
  gatewayId,
  platform: relayPlatformName,
  botId: z.string().max(256),
  routeKeys: z.array(label(256)).max(100).optional(),
  instanceId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be 1–64 letters, digits, dots, dashes and underscores')
    // Its page is `/relay/<id>`, beside what gateways call.
    .refine((id) => !['provision', 'enroll', 'media', 'platforms'].includes(id), 'is a path of its own: choose another')
    .optional(),
  wakeUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
});
export type ProvisionBody = z.infer<typeof provisionBody>;
export const enrollBody = z.strictObject({ enrollmentToken: z.string().max(256), gatewayId });
export type EnrollBody = z.infer<typeof enrollBody>;
/** What a gateway needs to dial in. The secrets are shown here and never again. */
export const enrolled = z.object({
  secret: z.string(),
  deliveryKey: z.string(),
  tenant: z.string(),
  gatewayId: z.string(),
});
export type Enrolled = z.infer<typeof enrolled>;
export const provisioned = enrolled.extend({ routeKeys: z.array(z.string()) });
export type Provisioned = z.infer<typeof provisioned>;

/** A gateway manages itself by its own bearer and says nothing; a service key says which one. */
export const manageBody = z.strictObject({ gatewayId: gatewayId.optional() });
export const rotated = z.object({ secret: z.string(), gatewayId: z.string(), previousUntil: isoTime });
export type Rotated = z.infer<typeof rotated>;
export const deprovisioned = z.object({ gatewayId: z.string(), revokedAt: isoTime });
export type Deprovisioned = z.infer<typeof deprovisioned>;
