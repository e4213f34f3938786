import { z } from 'zod';
import { isoTime, pageQuery, reason } from './common';
import { allowList } from './runs';

export const tokenStatuses = ['active', 'expired', 'revoked'] as const;
export type TokenStatus = (typeof tokenStatuses)[number];

/** Why a tool token ended. */
export const tokenEndReasons = ['child_exit', 'run_ended', 'ttl_expired', 'manual', 'lock', 'superseded'] as const;
export type TokenEndReason = (typeof tokenEndReasons)[number];

/** A tool token as lists show it: never the secret. */
export const toolToken = z.object({
  id: z.string(),
  runId: z.string(),
  projectId: z.string(),
  status: z.enum(tokenStatuses),
  issuedAt: isoTime,
  expiresAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  allowedEndpoints: z.array(z.string()),
  allowedOperations: z.array(z.string()),
  endedAt: isoTime.nullable(),
  revocationReason: z.enum(tokenEndReasons).nullable(),
});
export type ToolToken = z.infer<typeof toolToken>;

export const listTokensQuery = pageQuery.extend({
  runId: z.string().max(64).optional(),
  status: z.enum(tokenStatuses).optional(),
});
export type ListTokensQuery = z.infer<typeof listTokensQuery>;

export const mintTokenBody = z.strictObject({
  /** Whole seconds. Default 900; sliding, and never past the end of the run. */
  ttlSeconds: z.number().int().min(60).max(86_400).optional(),
  allowedEndpoints: allowList.optional(),
  allowedOperations: allowList.optional(),
});
export type MintTokenBody = z.infer<typeof mintTokenBody>;
export const mintedToken = z.object({ id: z.string(), token: z.string(), expiresAt: isoTime });

export const revokeTokenBody = z.strictObject({ reason });

export const introspectBody = z.strictObject({
  token: z.string().max(1024),
  endpoint: z.string().max(200).optional(),
  operation: z.string().max(200).optional(),
});
export const introspection = z.discriminatedUnion('active', [
  z.object({
    active: z.literal(true),
    grant: z.object({
      id: z.string(),
      runId: z.string(),
      projectId: z.string(),
      allowedEndpoints: z.array(z.string()),
      allowedOperations: z.array(z.string()),
      issuedAt: isoTime,
      expiresAt: isoTime,
    }),
  }),
  z.object({ active: z.literal(false), code: z.string() }),
]);
export type Introspection = z.infer<typeof introspection>;

/** What a tool token may be narrowed to: data-plane paths and operations. */
export const toolEndpoints = [
  '/api/tools/connectors/list',
  '/api/tools/connectors/execute',
  '/api/tools/execute',
  '/api/tools/calls',
  '/mcp',
  '/cloud/aws/credentials',
  '/cloud/azure/token',
] as const;
export const toolOperations = [
  'connectors:list',
  'connectors:execute',
  'tools:execute',
  'mcp:call',
  'credentials:read',
] as const;
