import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound } from '@/lib/platform/outbound';
import { covers } from '@/test/requirements';
import { type ConnectorWorld, connectorAdmin, connectorWorld } from '@/test/support/connectors';
import { eventually } from '@/test/support/eventually';

covers('connectors.outbound', 'connectors.hostile');
let world: ConnectorWorld;
let server: Server;
let port: number;
let answer: RequestListener;
/** What the test's name server says, one answer a look-up; the last one stays. */
let names: string[];
let lookups: number;
let requests: Array<{ method: string; path: string; headers: Record<string, unknown> }>;

const lookup: LookupFunction = (_hostname, options, callback) => {
  const address = names[Math.min(lookups, names.length - 1)] ?? '';
  lookups += 1;
  const family = address.includes(':') ? 6 : 4;
  if (!options.all) callback(null, address, family);
  else
    callback(
      null,
      address.split(', ').map((each) => ({ address: each, family })),
    );
};

beforeEach(async () => {
  names = ['127.0.0.1'];
  lookups = 0;
  requests = [];
  answer = mcp;
  server = createServer((req, res) => {
    requests.push({ method: req.method ?? '', path: req.url ?? '', headers: req.headers });
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  world = await connectorWorld({ lookup });
});
afterEach(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

/** The smallest MCP server over HTTP: JSON answers, no session. */
const mcp: RequestListener = (req, res) => {
  if (req.method !== 'POST') return void res.writeHead(405).end();
  let body = '';
  req.on('data', (chunk) => {
    body += chunk;
  });
  req.on('end', () => {
    const { id, method, params } = JSON.parse(body);
    if (id === undefined) return void res.writeHead(202).end();
    const result = results[method]?.(params);
    const message = result ? { result } : { error: { code: -32_601, message: 'Method not found' } };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...message }));
  });
};
const results: Record<string, (params: { protocolVersion?: string; name?: string }) => unknown> = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'over-http', version: '1' },
  }),
  'tools/list': () => ({
    tools: [
      { name: 'echo', inputSchema: { type: 'object' } },
      { name: 'large', inputSchema: { type: 'object' } },
    ],
  }),
  'tools/call': ({ name }) => ({
    content: [{ type: 'text', text: name === 'large' ? 'x'.repeat(17 * 1024 * 1024) : 'hi' }],
  }),
};

const url = (host = 'mcp.example') => `http://${host}:${port}/mcp`;
const allowed = () => ({
  kind: 'http' as const,
  url: url(),
  allowPrivateHost: true,
  headers: { Authorization: 'Bearer abc-canary-123' },
});
const errorOf = (id: string) => world.service.get(id)?.error ?? '';
const failed = (id: string) => eventually(() => world.service.get(id)?.status === 'failed');

describe('a connector over HTTP', () => {
  it('is asked for its tools and called with its headers, on a host that an admin allowed', async () => {
    await world.ready('web', allowed());
    expect(world.service.view('web')).toMatchObject({ server: { name: 'over-http', version: '1' } });
    expect((await world.call('web', 'echo')).output.content).toEqual([{ type: 'text', text: 'hi' }]);
    expect(requests.at(-1)?.headers.authorization).toBe('Bearer abc-canary-123');
    expect(JSON.stringify(world.service.view('web'))).not.toContain('canary');
  });

  it('fails in bounded memory when an answer is too large, and is opened again', async () => {
    await world.ready('web', allowed());
    await expect(world.call('web', 'large')).rejects.toMatchObject({
      code: 'CONNECTOR_EXECUTION_FAILED',
      message: expect.stringMatching(/more than 16 MiB|ended during the call/),
    });
    await eventually(() => world.service.get('web')?.status === 'ready');
    await world.call('web', 'echo');
  });

  it('is opened again after its server was away', async () => {
    await world.ready('web', allowed());
    answer = (_req, res) => res.writeHead(404).end('no such session');
    await expect(world.call('web', 'echo')).rejects.toMatchObject({ code: 'CONNECTOR_EXECUTION_FAILED' });
    answer = mcp;
    await eventually(() => world.service.get('web')?.status === 'ready');
    await world.call('web', 'echo');
  });
});

describe('a connector that would lead inside', () => {
  it('is refused as a literal address, in every spelling', async () => {
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
      '10.0.0.8',
      '100.64.0.1',
    ])
      await expect(world.create('web', { kind: 'http', url: url(host) }), host).rejects.toMatchObject({
        code: 'ADDRESS_REFUSED',
      });
    await expect(world.create('web', { kind: 'http', url: 'http://u:p@mcp.example/' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(requests).toEqual([]);
  });

  it('is refused by what its name resolves to, and nothing is sent', async () => {
    for (const [index, address] of [
      '127.0.0.1',
      '10.1.2.3',
      '169.254.169.254',
      '::1',
      '::ffff:10.0.0.1',
      'fd00::1',
      '224.0.0.1',
      '0.0.0.0',
    ].entries()) {
      names = [address];
      await world.create(`web${index}`, { kind: 'http', url: url() });
      await failed(`web${index}`);
      expect(errorOf(`web${index}`)).toContain('private, loopback or link-local');
      await world.service.remove(`web${index}`, connectorAdmin);
    }
    expect(requests).toEqual([]);
  });

  it('is refused when it redirects: to another host, to a private address, with its headers', async () => {
    for (const target of ['http://127.0.0.1:1/', `http://other.example:${port}/stolen`, 'file:///etc/passwd']) {
      answer = (_req, res) => res.writeHead(307, { location: target }).end();
      await world.create('moving', allowed());
      await failed('moving');
      await world.service.remove('moving', connectorAdmin);
    }
    expect(requests.filter(({ path }) => path !== '/mcp')).toEqual([]);
  });
});

describe('requests to addresses that were given to us', () => {
  it('go to the very address that was checked, whatever the name resolves to later', async () => {
    // A check apart from the connection would look twice, and connect to the second answer.
    names = ['127.0.0.1', '127.0.0.2'];
    const outbound = createOutbound({ allowPrivateHost: 'mcp.example', timeoutMs: 5_000, lookup });
    expect((await outbound.fetch(url())).status).toBe(405);
    expect(lookups).toBe(1);
    await outbound.close();
    names = ['93.184.216.34, 127.0.0.1', '93.184.216.34'];
    lookups = 0;
    const strict = createOutbound({ timeoutMs: 5_000, lookup });
    await expect(strict.fetch(url())).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await strict.close();
  });

  it('let one host through by name, and no other that resolves alike', async () => {
    const outbound = createOutbound({ allowPrivateHost: 'mcp.example', timeoutMs: 5_000, lookup });
    answer = (_req, res) => res.writeHead(302, { location: url('other.example') }).end('moved');
    const moved = await outbound.fetch(url());
    expect(moved.status).toBe(302);
    await expect(outbound.fetch(url('other.example'))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(outbound.fetch('ftp://mcp.example/')).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await outbound.close();
  });
});
