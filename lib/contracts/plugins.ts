/** Plugins: what one is, what it may do, and who said so. */
import { z } from 'zod';
import { isoTime, label, pageQuery, reason } from './common';

export const pluginTiers = ['bundled', 'trusted', 'restricted'] as const;
export type PluginTier = (typeof pluginTiers)[number];

export const pluginId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, dashes or underscores');

const plainCapabilities = ['fs:read', 'fs:write', 'mcp', 'subprocess', 'bash', 'network', 'connector'] as const;
const namedCapability = /^(?:connector:[a-z0-9][a-z0-9_-]*|mcp:[a-z0-9][a-z0-9_-]*)$/;
/** Those that reach everything of their kind: never preselected, and asked for again when a plugin changes. */
export const elevatedCapabilities = ['bash', 'connector', 'mcp', 'subprocess'] as const;

export function isCapability(text: string): boolean {
  return (plainCapabilities as readonly string[]).includes(text) || (text.length <= 100 && namedCapability.test(text));
}
export function isElevated(capability: string): boolean {
  return (elevatedCapabilities as readonly string[]).includes(capability);
}

export const pluginGrant = z.object({
  capability: z.string(),
  by: z.string(),
  at: isoTime,
  reason: z.string().nullable(),
  expiresAt: isoTime.nullable(),
});
export type PluginGrant = z.infer<typeof pluginGrant>;

export const plugin = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  tier: z.enum(pluginTiers),
  /** `bundled`, or the folder it was installed from. */
  source: z.string(),
  /** SHA-256 over its files' paths and contents, hex. */
  digest: z.string(),
  capabilities: z.object({ required: z.array(z.string()), optional: z.array(z.string()) }),
  /** Sorted; without those that have expired. */
  capabilitiesGranted: z.array(z.string()),
  grants: z.array(pluginGrant),
  /** True when it has a command of its own: a run of it needs none. */
  startable: z.boolean(),
  /** Live runs under it. */
  liveRuns: z.number().int(),
  installedAt: isoTime,
  installedBy: z.string(),
});
export type Plugin = z.infer<typeof plugin>;

export const installPluginBody = z.strictObject({
  source: z.strictObject({ kind: z.literal('local'), path: z.string().min(1).max(4096) }),
  /** What the operator looked at: refused with DIGEST_CHANGED when the folder holds something else by now. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
/** What a folder holds, before anything is installed. */
export const pluginPreview = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  digest: z.string(),
  files: z.number().int(),
  bytes: z.number().int(),
  capabilities: z.object({ required: z.array(z.string()), optional: z.array(z.string()) }),
  connectors: z.array(z.string()),
  /** The installed one it would replace, and which of its grants would be asked for again. */
  replaces: z.object({ version: z.string(), digest: z.string(), dropsGrants: z.array(z.string()) }).nullable(),
});
export type PluginPreview = z.infer<typeof pluginPreview>;

export const trustBody = z.strictObject({
  capabilities: z.array(z.string().max(200)).max(200),
  action: z.enum(['grant', 'revoke']).default('grant'),
  reason: reason.optional(),
  /** Whole seconds, one minute to one year; for a grant alone. */
  expiresInSeconds: z.number().int().min(60).max(31_536_000).optional(),
  /** What the operator looked at: refused with DIGEST_CHANGED when the plugin was installed anew since. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type TrustBody = z.infer<typeof trustBody>;
export const trustResult = z.object({
  ok: z.literal(true),
  id: z.string(),
  action: z.enum(['grant', 'revoke']),
  capabilitiesGranted: z.array(z.string()),
  plugin,
});
export const tierBody = z.strictObject({ tier: z.enum(pluginTiers), reason });

/** The live runs that would lose a capability, before a revoke or a lower tier is confirmed. */
export const trustImpactBody = z.strictObject({
  capabilities: z.array(z.string().max(200)).max(200).optional(),
  tier: z.enum(pluginTiers).optional(),
});
export const trustImpact = z.object({
  runs: z.array(z.object({ id: z.string(), title: z.string(), callsLastHour: z.number().int() })),
});

export const listPluginsQuery = pageQuery;
export const pluginName = label(100);
