/** Connectors that this server dials out to as a gateway, and the command that serves what they deliver. */
import { z } from 'zod';
import { isoTime, label } from './common';
import { relayPlatformName } from './relay';
import { projectId } from './runs';

export const relayIdentity = z.strictObject({ platform: relayPlatformName, botId: z.string().max(256) });

export const relayHandler = z.strictObject({
  command: z.array(z.string().max(32_768)).min(1).max(256),
  cwd: z.string().min(1).max(4_096).optional(),
  pluginId: z.string().max(64).optional(),
  projectId,
});

export const createRelayUpstreamBody = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, dashes and underscores'),
  url: z.url({ protocol: /^wss?$/ }).max(2_048),
  gatewayId: label(256),
  /** Without one the upstream is dialled without a bearer, and is not trusted to have authorised an author. */
  secret: z.string().min(8).max(512).optional(),
  identities: z.array(relayIdentity).min(1).max(16),
  handler: relayHandler,
});
export type CreateRelayUpstreamBody = z.infer<typeof createRelayUpstreamBody>;

/** `disabled` was cut off by its connector for good: it is recreated to be let in again. */
export const relayUpstreamStatuses = ['connecting', 'live', 'idle', 'disabled', 'error'] as const;
export type RelayUpstreamStatus = (typeof relayUpstreamStatuses)[number];

export const relayUpstream = z.object({
  id: z.string(),
  url: z.string(),
  gatewayId: z.string(),
  status: z.enum(relayUpstreamStatuses),
  /** What the connector said of each platform on this connection. */
  descriptors: z.array(
    z.object({
      platform: z.string(),
      label: z.string(),
      maxMessageLength: z.number().int(),
      lenUnit: z.enum(['chars', 'utf16']),
      ops: z.array(z.string()),
    }),
  ),
  lastError: z.string().nullable(),
  /** When it came to be in this status. */
  since: isoTime,
  identities: z.array(relayIdentity),
  handler: relayHandler,
  /** True where its authors need no local allow-list. */
  trusted: z.boolean(),
  sessions: z.number().int(),
  /** Frames and messages that led nowhere, since the start. */
  dropped: z.number().int(),
  createdBy: z.string(),
  createdAt: isoTime,
});
export type RelayUpstream = z.infer<typeof relayUpstream>;
