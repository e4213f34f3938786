/** Connectors: MCP servers behind the gate, their tools and what those may do. */
import { z } from 'zod';
import { isoTime, label, pageQuery } from './common';
import { privilegeNames } from './privileges';

/** What follows `connector:` in a capability. */
export const connectorId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1–64 lower-case letters, digits, dashes or underscores');

export const safetyClasses = ['read', 'write', 'destructive'] as const;
export type SafetyClass = (typeof safetyClasses)[number];
/** `auto` runs at once, `confirm` waits for an operator, `disabled` is refused. */
export const approvalModes = ['auto', 'confirm', 'disabled'] as const;
export type ApprovalMode = (typeof approvalModes)[number];
export const connectorStatuses = ['ready', 'starting', 'failed', 'disabled'] as const;
export type ConnectorStatus = (typeof connectorStatuses)[number];

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a variable name')
  .max(128);
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header name')
  .max(128);
const oneLine = z
  .string()
  .max(16_384)
  .refine((text) => !/[\r\n]/.test(text) && !text.includes('\0'), 'must be one line');

export const stdioTransport = z.strictObject({
  kind: z.literal('stdio'),
  command: z.string().min(1).max(4096),
  args: z.array(z.string().max(32_768)).max(256).optional(),
  env: z.record(variableName, z.string().max(32_768)).optional(),
  cwd: z.string().min(1).max(4096).optional(),
});
export const httpTransport = z.strictObject({
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }).max(2048),
  headers: z.record(headerName, oneLine).optional(),
  /** Lets this one host resolve to a private, loopback or link-local address. */
  allowPrivateHost: z.boolean().optional(),
});
/** What people and plugins may give. */
export const connectorTransport = z.discriminatedUnion('kind', [stdioTransport, httpTransport]);
export type ConnectorTransport = z.infer<typeof connectorTransport>;
/** The tools service, which is nobody's to add. */
export const builtinTransport = z.strictObject({ kind: z.literal('builtin') });
export const anyTransport = z.discriminatedUnion('kind', [stdioTransport, httpTransport, builtinTransport]);
export type AnyTransport = z.infer<typeof anyTransport>;

export const connectorLimits = z.strictObject({
  /** Calls of one run in 60 s. */
  callsPerMinute: z.number().int().min(1).max(1_000_000).optional(),
  callsPerRun: z.number().int().min(1).max(100_000_000).optional(),
  outputBytes: z
    .number()
    .int()
    .min(1_024)
    .max(16 * 1024 * 1024)
    .optional(),
  timeoutSeconds: z.number().int().min(1).max(3_600).optional(),
});
export type ConnectorLimits = z.infer<typeof connectorLimits>;

export const connectorTool = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
  safety: z.enum(safetyClasses),
  approval: z.enum(approvalModes),
  /** True when an admin set its class or its mode. */
  overridden: z.boolean(),
  /** Why it has its class, for whoever decides: "its name says write", "unknown tools count as write". */
  why: z.string(),
  /** What a run's plugin must have been granted to call it, where that is not the connector itself. */
  capability: z.string().optional(),
  /** What its principal must hold. */
  privilege: z.enum(privilegeNames).optional(),
});
export type ConnectorTool = z.infer<typeof connectorTool>;

/** Where the tools service runs its tools, and whether commands have a sandbox there. */
export const toolsService = z.object({
  runsIn: z.enum(['process', 'queue']),
  /** Null until it is known. */
  shell: z.object({ sandboxed: z.boolean(), note: z.string() }).nullable(),
});
export type ToolsService = z.infer<typeof toolsService>;

export const connector = z.object({
  id: z.string(),
  name: z.string(),
  /** Values of `env` and `headers` are masked. */
  transport: anyTransport,
  status: z.enum(connectorStatuses),
  error: z.string().optional(),
  enabled: z.boolean(),
  limits: z.object({
    callsPerMinute: z.number().int(),
    callsPerRun: z.number().int(),
    outputBytes: z.number().int(),
    timeoutSeconds: z.number().int(),
  }),
  tools: z.array(connectorTool),
  /** Tools its server lists that nobody may call, and why. Names with what acts in them made visible. */
  notOffered: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** Of the tools service alone. */
  service: toolsService.nullable(),
  /** What the server calls itself. */
  server: z.object({ name: z.string(), version: z.string() }).nullable(),
  /** `bundled`, `plugin:<id>`, or who added it. */
  addedBy: z.string(),
  createdAt: isoTime,
  /** Of this process's life: calls that reached it, how many failed, and how long they took. */
  health: z.object({
    calls: z.number().int(),
    failed: z.number().int(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    restarts: z.number().int(),
    lastError: z.object({ at: isoTime, message: z.string() }).nullable(),
  }),
});
export type Connector = z.infer<typeof connector>;

export const createConnectorBody = z.strictObject({
  id: connectorId,
  name: label(100),
  transport: connectorTransport,
  enabled: z.boolean().default(true),
  limits: connectorLimits.optional(),
});
export type CreateConnectorBody = z.infer<typeof createConnectorBody>;

export const toolOverride = z.strictObject({
  /** `null` takes the override back. */
  safety: z.enum(safetyClasses).nullable().optional(),
  approval: z.enum(approvalModes).nullable().optional(),
});
export const updateConnectorBody = z
  .strictObject({
    name: label(100).optional(),
    /** A masked value keeps the secret that is stored. */
    transport: connectorTransport.optional(),
    enabled: z.boolean().optional(),
    limits: connectorLimits.optional(),
    tools: z.record(z.string().max(200), toolOverride).optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'must change something');
export type UpdateConnectorBody = z.infer<typeof updateConnectorBody>;
/** What stands in place of a secret value. */
export const maskedSecret = '••••••••';

export const importConnectorsBody = z.strictObject({ mcpServers: z.record(z.string().max(200), z.unknown()) });
export const importConnectorsResult = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      connector: connector.optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});
export const testConnectorResult = z.object({
  ok: z.boolean(),
  tools: z.number().int(),
  tookMs: z.number(),
  error: z.string().optional(),
});
export const connectorStderr = z.object({ text: z.string() });
/** Who may call a connector's tools, for its page. */
export const connectorAccess = z.object({
  plugins: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      via: z.enum(['tier', 'connector', 'grant', 'capabilities']),
      /** With `capabilities`: those of the tools service's tools that were granted. */
      capabilities: z.array(z.string()).optional(),
    }),
  ),
});
export const listConnectorsQuery = pageQuery;
