/** The least an introspection over HTTP can be: `node:http`, SHA-256 of the bearer, a Map, the same answer. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const grants = new Map<string, unknown>();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { token } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { token: string };
    const grant = grants.get(sha256(token));
    const body = JSON.stringify(grant ? { active: true, grant } : { active: false });
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', (given: Array<{ token: string; grant: unknown }>) => {
  for (const { token, grant } of given) grants.set(sha256(token), grant);
  process.send?.({ held: grants.size });
});
