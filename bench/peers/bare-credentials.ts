/** The least a metadata endpoint can be: `node:http`, a look at the header, the same answer. */
import { createServer } from 'node:http';

let expected = '';
let body = Buffer.alloc(0);

const server = createServer((request, response) => {
  const isKnown = request.headers.authorization === expected;
  const headers = { 'content-type': 'application/json', 'content-length': isKnown ? body.byteLength : 0 };
  response.writeHead(isKnown ? 200 : 403, headers).end(isKnown ? body : undefined);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', (given: { secret: string; answer: string }) => {
  expected = given.secret;
  body = Buffer.from(given.answer);
  process.send?.({ bytes: body.byteLength });
});
