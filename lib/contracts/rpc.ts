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
  /** `data.code` is the connector's own. Nobody tries it again as anything else. */
  declined: { code: 4010, message: 'The connector declined it.' },
  unreachable: { code: 4011, message: 'The connector cannot be reached.' },
} as const;

export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().max(100),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type RpcRequest = z.infer<typeof rpcRequest>;

const sessionId = z.strictObject({ sessionId: z.string().max(64).optional() });

const chatId = z.string().min(1).max(512);
const content = z.string().min(1).max(500_000);
/** Remembered from what came from the chat; given here, it stands for that. */
const metadata = z
  .strictObject({
    scope_id: z.string().min(1).max(512).optional(),
    user_id: z.string().min(1).max(512).optional(),
    thread_id: z.string().min(1).max(512).optional(),
  })
  .optional();

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
  /** For a run that serves a chat of an upstream: in that chat, and in no other. */
  'message.send': z.strictObject({ chatId, content, replyTo: z.string().min(1).max(512).optional(), metadata }),
  'message.edit': z.strictObject({ chatId, messageId: z.string().min(1).max(512), content, metadata }),
  'message.typing': z.strictObject({ chatId, metadata }),
  /** Names a capability that the connector holds for this session, and never a credential. */
  'message.followUp': z.strictObject({ kind: z.string().min(1).max(256), content }),
} as const;
export type RpcMethod = keyof typeof rpcMethods;
export type RpcParams<M extends RpcMethod> = z.infer<(typeof rpcMethods)[M]>;
