/** Errors of the gate as JSON-RPC errors: the gate's code is in `data.code`, the same as over HTTP. */
import { rpcErrors } from '@/lib/contracts/rpc';
import { type AppError, type ErrorCode, errorTable } from '@/lib/platform/errors';

export interface RpcError {
  code: number;
  message: string;
  data: Record<string, unknown>;
}

/** The codes that say the request names or holds something wrong; the model may put it right. */
const invalidParams = new Set<ErrorCode>([
  'BAD_REQUEST',
  'CONNECTOR_NOT_FOUND',
  'CONNECTOR_TOOL_NOT_FOUND',
  'CONNECTOR_INPUT_SCHEMA_MISMATCH',
]);

/** The spec's code for a tool that needs what the client did not declare. */
const missingCapability = -32021;

export function rpcErrorOf(error: AppError, requestId: string): RpcError {
  const { code, message } = error;
  // An INTERNAL never carries details: they may hold anything.
  const { callId, requiredCapabilities, ...details } = code === 'INTERNAL' ? {} : (error.details ?? {});
  return {
    code: requiredCapabilities === undefined ? rpcCodeOf(code) : missingCapability,
    message,
    data: {
      code,
      requestId,
      ...(callId === undefined ? {} : { callId }),
      ...(requiredCapabilities === undefined ? {} : { requiredCapabilities }),
      ...(Object.keys(details).length === 0 ? {} : { details }),
    },
  };
}

function rpcCodeOf(code: ErrorCode): number {
  if (invalidParams.has(code)) return rpcErrors.invalidParams.code;
  return errorTable[code].close === 'fault' ? rpcErrors.internal.code : rpcErrors.notAllowed.code;
}

/** A token that does not let its bearer in is an answer of HTTP, so that clients see it as one; all else is JSON-RPC on 200. */
export function httpStatusOf(error: AppError, rpc: RpcError): number {
  if (error.code.startsWith('TOOL_')) return error.status;
  return rpc.code === missingCapability ? 400 : 200;
}
