/**
 * What the conformance suite cannot do by itself: send a token, and ask for its diagnostic tools under the names the gateway
 * gives to those of the fixture connector. Every other byte and header passes through, Host and Origin too.
 */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

const names = {
  test_missing_capability: 'fixture__get_missing_capability',
  test_streaming_elicitation: 'fixture__get_streaming',
  test_logging_tool: 'fixture__get_logging',
};

export interface Front {
  url: string;
  close(): Promise<void>;
}

export async function conformanceFront({ port, token }: { port: number; token: string }): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    const ours = (incoming.socket.address() as AddressInfo).port;
    const own = (value: string) => value.replaceAll(`:${ours}`, `:${port}`);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = renamed(Buffer.concat(chunks).toString('utf8'), 'in');
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = incoming.headers;
      for (const name of ['host', 'origin']) {
        const value = headers[name];
        if (typeof value === 'string') headers[name] = own(value);
      }
      const named = headers['mcp-name'];
      if (typeof named === 'string') headers['mcp-name'] = renamed(named, 'in');
      const all = { ...headers, authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body) };
      const onward = httpRequest(
        { host: '127.0.0.1', port, path: '/mcp', method: incoming.method, headers: all },
        (answer) => {
          const { 'content-length': ___, ...answered } = answer.headers;
          outgoing.writeHead(answer.statusCode ?? 500, answered);
          answer.on('data', (chunk: Buffer) => outgoing.write(renamed(chunk.toString('utf8'), 'out')));
          answer.on('end', () => outgoing.end());
        },
      );
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: ours } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${ours}/mcp`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function renamed(text: string, way: 'in' | 'out'): string {
  return Object.entries(names).reduce(
    (result, [theirs, gateway]) =>
      way === 'in' ? result.replaceAll(theirs, gateway) : result.replaceAll(gateway, theirs),
    text,
  );
}
