/**
 * `tools/call` over MCP to the same stdio server: through Gatehouse, with the gate and the durable record, and through
 * `mcp-proxy` and `supergateway`, which have neither.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@/test/support/eventually';
import { freePort } from '@/test/support/free-port';
import { everythingServer, peerFile } from '@/test/support/peers';
import { type Gatehouse, startGatehouse } from './support/gatehouse';
import { createLoad, rawRequest } from './support/load';
import { against, bench } from './support/report';
import { rounds } from './support/rounds';

const durationMs = 2_000;
const both = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const version = '2025-11-25';
const { command, args = [] } = everythingServer();

async function throughGatehouse(server: Gatehouse): Promise<string[]> {
  const limits = { callsPerMinute: 1_000_000, callsPerRun: 100_000_000 };
  const body = { id: 'everything', name: 'Everything', transport: everythingServer(), limits };
  await server.api.call('connectors.create', { body });
  const params = { id: body.id };
  await eventually(async () => (await server.api.call('connectors.get', { params })).status === 'ready');
  const principal = { userId: 'bench' };
  const run = { title: 'bench', projectId: 'bench', kind: 'external', principal, connectors: [body.id] };
  const { token } = await server.api.call('runs.create', { body: run });
  return callOf(server.port, 'everything__echo', { authorization: `Bearer ${token?.token}` });
}

/** A peer with the same server behind it, and a session of its own. */
async function startProxy(file: string, more: (port: string) => string[]) {
  const port = await freePort();
  const child = spawn(process.execPath, [peerFile(file), ...more(String(port))], { stdio: 'ignore' });
  const session = await eventually(() => initialize(port), { timeoutMs: 30_000, everyMs: 200 });
  return {
    port,
    request: callOf(port, 'echo', session),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function initialize(port: number): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:${port}/mcp`;
  const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  const send = (message: object, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { ...both, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const answer = await send({ id: 0, method: 'initialize', params });
  await answer.text();
  const id = answer.headers.get('mcp-session-id');
  if (!answer.ok || id === null) throw new Error(`No session: ${answer.status}`);
  const session = { 'mcp-session-id': id };
  await (await send({ method: 'notifications/initialized' }, session)).text();
  return session;
}

/** Many of them, each with an id of its own: in a session an id stands for one request at a time. */
function callOf(port: number, name: string, headers: Record<string, string>): string[] {
  return Array.from({ length: 1_000 }, (_, id) => {
    const params = { name, arguments: { message: 'hello there' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: id + 1, method: 'tools/call', params });
    return rawRequest(port, {
      method: 'POST',
      path: '/mcp',
      headers: { ...both, 'mcp-protocol-version': version, ...headers },
      body,
    });
  });
}

await bench(async () => {
  const server = await startGatehouse();
  const load = createLoad();
  const proxy = await startProxy('mcp-proxy/dist/bin/mcp-proxy.mjs', (port) => [
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--server',
    'stream',
    '--',
    command,
    ...args,
  ]);
  const gateway = await startProxy('supergateway/dist/index.js', (port) => [
    '--stdio',
    [command, ...args].join(' '),
    '--outputTransport',
    'streamableHttp',
    '--stateful',
    '--port',
    port,
  ]);
  try {
    const requests = await throughGatehouse(server);
    const rows = [];
    for (const connections of [1, 8]) {
      const side = (port: number, requests: string[]) => () =>
        load.order({ port, requests, connections, durationMs, expect: 'hello there' });
      const { gatehouse, ...peers } = await rounds({
        gatehouse: side(server.port, requests),
        'mcp-proxy': side(proxy.port, proxy.request),
        supergateway: side(gateway.port, gateway.request),
      });
      for (const name of ['mcp-proxy', 'supergateway'] as const) {
        const what = `tools/call over MCP, ${connections} at once`;
        const faster = { text: '> 1×', meets: (ratio: number) => ratio > 1 };
        const sooner = { text: '< 1×', meets: (ratio: number) => ratio < 1 };
        const of = (key: 'perSecond' | 'p50Ms') => peers[name].map((round) => round[key]);
        rows.push(
          against(
            { what, unit: 'calls/s', goal: faster },
            gatehouse.map(({ perSecond }) => perSecond),
            { name, values: of('perSecond') },
          ),
          against(
            { what: `${what}, p50`, unit: 'ms', goal: sooner },
            gatehouse.map(({ p50Ms }) => p50Ms),
            { name, values: of('p50Ms') },
          ),
        );
      }
    }
    return { rows };
  } finally {
    load.stop();
    await proxy.stop();
    await gateway.stop();
    await server.stop();
  }
});
