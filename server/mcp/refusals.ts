/** How `/mcp` says no: a JSON-RPC error with the gate's code in its data, and what HTTP and OAuth want beside it. */
import type { ServerResponse } from 'node:http';
import { type AppError, toAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import { sendJson } from '../json';
import type { RefusalNotes } from '../refusal-notes';
import { httpStatusOf, type RpcError, rpcErrorOf } from './errors';

export interface Refusing {
  /** What to answer; where a token lets nobody in, the headers say so already. */
  refusalOf(error: unknown, response: ServerResponse): { rpc: RpcError; status: number; error: AppError };
  /** Answers it. */
  refuse(error: unknown, id: string | number | null, response: ServerResponse): void;
}

export function createRefusing({
  refusals,
  challenge,
  log,
}: {
  refusals: RefusalNotes;
  /** Where a client reads what this resource wants (RFC 9728). */
  challenge: string;
  log: Log;
}): Refusing {
  /** A caller the gate does not know leaves no row of a call, so it is noted here, at a bounded rate. */
  function challenged({ code, details }: AppError, response: ServerResponse): void {
    if (!code.startsWith('TOOL_')) return;
    if (details?.callId === undefined) refusals.note({ action: 'tool.refuse', target: '/mcp', data: { code } });
    if (response.headersSent) return;
    const why = code.startsWith('TOOL_TOKEN_') ? 'invalid_token' : 'insufficient_scope';
    response.setHeader('www-authenticate', code === 'TOOL_TOKEN_MISSING' ? challenge : `${challenge}, error="${why}"`);
  }

  function refusalOf(thrown: unknown, response: ServerResponse) {
    const error = toAppError(thrown);
    const requestId = requestIdOf(response);
    if (error.code === 'INTERNAL') log.error({ err: thrown, requestId }, 'an MCP request failed');
    challenged(error, response);
    const rpc = rpcErrorOf(error, requestId);
    return { rpc, status: httpStatusOf(error, rpc), error };
  }

  return {
    refusalOf,
    refuse(thrown, id, response) {
      const { rpc, error } = refusalOf(thrown, response);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      // The rest of such a body is not read, so the connection cannot carry another request.
      if (error.code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close');
      sendJson(response, error.status, { jsonrpc: '2.0', id, error: rpc });
    },
  };
}

/** As the request handler set it. */
export function requestIdOf(response: ServerResponse): string {
  return String(response.getHeader('x-request-id') ?? '');
}
