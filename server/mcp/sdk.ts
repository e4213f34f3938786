/** Everything of the protocol but the plain call: negotiation, discovery, the list, and every error the spec asks for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type CallToolResult,
  createMcpHandler,
  type McpRequestContext,
  ProtocolError,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Gate } from '@/lib/gate/gate';
import { toAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { Log } from '@/lib/platform/log';
import { rpcErrorOf } from './errors';
import { type CallTool, mcpScope } from './tool-calls';
import { toolList } from './tool-list';

export const serverInfo = { name: 'gatehouse', title: 'Gatehouse', version: '1.0.0' } as const;

const instructions =
  'Tools of the connectors this run may call. Some calls wait for an operator; one that waits long is answered as pending and says where its outcome will be.';

export interface SdkDeps {
  gate: Pick<Gate, 'reachable'>;
  callTool: CallTool;
  log: Log;
}

interface Caller {
  token: string;
  requestId: string;
}

export type ServeBySdk = (
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  caller: Caller,
) => Promise<void>;

export function createSdkHandler({ gate, callTool, log }: SdkDeps): ServeBySdk {
  function serverFor({ token, requestId }: Caller): Server {
    const credential = { kind: 'bearer', token } as const;
    const server = new Server(serverInfo, { capabilities: { tools: {} }, instructions });
    const refusing = async <T>(work: () => T | Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        const refused = toAppError(error);
        if (refused.code === 'INTERNAL') log.error({ err: error, requestId }, 'an MCP request failed');
        const { code, message, data } = rpcErrorOf(refused, requestId);
        throw new ProtocolError(code, message, data);
      }
    };
    server.setRequestHandler('tools/list', () =>
      refusing(() => ({
        tools: toolList(gate.reachable({ credential, ...mcpScope })),
        // What a run may call changes with every grant and revoke, and is nobody else's.
        ttlMs: limits.mcpListTtlMs,
        cacheScope: 'private' as const,
      })),
    );
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }: ServerContext) =>
      refusing(async () => {
        const progressToken = mcpReq._meta?.progressToken;
        const result = await callTool({
          credential,
          name: params.name,
          arguments: params.arguments ?? {},
          meta: params._meta,
          leaving: mcpReq.signal,
          onProgress:
            progressToken === undefined
              ? undefined
              : (progress) =>
                  void mcpReq
                    .notify({ method: 'notifications/progress', params: { progressToken, ...progress } })
                    .catch((error: unknown) => log.debug({ err: error }, 'progress could not be sent')),
        });
        return result as CallToolResult;
      }),
    );
    return server;
  }

  const handler = createMcpHandler((context: McpRequestContext) => serverFor(callerOf(context)), {
    keepAliveMs: limits.mcpKeepAliveMs,
    onerror: (error) => log.debug({ err: error }, 'an MCP request was refused'),
  });
  const serve = toNodeHandler(handler);

  return (request, response, body, { token, requestId }) =>
    serve(
      Object.assign(request, { auth: { token, clientId: requestId, scopes: [mcpScope.operation] } }),
      response,
      body,
    );
}

function callerOf({ authInfo }: McpRequestContext): Caller {
  if (!authInfo) throw new Error('An MCP request came past the check of its token.');
  return { token: authInfo.token, requestId: authInfo.clientId };
}
