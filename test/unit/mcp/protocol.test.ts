import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { connector, type StartedRun, tool } from '@/test/unit/gate/world';
import { envelope, type McpWorld, mcpWorld, modern } from './world';

let world: McpWorld;
let run: StartedRun;
beforeAll(async () => {
  world = await mcpWorld();
  run = await world.startRun();
});
afterAll(() => world.close());

function ask(method: string, params: Record<string, unknown> = {}, headers: Record<string, string | undefined> = {}) {
  const standard = { 'mcp-protocol-version': modern, 'mcp-method': method };
  const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: envelope } };
  return world.post(message, { token: run.token, headers: { ...standard, ...headers } });
}

describe('both revisions', () => {
  covers('mcp.two-revisions');

  it('are served at one address, without a session', async () => {
    const started = await world.ask(run.token, 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    expect(started.body.result).toMatchObject({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'gatehouse' },
    });
    expect(started.headers).not.toHaveProperty('mcp-session-id');
    const note = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect((await world.post(note, { token: run.token })).status).toBe(202);

    const discovered = await ask('server/discover');
    expect(discovered.body.result).toMatchObject({ supportedVersions: [modern], capabilities: { tools: {} } });
  });

  it('take a call whose headers only the SDK reads, such as a name in Base64, through the same gate', async () => {
    const encoded = `=?base64?${Buffer.from('files__echo').toString('base64')}?=`;
    const { status, body } = await world.call(run.token, 'files__echo', { c: 3 }, { headers: { 'mcp-name': encoded } });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({ content: [{ text: '{"c":3}' }], resultType: 'complete' });
  });

  it('refuse the same calls with the same code on either way', async () => {
    const encoded = `=?base64?${Buffer.from('nowhere__echo').toString('base64')}?=`;
    const plain = await world.call(run.token, 'nowhere__echo');
    const other = await world.call(run.token, 'nowhere__echo', {}, { headers: { 'mcp-name': encoded } });
    for (const { body } of [plain, other])
      expect(body.error).toMatchObject({
        code: -32602,
        data: { code: 'CONNECTOR_NOT_FOUND', requestId: expect.stringMatching(/^req_/) },
      });
  });

  it.each([
    ['GET', 405],
    ['DELETE', 405],
  ])('have no streams and no sessions: %s is %i', async (method, status) => {
    expect((await world.post('', { token: run.token, method })).status).toBe(status);
  });
});

describe('the list of tools', () => {
  covers('mcp.list');

  it('holds what this run may call and no more, in an order that does not change', async () => {
    const one = await world.startRun({ connectors: ['mail'] });
    const names = ({ body }: Awaited<ReturnType<typeof ask>>) =>
      Object(body.result).tools.map(({ name }: { name: string }) => name);
    expect(names(await ask('tools/list'))).toEqual(['files__echo', 'files__write', 'mail__echo', 'mail__write']);
    expect(names(await ask('tools/list'))).toEqual(['files__echo', 'files__write', 'mail__echo', 'mail__write']);
    expect(names(await world.ask(one.token, 'tools/list'))).toEqual(['mail__echo', 'mail__write']);
  });

  it('may be kept for a short time, by this client alone', async () => {
    expect((await ask('tools/list')).body.result).toMatchObject({ ttlMs: 5_000, cacheScope: 'private' });
  });

  it('passes on title, annotations and output schema, and leaves the output schema off where a call may be held', async () => {
    const outputSchema = { type: 'object', properties: { n: { type: 'number' } } };
    const more = { title: 'Look up', annotations: { readOnlyHint: true }, outputSchema };
    const inputSchema = { type: 'object', properties: { q: { type: 'string', 'x-mcp-header': 'Q' } } };
    const tools = [
      { ...tool('look'), ...more, inputSchema },
      { ...tool('put', 'write'), ...more },
    ];
    world.connectors.set('web', connector('web', { tools: new Map(tools.map((each) => [each.name, each])) }));
    const listed = await world.ask((await world.startRun({ connectors: ['web'] })).token, 'tools/list');
    expect(listed.body.result?.tools).toEqual([
      {
        name: 'web__look',
        description: '',
        ...more,
        inputSchema: { type: 'object', properties: { q: { type: 'string' } } },
      },
      {
        name: 'web__put',
        description: '',
        title: 'Look up',
        annotations: { readOnlyHint: true },
        inputSchema: { type: 'object' },
      },
    ]);
    world.connectors.delete('web');
  });
});

describe('headers and body', () => {
  covers('mcp.headers-agree');

  it.each([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['no method', { 'mcp-method': undefined }],
    ['another name', { 'mcp-name': 'mail__echo' }],
    ['no name', { 'mcp-name': undefined }],
    ['another revision', { 'mcp-protocol-version': '2025-11-25' }],
    ['no revision', { 'mcp-protocol-version': undefined }],
  ])('that disagree are refused, and nothing is called: %s', async (_, headers) => {
    const before = world.reached.length;
    const { status, body } = await world.call(run.token, 'files__echo', {}, { headers });
    expect(status).toBe(400);
    expect(body.error?.code).toBe(-32020);
    expect(world.reached).toHaveLength(before);
  });

  it('that name a revision nobody knows are told which are served', async () => {
    const unknown = { ...envelope, 'io.modelcontextprotocol/protocolVersion': 'v9' };
    const { status, body } = await world.call(
      run.token,
      'files__echo',
      {},
      {
        meta: unknown,
        headers: { 'mcp-protocol-version': 'v9' },
      },
    );
    expect(status).toBe(400);
    expect(body.error?.data).toMatchObject({ supported: [modern], requested: 'v9' });
  });
});
