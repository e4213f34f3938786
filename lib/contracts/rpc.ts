/** JSON-RPC 2.0 on `/api/ws`, for operators and for the children of runs. */
import { z } from 'zod';
import { approvalChoices } from './approvals';
import { executeBody } from './calls';
import { reason } from './common';
import { agentEvent } from './runs';

export const rpcErrors = {
  parse: { code: -32700, message: 'Parse error: send one JSON-RPC 2.0 object a message.' },
  invalidRequest: { code: -32600, message: 'Invalid request: needs jsonrpc "2.0" and a method.' },
  methodNotFound: { code: -32601, message: 'Method not found.' },
  invalidParams: { code: -32602, message: 'Invalid params.' },
  internal: { code: -32603, message: 'Internal error.' },
  noSuchSession: { code: 4001, message: 'No such session.' },
  notAllowed: { code: 4003, message: 'Not allowed.' },
  nothingPending: { code: 4009, message: 'Nothing pending.' },
} as const;

export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().max(100),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type RpcRequest = z.infer<typeof rpcRequest>;

const sessionId = z.strictObject({ sessionId: z.string().max(64).optional() });

/** The params of each method. `sessionId` is a run id; a child may leave it out and means its own. */
export const rpcMethods = {
  'session.list': z.strictObject({}),
  'session.status': sessionId,
  'session.interrupt': sessionId,
  'event.publish': z.strictObject({
    sessionId: z.string().max(64).optional(),
    type: agentEvent.shape.type.min(1).max(100),
    data: z.record(z.string(), z.unknown()).default({}),
  }),
  'usage.report': z.strictObject({
    sessionId: z.string().max(64).optional(),
    usd: z.number().nonnegative().max(1_000_000),
    tokens: z.number().int().nonnegative().optional(),
  }),
  'approval.pending': sessionId,
  /** Without a choice it is a denial; without a request it is an error, never "the oldest". */
  'approval.respond': z.strictObject({
    requestId: z.string().max(64),
    choice: z.enum(approvalChoices).default('deny'),
    reason: reason.optional(),
  }),
  'tools.list': z.strictObject({}),
  'tools.call': executeBody,
} as const;
export type RpcMethod = keyof typeof rpcMethods;
