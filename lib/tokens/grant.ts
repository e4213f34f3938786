/** What a tool token allows, and the ways a check of one ends. */
import type { PluginTier } from '@/lib/contracts/plugins';
import type { TokenEndReason } from '@/lib/contracts/tokens';

export interface ToolTokenGrant {
  readonly id: string;
  readonly runId: string;
  readonly projectId: string;
  /** Paths of the data plane, or `*`. */
  readonly allowedEndpoints: readonly string[];
  readonly allowedOperations: readonly string[];
  /** ISO 8601 UTC. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly pluginSnapshotId?: string;
  readonly pluginTrust?: PluginTier;
  readonly pluginCapabilitiesGranted?: readonly string[];
}
export type MintedToolToken = ToolTokenGrant & { readonly token: string };

export interface MintOptions {
  id?: string;
  runId: string;
  projectId: string;
  allowedEndpoints?: readonly string[];
  allowedOperations?: readonly string[];
  /** Default 15 minutes. Sliding: a use in the second half of its life starts it anew. */
  ttlMs?: number;
  /** Where sliding stops: the end of the run. */
  notAfterMs?: number;
  nowMs?: number;
  pluginSnapshotId?: string;
  pluginTrust?: PluginTier;
  pluginCapabilitiesGranted?: readonly string[];
}

export type TokenRefusalCode =
  | 'TOOL_TOKEN_MISSING'
  | 'TOOL_TOKEN_INVALID'
  | 'TOOL_TOKEN_EXPIRED'
  | 'TOOL_ENDPOINT_DENIED'
  | 'TOOL_OPERATION_DENIED';
export type TokenCheck = { ok: true; grant: ToolTokenGrant } | { ok: false; code: TokenRefusalCode; message: string };
export type ConnectorCheck =
  | { ok: true; grant: ToolTokenGrant }
  | { ok: false; code: 'CONNECTOR_NOT_GRANTED'; message: string };

export interface TokenListener {
  minted?(grant: ToolTokenGrant, hash: string, ttlMs: number): void;
  /** Slid or refreshed. */
  extended?(grant: ToolTokenGrant, lastUsedMs: number): void;
  ended?(grant: ToolTokenGrant, reason: TokenEndReason, lastUsedMs: number): void;
}

export interface RestoreOptions extends Omit<ToolTokenGrant, 'issuedAt' | 'expiresAt'> {
  hash: string;
  issuedAtMs: number;
  expiresAtMs: number;
  ttlMs: number;
  notAfterMs: number;
}

export const refusals: Record<TokenRefusalCode, Extract<TokenCheck, { ok: false }>> = {
  TOOL_TOKEN_MISSING: refusal('TOOL_TOKEN_MISSING', 'Send the tool token as "Authorization: Bearer …".'),
  TOOL_TOKEN_INVALID: refusal('TOOL_TOKEN_INVALID', 'The tool token is unknown or was revoked.'),
  TOOL_TOKEN_EXPIRED: refusal('TOOL_TOKEN_EXPIRED', 'The tool token has expired.'),
  TOOL_ENDPOINT_DENIED: refusal('TOOL_ENDPOINT_DENIED', 'The tool token does not allow this endpoint.'),
  TOOL_OPERATION_DENIED: refusal('TOOL_OPERATION_DENIED', 'The tool token does not allow this operation.'),
};
function refusal(code: TokenRefusalCode, message: string): Extract<TokenCheck, { ok: false }> {
  return Object.freeze({ ok: false, code, message });
}

/** Restricted plugins reach what they were granted: all connectors, or this one by name. */
export function pinnedConnectorAccess(grant: ToolTokenGrant, connectorId: string): ConnectorCheck {
  const granted = grant.pluginCapabilitiesGranted ?? [];
  const open = grant.pluginTrust !== 'restricted';
  if (
    open ||
    granted.includes('connector') ||
    granted.includes('connector:*') ||
    granted.includes(`connector:${connectorId}`)
  ) {
    return { ok: true, grant };
  }
  return {
    ok: false,
    code: 'CONNECTOR_NOT_GRANTED',
    message: `The plugin of this run is restricted and was not granted connector:${connectorId}. An operator can grant it on the plugin's page.`,
  };
}
