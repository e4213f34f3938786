/** `http_fetch` over real connections: a server on the loopback that a name server of the test's own calls public, or not. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolInput } from '@/lib/contracts/tools';
import { createHttpFetch, type HttpFetch } from '@/lib/tools/http-fetch';
import { covers } from '@/test/requirements';

covers('tools.fetch');

let server: Server;
let port: number;
let seen: Array<Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string }>;
let answer: RequestListener;
let http: HttpFetch;
const never = new AbortController().signal;
/** Every name is on the loopback; the one that an admin would have allowed is let through, all others are refused as private. */
const lookup: LookupFunction = (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
const fetch = (input: Partial<ToolInput<'http_fetch'>> = {}, signal = never, timeoutMs = 60_000) =>
  http.fetch({ url: `http://public.test:${port}/`, ...input }, { signal, timeoutMs });

beforeEach(async () => {
  seen = [];
  answer = (_request, response) => void response.end('hello');
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  http = createHttpFetch({ allowPrivateHost: 'public.test', lookup });
});
afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('sends what it is given and answers with what came back', async () => {
  answer = (_request, response) => void response.writeHead(201, { 'x-one': '1' }).end('made');
  const headers = { 'content-type': 'application/json', authorization: 'Bearer of-the-call' };
  expect(await fetch({ method: 'POST', headers, body: '{"a":1}' })).toMatchObject({
    ...{ url: `http://public.test:${port}/`, status: 201, body: 'made', encoding: 'utf8', truncated: false },
    headers: { 'x-one': '1' },
  });
  expect(seen).toMatchObject([{ method: 'POST', body: '{"a":1}', headers }]);
  answer = (_request, response) => void response.end(Buffer.from([0xff, 0xfe]));
  expect(await fetch()).toMatchObject({ encoding: 'base64', body: '//4=' });
});

it('refuses private, loopback and link-local addresses, by number, by name and in every spelling', async () => {
  const hosts = [
    '127.0.0.1',
    'localhost',
    'rebound.test',
    '[::1]',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
  ];
  const metadata = [
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
  ];
  for (const url of [
    ...hosts.map((host) => `http://${host}:${port}/`),
    ...metadata,
    'file:///etc/passwd',
    'ftp://a.test/',
  ])
    await expect(fetch({ url }), url).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  expect(seen).toEqual([]);
});

it('checks each redirect anew, and stops after some', async () => {
  answer = (_request, response) => void response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end();
  await expect(fetch()).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  expect(seen.map(({ url }) => url)).toEqual(['/']);
  answer = (_request, response) => void response.writeHead(302, { location: '/again' }).end();
  await expect(fetch()).rejects.toMatchObject({ message: 'It was sent on more than 5 times.' });
});

it('takes a secret of the call to no other origin, and a body only where the redirect says so', async () => {
  const given = { authorization: 'Bearer of-the-call', cookie: 'a=b', 'x-kept': 'yes' };
  const other = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: '' });
    response.writeHead(200, { 'set-cookie': 'session=1' }).end('other');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const there = `http://public.test:${typeof address === 'object' && address ? address.port : 0}/`;
  answer = (_request, response) => void response.writeHead(302, { location: there }).end();
  expect(await fetch({ method: 'POST', body: 'secret', headers: given })).toMatchObject({ url: there, body: 'other' });
  expect(seen[1]).toMatchObject({ method: 'GET', headers: { 'x-kept': 'yes' } });
  expect(seen[1]?.headers).not.toHaveProperty('authorization');
  expect(seen[1]?.headers).not.toHaveProperty('cookie');
  // Nothing of one call is there in the next.
  await fetch({ url: there });
  expect(seen[2]?.headers).not.toHaveProperty('cookie');
  await new Promise((resolve) => other.close(resolve));
});

it('refuses a header that would make one request look like two, a body where none goes, and a password in the URL', async () => {
  const bad: Array<[string, string]> = [
    ['transfer-encoding', 'chunked'],
    ['Host', 'internal'],
    ['a\r\nb', 'c'],
    ['a', 'b\r\nc: d'],
    ['content-length', '3'],
  ];
  for (const [name, value] of bad)
    await expect(fetch({ headers: { [name]: value } }), name).rejects.toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
    });
  await expect(fetch({ body: 'x' })).rejects.toMatchObject({ message: 'GET carries no body.' });
  await expect(fetch({ url: `http://user:pass@public.test:${port}/` })).rejects.toThrow('password');
  await expect(fetch({ url: 'nowhere' })).rejects.toThrow('The URL is not one.');
  expect(seen).toEqual([]);
});

it('cuts an answer that does not end, by size, and one that does not come, by time and by cancel', async () => {
  answer = (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', more);
    more();
  };
  const long = await fetch();
  expect(long).toMatchObject({ truncated: true });
  expect(long.body.length).toBe(256 * 1024);
  answer = () => undefined;
  await expect(fetch({}, never, 200)).rejects.toMatchObject({ code: 'CONNECTOR_EXECUTION_FAILED' });
  const cancel = new AbortController();
  const waiting = fetch({}, cancel.signal);
  cancel.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
});
