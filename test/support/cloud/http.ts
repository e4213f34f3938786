/** What the stand-ins for the clouds share: a request read whole, an answer, and a server on loopback. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface CloudRequest {
  method: string;
  /** As it was sent. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  form: URLSearchParams;
}

export interface CloudAnswer {
  status: number;
  body: string;
  type?: string;
  headers?: Record<string, string>;
}

/** One request that reached a cloud: which part of it, what was asked, with what. */
export interface CloudCall {
  service: string;
  action: string;
  params: Record<string, string>;
}

/** `hang` never answers; the others are the clouds' own ways to refuse. */
export type CloudFailure = 'AccessDenied' | 'PackedPolicyTooLarge' | 'Throttling' | 'ExpiredToken' | 'garbage' | 'hang';

export type Answering = (request: CloudRequest) => CloudAnswer | 'hang';

export function json(status: number, value: unknown): CloudAnswer {
  return { status, body: JSON.stringify(value), type: 'application/json' };
}

export function xml(status: number, body: string): CloudAnswer {
  return { status, body, type: 'text/xml' };
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export async function serveCloud(answering: Answering, tls?: { key: string; cert: string }) {
  const onRequest: Parameters<typeof createServer>[1] = async (incoming, response) => {
    const answer = answering(await readWhole(incoming));
    if (answer === 'hang') return;
    const { status, body, type = 'text/plain', headers } = answer;
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, { 'content-type': type, 'content-length': length, ...headers }).end(body);
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function readWhole(incoming: IncomingMessage): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body,
    form: new URLSearchParams(body.toString()),
  };
}
