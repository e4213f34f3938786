/** `/mcp` over the gate of `gateWorld`, behind the real request handler and a real socket. */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseConfig } from '@/lib/platform/config';
import { createLog } from '@/lib/platform/log';
import { createRequestHandler } from '@/server/http';
import { sendJson } from '@/server/json';
import { createMcpHandlers } from '@/server/mcp/endpoint';
import { gateWorld } from '@/test/unit/gate/world';

export const modern = '2026-07-28';
type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The JSON body, or the last event of a stream. */
  body: { id?: unknown; result?: Json; error?: { code: number; message: string; data?: Json } };
  /** Every event of a stream. */
  events: Json[];
}

export interface PostOptions {
  token?: string | undefined;
  headers?: Record<string, string | undefined>;
  path?: string;
  method?: string;
  signal?: AbortSignal;
}

export async function mcpWorld({ heldWaitMs = 10_000 }: { heldWaitMs?: number } = {}) {
  const world = await gateWorld();
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const config = parseConfig({ HOST: '127.0.0.1', PORT: String(port), GATEHOUSE_DATA_DIR: '/nonexistent' }, '/');
  const log = createLog('silent');
  const noted: string[] = [];
  const handlers = createMcpHandlers({
    gate: world.gate,
    refusals: { note: ({ data }) => void noted.push(String(data?.code)) },
    config,
    log,
    heldWaitMs,
  });
  const paths: Record<string, Partial<Record<string, (typeof handlers)['/mcp']['POST']>>> = handlers;
  http.on(
    'request',
    createRequestHandler({
      config,
      log,
      dataPlane(path, request, response) {
        const handler = paths[path]?.[request.method ?? ''];
        if (handler) handler(request, response, () => sendJson(response, 500, {}));
        else sendJson(response, 405, {});
        return true;
      },
      next: () => Promise.resolve(),
    }),
  );
  const url = `http://127.0.0.1:${port}/mcp`;

  function post(body: unknown, { token, headers = {}, path = '/mcp', method = 'POST', signal }: PostOptions = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const all = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    };
    const sent = Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', path, method, headers: sent, signal }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          received += chunk;
        });
        response.on('end', () => resolve(answerOf(response.statusCode ?? 0, response.headers, received)));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  return {
    ...world,
    get gate() {
      return world.gate;
    },
    get approvals() {
      return world.approvals;
    },
    url,
    port,
    noted,
    post,
    /** A call as a client of the 2026-07-28 revision makes it. */
    call(token: string, name: string, input: Json = {}, more: { meta?: Json; id?: number } & PostOptions = {}) {
      const { meta = {}, id = 1, headers = {}, ...rest } = more;
      const params = { name, arguments: input, _meta: { ...envelope, ...meta } };
      const standard = { 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': name };
      return post(
        { jsonrpc: '2.0', id, method: 'tools/call', params },
        { token, headers: { ...standard, ...headers }, ...rest },
      );
    },
    /** Any method as a client of the 2025-11-25 revision sends it. */
    ask(token: string | undefined, method: string, params: Json = {}, more: { id?: number } & PostOptions = {}) {
      const { id = 1, headers = {}, ...rest } = more;
      return post(
        { jsonrpc: '2.0', id, method, params },
        { token, headers: { 'mcp-protocol-version': '2025-11-25', ...headers }, ...rest },
      );
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await world.close();
    },
  };
}
export type McpWorld = Awaited<ReturnType<typeof mcpWorld>>;

export const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const events = String(headers['content-type']).startsWith('text/event-stream')
    ? text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line): Json => JSON.parse(line.slice(6)))
    : [];
  const body = events.length > 0 ? events.at(-1) : text.startsWith('{') ? JSON.parse(text) : {};
  return { status, headers, text, body: body ?? {}, events };
}
