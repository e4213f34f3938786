import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { eventually } from '@/test/support/eventually';
import { connector, type StartedRun, tool } from '@/test/unit/gate/world';
import { type McpWorld, mcpWorld } from '@/test/unit/mcp/world';

let world: McpWorld;
let run: StartedRun;
beforeAll(async () => {
  world = await mcpWorld();
  run = await world.startRun();
});
afterAll(() => world.close());

const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

describe('pages of other sites', () => {
  covers('mcp.own-origin');

  it.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'http://localhost:1'])(
    'cannot reach /mcp: Origin %s is refused',
    async (origin) => {
      const { status, body } = await world.post(list, { token: run.token, headers: { origin } });
      expect(status).toBe(403);
      expect(body.error?.data?.code).toBe('ORIGIN_REFUSED');
    },
  );

  it('cannot reach /mcp by DNS rebinding: a Host that is not ours is refused', async () => {
    const { status } = await world.post(list, { token: run.token, headers: { host: `evil.example:${world.port}` } });
    expect(status).toBe(403);
  });

  it('are told from our own origin and from clients without one', async () => {
    const own = await world.post(list, { token: run.token, headers: { origin: `http://127.0.0.1:${world.port}` } });
    expect([own.status, (await world.post(list, { token: run.token })).status]).toEqual([200, 200]);
  });
});

describe('the tool token', () => {
  covers('mcp.own-token');

  it('is asked for with the address of the metadata, before anything else is looked at', async () => {
    for (const body of [list, 'not json', [list], { jsonrpc: '2.0', id: 1, method: 'initialize' }]) {
      const { status, headers, body: answer } = await world.post(body);
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe(
        `Bearer resource_metadata="http://127.0.0.1:${world.port}/.well-known/oauth-protected-resource/mcp"`,
      );
      expect(answer.error?.data?.code).toBe('TOOL_TOKEN_MISSING');
    }
    expect(world.noted).toContain('TOOL_TOKEN_MISSING');
  });

  it('has metadata at both addresses of RFC 9728, which name the resource', async () => {
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
      const { status, text } = await world.post('', { path, method: 'GET' });
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ resource: world.url, bearer_methods_supported: ['header'] });
    }
  });

  it('is not read from the address', async () => {
    const { status } = await world.post(list, { path: `/mcp?token=${run.token}` });
    expect(status).toBe(400);
    const other = await world.post(list, { path: '/mcp?access_token=x' });
    expect(other.status).toBe(401);
  });

  it('is good for this resource only if it says so', async () => {
    const { id } = await world.startRun();
    const elsewhere = world.registry.mint({
      runId: id,
      projectId: 'p1',
      allowedEndpoints: ['/api/tools/connectors/execute'],
    });
    const listing = world.registry.mint({ runId: id, projectId: 'p1', allowedOperations: ['connectors:list'] });
    const refused = await world.call(elsewhere.token, 'files__echo');
    expect(refused.status).toBe(403);
    expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(refused.body.error?.data?.code).toBe('TOOL_ENDPOINT_DENIED');
    expect((await world.call(listing.token, 'files__echo')).body.error?.data?.code).toBe('TOOL_OPERATION_DENIED');
    expect((await world.ask(elsewhere.token, 'tools/list')).status).toBe(403);
  });

  it('of a run that was revoked opens nothing, in either revision', async () => {
    const ended = await world.startRun();
    await world.endRun(ended);
    for (const answer of [await world.call(ended.token, 'files__echo'), await world.ask(ended.token, 'tools/list')]) {
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
      expect(answer.body.error?.data?.code).toBe('TOOL_TOKEN_INVALID');
    }
  });

  it('of another run does not cancel what is not its own', async () => {
    const other = await world.startRun();
    const { signal, answer, end } = underWay(5);
    await eventually(() => signal() !== undefined);
    const note = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
    expect((await world.post(note, { token: other.token })).status).toBe(202);
    expect(signal()?.aborted).toBe(false);
    end();
    expect((await answer).body.result).toBeDefined();
  });
});

/** A call of the 2025 revision that stays with its connector until `end`. */
function underWay(id: number, started = run) {
  let end: () => void = () => undefined;
  let signal: AbortSignal | undefined;
  world.serve(
    (invocation) =>
      new Promise((resolve) => {
        signal = invocation.signal;
        end = () => resolve({ output: { content: [] }, bytes: 0, redactions: 0 });
      }),
  );
  const leaving = new AbortController();
  const answer = world.ask(started.token, 'tools/call', { name: 'files__echo' }, { id, signal: leaving.signal });
  return { answer, leave: () => leaving.abort(), end: () => end(), signal: () => signal };
}

describe('a call that is with its connector', () => {
  covers('mcp.cancel');

  it('is taken back when its run is revoked, and what comes after is discarded', async () => {
    const revoked = await world.startRun();
    const { answer, signal } = underWay(1, revoked);
    await eventually(() => signal() !== undefined);
    await world.endRun(revoked);
    expect((await answer).body.error?.data).toMatchObject({ code: 'RUN_NOT_ACTIVE' });
    expect(signal()?.aborted).toBe(true);
  });

  it('is cancelled towards the connector when its client leaves', async () => {
    const { answer, leave, signal } = underWay(2);
    const failed = answer.catch((error: Error) => error.name);
    await eventually(() => signal() !== undefined);
    leave();
    expect(await failed).toBe('AbortError');
    await eventually(() => signal()?.aborted);
  });

  it('is cancelled by notifications/cancelled of its own client', async () => {
    const { answer, signal } = underWay(3);
    await eventually(() => signal() !== undefined);
    const note = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } };
    expect((await world.post(note, { token: run.token })).status).toBe(202);
    expect((await answer).body.error?.data).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(signal()?.aborted).toBe(true);
  });
});

describe('names of tools', () => {
  covers('mcp.bad-input');

  it.each([
    '__proto__',
    'constructor',
    'files',
    'files__',
    '__echo',
    'files__constructor',
    'files____proto__',
    '__proto____echo',
    'toString__valueOf',
    'FILES__echo',
    'files__e\u0301cho',
    'files\u200b__echo',
    'files__echo\n',
    'x'.repeat(100_000),
  ])('that are none are refused: %j', async (name) => {
    const before = world.reached.length;
    const { status, body } = await world.ask(run.token, 'tools/call', { name });
    expect(status).toBe(200);
    expect(['CONNECTOR_TOOL_NOT_FOUND', 'CONNECTOR_NOT_FOUND']).toContain(body.error?.data?.code);
    expect(body.error?.message.length).toBeLessThan(100_500);
    expect(world.reached).toHaveLength(before);
  });

  it('do not let one connector take the place of the tool of another', async () => {
    const named = (...names: string[]) => new Map(names.map((name) => [name, tool(name)]));
    world.connectors.set('a', connector('a', { tools: named('b__send', 'own') }));
    world.connectors.set('a__b', connector('a__b', { tools: named('send') }));
    world.serve(async ({ connectorId, toolName }) => ({
      output: { content: [{ type: 'text', text: `${connectorId}: ${toolName}` }] },
      bytes: 1,
      redactions: 0,
    }));
    const both = await world.startRun({ connectors: ['a', 'a__b'] });
    const listed = await world.ask(both.token, 'tools/list');
    expect(Object(listed.body.result).tools.map(({ name }: { name: string }) => name)).toEqual([
      'a__own',
      'a__b__send',
    ]);
    expect((await world.ask(both.token, 'tools/call', { name: 'a__b__send' })).body.result?.content).toEqual([
      { type: 'text', text: 'a__b: send' },
    ]);
    // Who does not reach the other connector means the tool of this one.
    const alone = await world.startRun({ connectors: ['a'] });
    expect((await world.ask(alone.token, 'tools/call', { name: 'a__b__send' })).body.result?.content).toEqual([
      { type: 'text', text: 'a: b__send' },
    ]);
    world.connectors.delete('a');
    world.connectors.delete('a__b');
  });
});

describe('bodies', () => {
  it('over 1 MiB are refused before they are read', async () => {
    const { status, body } = await world.post(`"${'x'.repeat(1024 * 1024)}"`, { token: run.token });
    expect(status).toBe(413);
    expect(body.error?.data?.code).toBe('BODY_TOO_LARGE');
  });

  it.each([
    [
      'nested ten thousand deep',
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"files__echo","arguments":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}}`,
      -32700,
    ],
    ['cut off', '{"jsonrpc":"2.0"', -32700],
    ['empty', '', -32700],
    ['a batch', JSON.stringify([list, list]), -32600],
    ['an empty batch', '[]', -32600],
    ['a number', '1', -32600],
    ['null', 'null', -32600],
    ['without a method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['of another protocol', '{"jsonrpc":"1.0","id":1,"method":"tools/list"}', -32600],
    ['with an object for an id', '{"jsonrpc":"2.0","id":{},"method":"tools/list"}', -32600],
  ])('that are %s get a clear error', async (_, text, code) => {
    const { status, body } = await world.post(text, { token: run.token });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code, message: expect.stringMatching(/\w/) });
  });

  it.each([
    ['no name', {}],
    ['a number for a name', { name: 1 }],
    ['arguments that are a list', { name: 'files__echo', arguments: [] }],
    ['arguments that are text', { name: 'files__echo', arguments: 'x' }],
    ['a meta that is text', { name: 'files__echo', _meta: 'x' }],
  ])('of a call with %s never reach a connector and are no fault of ours', async (_, params) => {
    const before = world.reached.length;
    const { status, body } = await world.ask(run.token, 'tools/call', params);
    expect(status).toBeLessThan(500);
    expect([-32600, -32602]).toContain(body.error?.code);
    expect(world.reached).toHaveLength(before);
  });

  it('of another type are refused', async () => {
    const { status } = await world.post(list, { token: run.token, headers: { 'content-type': 'text/plain' } });
    expect(status).toBe(415);
  });
});

describe('identity', () => {
  it('is taken from the record a trace id names, and from nowhere else', async () => {
    world.serve(async () => ({ output: { content: [] }, bytes: 0, redactions: 0 }));
    world.traces.set('t-1', { runId: run.id, principal: { userId: 'eve', platform: 'discord' } });
    world.traces.set('t-2', { runId: 'run_other', principal: { userId: 'eve', platform: 'discord' } });
    const call = (traceId: unknown) =>
      world.call(run.token, 'files__echo', {}, { meta: { 'gatehouse/traceId': traceId } });
    expect((await call('t-1')).body.result).toBeDefined();
    for (const traceId of ['t-2', 'nobody', 7, null, ['t-1']])
      expect((await call(traceId)).body.error?.data?.code).toBe('IDENTITY_UNKNOWN');
  });
});

it('answers two hundred calls at once, each with its own result', async () => {
  world.serve(async ({ input }) => ({
    output: { content: [{ type: 'text', text: String(input.n) }] },
    bytes: 1,
    redactions: 0,
  }));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      n % 2 === 0
        ? world.call(run.token, 'files__echo', { n }, { id: n })
        : world.ask(run.token, 'tools/call', { name: 'files__echo', arguments: { n } }, { id: n }),
    ),
  );
  expect(answers.map(({ body }) => [body.id, body.result?.content])).toEqual(
    Array.from({ length: 200 }, (_, n) => [n, [{ type: 'text', text: String(n) }]]),
  );
});
