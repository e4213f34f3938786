/**
 * `POST /mcp`: MCP streamable HTTP over the gate, stateless, the 2026-07-28 revision and those of 2025 in one endpoint.
 * Decides nothing itself. Against pages of other sites and DNS rebinding, Origin is checked here and Host before any path is.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { Gate } from '@/lib/gate/gate';
import type { CallProgress } from '@/lib/gate/request';
import type { Config } from '@/lib/platform/config';
import { AppError } from '@/lib/platform/errors';
import { parseJson } from '@/lib/platform/json';
import type { Log } from '@/lib/platform/log';
import { isAllowedOrigin } from '@/lib/platform/origins';
import type { Handler } from '../data-plane';
import { readBody, sendJson } from '../json';
import type { RefusalNotes } from '../refusal-notes';
import { bearerOf } from '../tools';
import { idOf, problemOf } from './body';
import { createCancellations } from './cancellation';
import { isObject, type PlainCall, plainCall } from './plain-call';
import { createRefusing, requestIdOf } from './refusals';
import { createReply } from './reply';
import { createSdkHandler, serverInfo } from './sdk';
import { createCallTool, mcpScope } from './tool-calls';

export interface McpDeps {
  gate: Pick<Gate, 'call' | 'callable' | 'reachable'>;
  refusals: RefusalNotes;
  config: Pick<Config, 'publicUrl' | 'allowedOrigins' | 'loopbackBind' | 'port'>;
  log: Log;
  /** How long a held call is waited for before it is answered as pending. */
  heldWaitMs?: number;
}

const metadataPath = '/.well-known/oauth-protected-resource';
const modernMeta = { [SERVER_INFO_META_KEY]: serverInfo };

export function createMcpHandlers({ gate, refusals, config, log, ...options }: McpDeps) {
  const callTool = createCallTool({ gate, publicUrl: config.publicUrl, ...options });
  const serveBySdk = createSdkHandler({ gate, callTool, log });
  const cancellations = createCancellations();
  const challenge = `Bearer resource_metadata="${config.publicUrl}${metadataPath}/mcp"`;
  const { refuse, refusalOf } = createRefusing({ refusals, challenge, log });

  function serveCall(call: PlainCall, request: IncomingMessage, response: ServerResponse): void {
    const { id, modern, name, arguments: input, meta } = call;
    const credential = bearerOf(request);
    const abort = new AbortController();
    const reply = createReply(response);
    const ended = modern ? undefined : cancellations.begin(tokenOf(credential), id, abort);
    response.once('close', () => {
      if (!response.writableFinished) abort.abort();
    });
    const token = meta?.progressToken;
    const wanted = typeof token === 'string' || typeof token === 'number';
    const onProgress = wanted ? (progress: CallProgress) => reply.progress(token, progress) : undefined;
    callTool({ credential, name, arguments: input, meta, leaving: abort.signal, onProgress })
      .then((result) => {
        const _meta = modern ? { ...result._meta, ...modernMeta } : result._meta;
        const type = modern ? { resultType: 'complete' } : {};
        reply.end({ jsonrpc: '2.0', id, result: { ...result, ...type, _meta } }, 200);
      })
      .catch((thrown: unknown) => {
        const { rpc, status } = refusalOf(thrown, response);
        reply.end({ jsonrpc: '2.0', id, error: rpc }, status);
      })
      .finally(ended);
  }

  function serveOther(body: unknown, request: IncomingMessage, response: ServerResponse): void {
    const credential = bearerOf(request);
    const id = idOf(body);
    try {
      // Whoever is not let in learns nothing of what else is wrong.
      gate.callable({ credential, ...mcpScope });
    } catch (error) {
      refuse(error, id, response);
      return;
    }
    const problem = problemOf(body);
    if (problem) {
      sendJson(response, problem.status, { jsonrpc: '2.0', id, error: problem.error });
      return;
    }
    const token = tokenOf(credential);
    if (isObject(body) && body.method === 'notifications/cancelled' && isObject(body.params))
      cancellations.cancel(token, body.params.requestId);
    serveBySdk(request, response, body, { token, requestId: requestIdOf(response) }).catch((error: unknown) =>
      refuse(error, id, response),
    );
  }

  const post: Handler = (request, response) => {
    const fail = (error: unknown) => refuse(error, null, response);
    const { origin } = request.headers;
    if (origin !== undefined && !isAllowedOrigin(origin, config)) {
      fail(new AppError('ORIGIN_REFUSED'));
      return;
    }
    try {
      readBody(request, fail, (text) => {
        const body = parseJson(text);
        const call = plainCall(request.headers, body);
        if (call) serveCall(call, request, response);
        else serveOther(body, request, response);
      });
    } catch (error) {
      fail(error);
    }
  };

  const metadata: Handler = (_request, response) =>
    sendJson(response, 200, {
      resource: `${config.publicUrl}/mcp`,
      resource_name: 'Gatehouse',
      bearer_methods_supported: ['header'],
      scopes_supported: [mcpScope.operation],
    });

  return {
    '/mcp': { POST: post },
    [metadataPath]: { GET: metadata },
    [`${metadataPath}/mcp`]: { GET: metadata },
  };
}

function tokenOf(credential: ReturnType<typeof bearerOf>): string {
  return credential.kind === 'bearer' ? (credential.token ?? '') : '';
}
