/** Tool calls: what agents send, what they get, and each call's path through the gate. */
import { z } from 'zod';
import { isoTime, pageQuery } from './common';
import { connectorTool, safetyClasses } from './connectors';

/** The steps of the gate, in order. */
export const gateSteps = [
  'token',
  'run',
  'identity',
  'plugin',
  'connector',
  'privilege',
  'safety',
  'limits',
  'record',
] as const;
export type GateStepName = (typeof gateSteps)[number];
export const gateStep = z.object({
  step: z.enum(gateSteps),
  outcome: z.enum(['passed', 'held', 'refused', 'skipped']),
  /** What was found, as a phrase: "restricted; grants: connector:files". */
  note: z.string(),
  /** Milliseconds. */
  tookMs: z.number(),
});
export type GateStep = z.infer<typeof gateStep>;

/** `held` waits for an operator, `running` is with the connector; the others are ends. `lost` ended with the server that ran it. */
export const callStatuses = ['held', 'running', 'completed', 'failed', 'refused', 'cancelled', 'lost'] as const;
export type CallStatus = (typeof callStatuses)[number];

export const toolCall = z.object({
  id: z.string(),
  runId: z.string(),
  tokenId: z.string(),
  /** How it came: `http`, `mcp`, `rpc`, `queue`. */
  via: z.enum(['http', 'mcp', 'rpc', 'queue']),
  connectorId: z.string(),
  toolName: z.string(),
  /** For whom it was made, as the tool-session record or the run says: a held call is carried out for exactly that principal. */
  principal: z.object({
    userId: z.string(),
    platform: z.string(),
    guildId: z.string().optional(),
    channelId: z.string().optional(),
    userAliases: z.array(z.string()).optional(),
  }),
  traceId: z.string().nullable(),
  /** Who the request said it was, where that is not who it is. */
  claimed: z.record(z.string(), z.string()).nullable().default(null),
  safety: z.enum(safetyClasses).nullable(),
  status: z.enum(callStatuses),
  /** Why it was refused or failed. */
  code: z.string().nullable(),
  /** As a sentence, with the way out. */
  message: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  argumentsSha256: z.string().nullable(),
  /** `null` for those who may not see them, and once their retention is over. */
  arguments: z.unknown().nullable(),
  result: z.unknown().nullable(),
  approvalId: z.string().nullable(),
  decidedBy: z.string().nullable(),
  steps: z.array(gateStep),
  /** The row of the record that holds the decision. */
  auditSeq: z.number().int().nullable(),
  at: isoTime,
  endedAt: isoTime.nullable(),
  /** Milliseconds with the connector; the gate's own where nothing was sent. */
  tookMs: z.number().nullable(),
  outputBytes: z.number().int().nullable(),
});
export type ToolCall = z.infer<typeof toolCall>;
export const listCallsQuery = pageQuery.extend({ status: z.enum(callStatuses).optional() });
export type ListCallsQuery = z.infer<typeof listCallsQuery>;

/** How long to wait for a decision when the call is held. */
export const waitSeconds = z.number().min(0).max(600).default(0);
export const executeBody = z.strictObject({
  connectorId: z.string().min(1).max(200),
  toolName: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()).default({}),
  traceId: z.string().max(200).optional(),
  /** Seconds to wait for a decision when the call is held; then 202. */
  wait: waitSeconds,
});
export type ExecuteBody = z.infer<typeof executeBody>;

/** A text block, an image, a resource: content of MCP, as the connector sent it but redacted. */
export const callOutput = z.object({
  content: z.array(z.record(z.string(), z.unknown())),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});
export type CallOutput = z.infer<typeof callOutput>;
export const executeResult = z.object({
  ok: z.literal(true),
  connectorId: z.string(),
  toolName: z.string(),
  output: callOutput,
  /** The first line of text, at most 200 characters. */
  outputSummary: z.string(),
  callId: z.string(),
  metadata: z.object({
    tookMs: z.number(),
    redactions: z.number().int(),
    approvalId: z.string().nullable(),
    /** For whom it ran: of the tool-session record, else of the run. */
    principal: z.object({ userId: z.string(), platform: z.string() }),
  }),
});
export type ExecuteResult = z.infer<typeof executeResult>;
export const pendingResult = z.object({ status: z.literal('pending'), callId: z.string(), approvalId: z.string() });
export type PendingResult = z.infer<typeof pendingResult>;

export const callableConnectors = z.object({
  connectors: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      tools: z.array(
        connectorTool.pick({ name: true, description: true, inputSchema: true, safety: true, approval: true }),
      ),
    }),
  ),
});
export type CallableConnectors = z.infer<typeof callableConnectors>;
