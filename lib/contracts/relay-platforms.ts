/** Chat platforms that this server talks to itself, on behalf of the gateways behind it. Secrets go in and never come out. */
import { z } from 'zod';
import { isoTime, label, pageQuery } from './common';
import { relayPlatformName } from './relay';

export const relayPlatformKinds = ['webhook', 'telegram', 'discord'] as const;
export type RelayPlatformKind = (typeof relayPlatformKinds)[number];

const secret = z.string().min(8).max(512);
const apiRoot = z.url({ protocol: /^https?$/ }).max(2_048);

/** What each kind is told, by whether it may be shown. */
export const relayPlatformSettings = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    /** Where what gateways say is posted, signed. */
    outboundUrl: apiRoot,
    allowPrivateHost: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('telegram'), botToken: secret, apiRoot: apiRoot.optional() }),
  z.strictObject({
    kind: z.literal('discord'),
    botToken: secret,
    /** Hex: verifies interactions that Discord posts here. Without it they come over the bot's own socket. */
    publicKey: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
      .optional(),
    apiRoot: apiRoot.optional(),
  }),
]);
export type RelayPlatformSettings = z.infer<typeof relayPlatformSettings>;

export const relayPlatformStatuses = ['starting', 'ready', 'failed', 'disabled'] as const;

export const relayPlatform = z.object({
  /** As gateways name it. */
  id: relayPlatformName,
  kind: z.enum(['console', ...relayPlatformKinds]),
  label: z.string(),
  tenant: z.string(),
  status: z.enum(relayPlatformStatuses),
  error: z.string().nullable(),
  /** Who the platform says this server is: the name of the bot. */
  account: z.string().nullable(),
  ops: z.array(z.string()),
  /** Where the platform sends to, where it sends by HTTP. */
  inboundUrl: z.string().nullable(),
  /** Settings that are no secret, as they are shown. */
  settings: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])),
  createdBy: z.string().nullable(),
  createdAt: isoTime.nullable(),
});
export type RelayPlatform = z.infer<typeof relayPlatform>;

/** The console comes first, then the newest. */
export const listRelayPlatformsQuery = pageQuery;

export const createRelayPlatformBody = z.strictObject({
  id: relayPlatformName,
  label: label(100).optional(),
  settings: relayPlatformSettings,
});
export type CreateRelayPlatformBody = z.infer<typeof createRelayPlatformBody>;
/** The secret with which a webhook is signed, both ways: shown here and never again. Null for the other kinds. */
export const createdRelayPlatform = z.object({ platform: relayPlatform, signingSecret: z.string().nullable() });
export type CreatedRelayPlatform = z.infer<typeof createdRelayPlatform>;
export const updateRelayPlatformBody = z.strictObject({ enabled: z.boolean() });
