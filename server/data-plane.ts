/** What agents and orchestrators call on every tool call, answered without Next: bearer credentials, never cookies. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { routes } from '@/lib/contracts/routes';
import { AppError, toAppError } from '@/lib/platform/errors';
import type { Log } from '@/lib/platform/log';
import { parseJsonBody } from '@/lib/platform/parse';
import { createCloudHandlers } from './cloud/endpoints';
import { readBody, sendError, sendJson } from './json';
import { requireKey } from './key';
import { createMcpHandlers } from './mcp/endpoint';
import { createRelayHandlers } from './relay';
import type { ServerRuntime } from './runtime';
import { createToolHandlers } from './tools';
import { createTraceHandlers } from './traces';

export interface DataPlaneDeps {
  server: ServerRuntime;
  /** Why the server is not ready; empty when it is. */
  notReady: () => string[];
  log: Log;
}

export type Fail = (error: unknown) => void;
/**
 * Throws what is wrong at once, and hands what is wrong later to `fail`. A call that needs no waiting makes no promise: with
 * Next in the process each one runs through its async hooks, which cost as much as the check of a token.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse, fail: Fail) => void;
export type ByMethod = Partial<Record<string, Handler>>;

/** Answers and returns true, or returns false for a path that is not of the data plane. */
export function createDataPlane({ server, notReady, log }: DataPlaneDeps) {
  const { runtime, metrics } = server;
  const introspect = routes['tokens.introspect'];
  const tools = createToolHandlers(server);
  const traces = createTraceHandlers(server);
  const relay = createRelayHandlers(server);

  const handlers: Record<string, ByMethod> = {
    '/healthz': { GET: (_request, response) => sendJson(response, 200, { ok: true }) },
    '/readyz': {
      GET(_request, response) {
        const reasons = notReady();
        sendJson(
          response,
          reasons.length === 0 ? 200 : 503,
          reasons.length === 0 ? { ready: true } : { ready: false, reasons },
        );
      },
    },
    '/metrics': {
      GET(_request, response, fail) {
        metrics
          .render()
          .then((text) => void response.writeHead(200, { 'content-type': metrics.contentType }).end(text))
          .catch(fail);
      },
    },
    [introspect.path]: {
      POST(request, response, fail) {
        requireKey(request, runtime, introspect.scope);
        readBody(request, fail, (body) => {
          const { token, endpoint, operation } = parseJsonBody(introspect.body, body);
          sendJson(response, 200, runtime.tokens.introspect(token, { endpoint, operation }));
        });
      },
    },
    ...tools.byPath,
    ...createCloudHandlers(server),
    ...relay.byPath,
    ...createMcpHandlers({ ...server, config: runtime.config, log }),
  };

  return (path: string, request: IncomingMessage, response: ServerResponse, requestId: string): boolean => {
    const byMethod = Object.hasOwn(handlers, path)
      ? handlers[path]
      : (tools.forPath(path) ?? traces.forPath(path) ?? relay.forPath(path));
    if (!byMethod) return false;
    const handler = byMethod[request.method === 'HEAD' ? 'GET' : (request.method ?? '')];
    if (!handler) {
      response.setHeader('allow', Object.keys(byMethod).join(', '));
      sendError(response, new AppError('METHOD_NOT_ALLOWED'), requestId);
      return true;
    }
    const fail: Fail = (error) => {
      const refused = toAppError(error);
      if (refused.code === 'INTERNAL') log.error({ err: error, requestId, path }, 'a data-plane call failed');
      sendError(response, refused, requestId);
    };
    try {
      handler(request, response, fail);
    } catch (error) {
      fail(error);
    }
    return true;
  };
}
