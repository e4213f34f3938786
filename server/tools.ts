/** The gate over HTTP: what agents call with the tool token of their run. Decides nothing itself. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecuteResult, executeBody } from '@/lib/contracts/calls';
import { type ExecuteToolResult, executeToolBody, toolsConnectorId } from '@/lib/contracts/tools';
import {
  type CallTarget,
  connectorScope,
  type GateAnswer,
  type GateRequest,
  isPending,
  serviceScope,
} from '@/lib/gate/request';
import { bearerIn } from '@/lib/platform/bearer';
import { AppError, toAppError } from '@/lib/platform/errors';
import { parseJson } from '@/lib/platform/json';
import { parseWith } from '@/lib/platform/parse';
import { claimsIn } from '@/lib/traces/claims';
import type { ByMethod, Fail } from './data-plane';
import { readBody, sendJson } from './json';
import type { ServerRuntime } from './runtime';

const listPath = '/api/tools/connectors/list';
const executePath = connectorScope.endpoint;
const servicePath = serviceScope.endpoint;
const callPath = /^\/api\/tools\/calls\/([^/]{1,64})$/;
const maxWaitMs = 600_000;

export function createToolHandlers({ gate, refusals, runtime }: Pick<ServerRuntime, 'gate' | 'refusals' | 'runtime'>) {
  /** A caller the gate does not know leaves no row of a call: it is noted here, at a bounded rate. */
  function failing(fail: Fail, endpoint: string): Fail {
    return (error) => {
      const { code, details } = toAppError(error);
      if (code.startsWith('TOOL_') && details?.callId === undefined)
        refusals.note({ action: 'tool.refuse', target: endpoint, data: { code } });
      fail(error);
    };
  }

  const byPath: Record<string, ByMethod> = {
    [listPath]: {
      GET(request, response, fail) {
        try {
          sendJson(
            response,
            200,
            gate.callable({ credential: bearerOf(request), endpoint: listPath, operation: 'connectors:list' }),
          );
        } catch (error) {
          failing(fail, listPath)(error);
        }
      },
    },
    [executePath]: {
      POST(request, response, fail) {
        const refuse = failing(fail, executePath);
        readBody(request, refuse, (text) => {
          const call = { ...requestOf(request, response, text, connectorTarget), ...connectorScope };
          gate.call(call).then((answer) => send(response, answer), refuse);
        });
      },
    },
    [servicePath]: {
      POST(request, response, fail) {
        const refuse = failing(fail, servicePath);
        readBody(request, refuse, (text) => {
          const call = { ...requestOf(request, response, text, serviceTarget), ...serviceScope };
          gate.call(call).then((answer) => send(response, answer), refuse);
        });
      },
    },
  };

  function send(response: ServerResponse, answer: GateAnswer): void {
    if (response.destroyed) return;
    if (isPending(answer)) sendJson(response, 202, answer);
    else sendJson(response, 200, ofService(answer) ? toolResultOf(answer) : answer);
  }
  function ofService({ connectorId }: ExecuteResult): boolean {
    return runtime.connectors.get(connectorId)?.builtin ?? false;
  }

  return {
    byPath,
    forPath(path: string): ByMethod | undefined {
      const callId = callPath.exec(path)?.[1];
      if (callId === undefined) return undefined;
      return {
        GET(request, response, fail) {
          const wait = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('wait') ?? 0);
          const waitMs = Number.isFinite(wait) ? Math.min(Math.max(wait, 0) * 1_000, maxWaitMs) : 0;
          gate
            .outcome(callId, { credential: bearerOf(request), waitMs, leaving: leavingOf(response) })
            .then((answer) => send(response, answer), failing(fail, '/api/tools/calls'));
        },
      };
    },
  };
}

function connectorTarget(body: unknown): CallTarget {
  const { connectorId, toolName, input } = parseWith(executeBody, body);
  return { connectorId, toolName, input };
}

function serviceTarget(body: unknown): CallTarget {
  const { tool, arguments: input } = parseWith(executeToolBody, body);
  return { connectorId: toolsConnectorId, toolName: tool, input, service: true };
}

/** The structured part of what a tool of the service answered is its answer. */
function toolResultOf({ toolName, output, callId, metadata }: ExecuteResult): ExecuteToolResult {
  return { ok: true, tool: toolName, output: output.structuredContent ?? {}, callId, principal: metadata.principal };
}

function requestOf(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  targetIn: (body: unknown) => CallTarget,
): Omit<GateRequest, 'endpoint' | 'operation'> {
  const body = parseJson(text);
  const { traceId, wait } =
    typeof body === 'object' && body !== null ? (body as { traceId?: unknown; wait?: unknown }) : {};
  return {
    via: 'http',
    credential: bearerOf(request),
    traceId: typeof traceId === 'string' ? traceId : null,
    claims: claimsIn(body),
    target() {
      if (body === undefined)
        throw new AppError('BAD_REQUEST', { message: 'The body is not JSON, or is nested too deeply.' });
      return targetIn(body);
    },
    waitMs: typeof wait === 'number' ? Math.min(Math.max(wait, 0) * 1_000, maxWaitMs) : 0,
    leaving: leavingOf(response),
  };
}

export function bearerOf(request: IncomingMessage): GateRequest['credential'] {
  return { kind: 'bearer', token: bearerIn(request.headers.authorization) };
}

/** Aborts when the caller's connection is gone before it was answered. */
export function leavingOf(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  return leaving.signal;
}
