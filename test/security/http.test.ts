/** HTTP that no well-meaning client sends: it is answered or cut off, and others are served meanwhile. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBody } from '@/lib/contracts/common';
import { formatSecret, toolTokenPrefix } from '@/lib/tokens/format';
import { covers } from '../requirements';
import { eventually, within } from '../support/eventually';
import { startServer, type TestServer } from '../support/server';
import { type RawConnection, rawConnection, rawExchange, statusesOf } from './raw-http';

let server: TestServer;
let host: string;
let slow: RawConnection[];
beforeAll(async () => {
  server = await startServer();
  host = `Host: 127.0.0.1:${server.port}`;
  // Slow-loris: they start a request and never end it. What becomes of them is asked last.
  slow = await Promise.all(Array.from({ length: 300 }, () => rawConnection(server.port)));
  for (const { socket } of slow) socket.write(`POST /api/tokens/introspect HTTP/1.1\r\n${host}\r\nX-Slow: `);
});
afterAll(async () => {
  for (const { socket } of slow) socket.destroy();
  await server.stop();
});

const ask = (bytes: string | Buffer) => rawExchange(server.port, bytes);
const introspect = (body: string, headers = `Content-Length: ${Buffer.byteLength(body)}\r\n`) =>
  `POST /api/tokens/introspect HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${server.serviceKey}\r\n${headers}\r\n${body}`;
async function isWell() {
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${server.url}/login`)).status).toBe(200);
}

describe('the server, with 300 requests held half sent,', () => {
  covers('http.cannot-hurt', 'http.body-limit', 'http.error-body', 'process.probes');

  it('answers others, its probes and its metrics', async () => {
    await isWell();
    const metrics = await fetch(`${server.url}/metrics`);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await metrics.text();
    for (const name of ['gatehouse_runs', 'gatehouse_tool_tokens', 'gatehouse_sockets', 'gatehouse_audit_lag_seconds'])
      expect(text).toContain(`# TYPE ${name} gauge`);
    expect(text).toContain('# TYPE gatehouse_tool_decisions_total counter');
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ ok: true });
  });

  it('answers a flood of headers with 431 and goes on', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `X-H${index}: x\r\n`).join('');
    expect(statusesOf(await ask(`GET /healthz HTTP/1.1\r\n${host}\r\n${many}\r\n`))).toEqual([431]);
    const large = `X-Large: ${'x'.repeat(1024 * 1024)}\r\n`;
    expect(statusesOf(await ask(`GET /healthz HTTP/1.1\r\n${host}\r\n${large}\r\n`))).toEqual([431]);
    expect(statusesOf(await ask(`GET /${'x'.repeat(100_000)} HTTP/1.1\r\n${host}\r\n\r\n`))).toEqual([431]);
    await isWell();
  });

  it('answers pipelined requests each and in order', async () => {
    const token = formatSecret(toolTokenPrefix);
    const requests = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0 ? `GET /healthz HTTP/1.1\r\n${host}\r\n\r\n` : introspect(JSON.stringify({ token })),
    );
    const answers = await ask(`${requests.join('')}GET /readyz HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
    expect(statusesOf(answers)).toEqual(new Array(201).fill(200));
    const bodies = [...answers.matchAll(/\{"(ok|active|ready)":/g)].map((match) => match[1]);
    expect(bodies).toEqual([...requests.map((_, index) => (index % 2 === 0 ? 'ok' : 'active')), 'ready']);
  });

  it('refuses a body over 1 MiB with 413 on the data plane too, announced or in chunks, and takes one of 1 MiB', async () => {
    const limit = 1024 * 1024;
    const padded = (length: number) => `{"token":"x"}${' '.repeat(length - 13)}`;
    expect(statusesOf(await ask(introspect(padded(limit))))).toEqual([200]);
    expect(statusesOf(await ask(introspect('', `Content-Length: ${limit + 1}\r\n`)))[0]).toBe(413);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const { socket, received, ended } = await rawConnection(server.port);
    socket.write(introspect('', 'Transfer-Encoding: chunked\r\n'));
    for (let sent = 0; sent <= limit; sent += 0x10000) socket.write(chunk);
    const answer = await eventually(() => statusesOf(received()).length > 0 && received().includes('}}') && received());
    expect(statusesOf(answer || '')).toEqual([413]);
    expect(answer).toContain('BODY_TOO_LARGE');
    // It announced more and sends nothing: the server does not wait for the rest.
    expect(await ended).toBe(answer);
    await isWell();
  });

  it('refuses JSON of any depth that is not what it asked for', async () => {
    for (const body of [
      '['.repeat(500_000),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      'nul',
      '',
      '"\ud800"',
    ])
      expect(statusesOf(await ask(introspect(body)))).toEqual([400]);
    const response = await fetch(`${server.url}/api/tokens/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.serviceKey}` },
      body: JSON.stringify({ token: 'x', more: 1 }),
    });
    expect(response.status).toBe(400);
    const { error } = errorBody.parse(await response.json());
    expect([error.code, error.message]).toEqual(['BAD_REQUEST', expect.stringContaining('more')]);
    expect(response.headers.get('x-request-id')).toBe(error.requestId);
  });

  it('lets no request hide in the body of another', async () => {
    const hidden = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
    const both = `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`;
    const twice = `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n`;
    const odd = `Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n`;
    for (const headers of [both, twice, odd, 'Transfer-Encoding : chunked\r\n', 'Content-Length: +0\r\n'])
      expect(
        statusesOf(await ask(`POST /api/tokens/introspect HTTP/1.1\r\n${host}\r\n${headers}\r\n${hidden}`)),
      ).toEqual([400]);
  });

  it.each<[string, string, number[]]>([
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', [400]],
    ['an old version without Host', 'GET / HTTP/1.0\r\n\r\n', [403]],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: evil.example\r\nHOST\r\n\r\n', [400, 403]],
    ['a foreign Host', 'GET /login HTTP/1.1\r\nHost: evil.example\r\n\r\n', [403]],
    ['another site as its target', 'GET http://evil.example/login HTTP/1.1\r\nHOST\r\n\r\n', [400, 403, 404]],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHOST\r\n\r\n', []],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHOST\r\nCookie: secret=1\r\n\r\n', [405]],
    ['a method of its own', 'HACK / HTTP/1.1\r\nHOST\r\n\r\n', [400]],
    ['a path that leaves the folder', 'GET /../../../../etc/passwd HTTP/1.1\r\nHOST\r\n\r\n', [400, 404]],
    ['an encoded one', 'GET /_next/static/..%2f..%2f..%2f..%2fpackage.json HTTP/1.1\r\nHOST\r\n\r\n', [400, 404]],
    ['a broken encoding', 'GET /%E0%A4%A HTTP/1.1\r\nHOST\r\n\r\n', [400]],
    ['a NUL', 'GET /\0 HTTP/1.1\r\nHOST\r\n\r\n', [400]],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
    ['nothing at all', '', []],
  ])('survives a request with %s', async (_what, bytes, allowed) => {
    const answer = await ask(bytes.replace('HOST', host).replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n'));
    const [status, ...more] = statusesOf(answer);
    expect(more).toEqual([]);
    expect(status === undefined || allowed.includes(status) ? [] : [status]).toEqual([]);
    expect(answer).not.toContain('root:');
    expect(answer).not.toContain('secret=1');
    await isWell();
  });

  it('never answers with 500 to anything random', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 60 })
      .map((value) => encodeURIComponent(value.replaceAll(/[\ud800-\udfff]/gu, '')));
    const path = fc.oneof(
      fc.constantFrom(
        '/api/runs',
        '/api/runs/',
        '/api/audit',
        '/runs',
        '/login',
        '/api/auth/session',
        '/_next/image',
        '/api/runs/x/recording',
        '/favicon.ico',
      ),
      text.map((value) => `/api/runs/${value}`),
      text.map((value) => `/${value}`),
    );
    const query = fc.array(
      fc.tuple(fc.constantFrom('status', 'q', 'limit', 'cursor', 'sort', 'x', 'url', '__proto__'), text),
      { maxLength: 3 },
    );
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, path, query, text, fc.boolean(), async (verb, at, parts, body, keyed) => {
        const search = parts.map(([name, value]) => `${name}=${value}`).join('&');
        const response = await fetch(`${server.url}${at}?${search}`, {
          method: verb,
          redirect: 'manual',
          headers: keyed
            ? { authorization: `Bearer ${server.serviceKey}` }
            : { cookie: `next-auth.session-token=${body}` },
          body: verb === 'GET' || verb === 'HEAD' ? null : body,
        });
        await response.arrayBuffer();
        expect(response.status, `${verb} ${at}?${search}`).toBeLessThan(500);
        expect(response.headers.get('x-request-id')).toMatch(/^req_/);
      }),
      { numRuns: 80, seed: 5 },
    );
    await isWell();
  });

  it('has not grown without bound, and cuts the slow ones off in the end', async () => {
    const answers = await within(Promise.all(slow.map(({ ended }) => ended)), 55_000, 'Cutting slow requests off');
    for (const answer of answers) expect(statusesOf(answer)).toEqual([408]);
    await isWell();
  });
});
