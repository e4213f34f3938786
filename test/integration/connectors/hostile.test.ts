import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { type ConnectorWorld, connectorWorld } from '@/test/support/connectors';
import { eventually, within } from '@/test/support/eventually';
import { hostileServer } from '@/test/support/peers';
import { temporaryDir } from '@/test/support/temporary-dir';

covers(
  'connectors.hostile',
  'connectors.schema',
  'connectors.environment',
  'connectors.output',
  'connectors.discovery',
);
let world: ConnectorWorld;
const dir = temporaryDir();
beforeAll(async () => {
  world = await connectorWorld({ serverEnv: { GATEHOUSE_MASTER_KEY: 'server-secret-0123456789', LC_ALL: 'C' } });
  await world.ready('good', hostileServer());
  await world.ready('hostile', { ...hostileServer(), env: { API_KEY: 'canary-of-the-connector-1' } });
});
afterAll(async () => {
  await world.close();
  dir.remove();
});

const status = (id: string) => world.service.get(id)?.status;
const echoWorks = async (id: string) =>
  expect(JSON.stringify((await world.call(id, 'echo', { hi: 1 })).output)).toContain('hi');
const failure = (message: RegExp) => ({ code: 'CONNECTOR_EXECUTION_FAILED', message: expect.stringMatching(message) });

describe('a connector that misbehaves during a call', () => {
  for (const [tool, message] of [
    ['die', /ended during the call: It exited with code 7/],
    ['huge', /more than 16 MiB/],
    ['endless', /more than 16 MiB/],
    ['garbage', /no message of MCP/],
    ['notify', /floods/],
    ['answers', /floods/],
  ] as const) {
    it(`fails with a clear code and starts again: ${tool}`, async () => {
      await world.ready(tool, hostileServer());
      await expect(within(world.call(tool, tool), 30_000, tool)).rejects.toMatchObject(failure(message));
      expect(status(tool)).toBe('failed');
      await expect(world.call(tool, 'echo')).rejects.toMatchObject(failure(/is down and will be started again/));
      await echoWorks('good');
      await eventually(() => status(tool) === 'ready');
      expect(world.service.view(tool).health.restarts).toBe(1);
      await echoWorks(tool);
      await world.service.remove(tool, { kind: 'server', id: 'server' });
    });
  }

  it('is given up after its time, and told so', async () => {
    await world.service.update('hostile', { limits: { timeoutSeconds: 1 } }, { kind: 'server', id: 'server' });
    await expect(world.call('hostile', 'hang')).rejects.toMatchObject(failure(/did not answer within 1 seconds/));
    const cancelled = async () => {
      const { output } = await world.call('hostile', 'cancelled');
      return Number(JSON.parse(String(output.content[0]?.text)).length);
    };
    await eventually(async () => (await cancelled()) === 1);
    const abort = new AbortController();
    const call = world.call('hostile', 'hang', {}, abort.signal);
    await echoWorks('hostile');
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await eventually(async () => (await cancelled()) === 2);
  });

  it('gets no answer through that is over the limit or nested without end', async () => {
    await expect(world.call('hostile', 'large')).rejects.toMatchObject({ code: 'CONNECTOR_OUTPUT_TOO_LARGE' });
    await expect(world.call('hostile', 'deep')).rejects.toMatchObject({ code: 'CONNECTOR_EXECUTION_FAILED' });
    await echoWorks('hostile');
  });

  it('cannot put its secret or escape sequences into an error', async () => {
    const error = await world.call('hostile', 'fail').catch((problem: Error) => problem);
    expect(error).toMatchObject(failure(/no luck \\u\{1b\}\[31m with \[redacted\]/));
  });

  it('answers without its own secrets and sees none of the server', async () => {
    const { output, redactions } = await world.call('hostile', 'secrets');
    const text = JSON.stringify(output);
    expect(text).toContain('LC_ALL');
    expect(text).not.toContain('canary-of-the-connector-1');
    expect(text).not.toContain('server-secret');
    expect(redactions).toBeGreaterThanOrEqual(2);
  });

  it('has the end of its standard error kept, and no more than 64 KiB', async () => {
    await world.call('hostile', 'complain');
    const text = await eventually(() => {
      const said = world.service.stderr('hostile');
      return said.includes('the end') && said;
    });
    expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(64 * 1024);
  });

  it('reports progress, and offers what it has new', async () => {
    const seen: number[] = [];
    await world.service.execute({
      connectorId: 'hostile',
      toolName: 'progress',
      input: {},
      signal: new AbortController().signal,
      onProgress: ({ progress }) => seen.push(progress),
    });
    expect(seen).toEqual([1, 2]);
    await world.call('hostile', 'change');
    await eventually(() => world.service.get('hostile')?.tools.has('new_tool') ?? false);
    expect(world.published()).toContain('new_tool');
  });
});

describe('a connector that does not start', () => {
  it('fails with its reason and is tried again', async () => {
    await world.create('crash', hostileServer('crash'));
    await world.create('missing', { kind: 'stdio', command: '/nonexistent/program' });
    await eventually(() => status('crash') === 'failed' && status('missing') === 'failed');
    expect(world.service.get('crash')?.error).toBe('It exited with code 3.');
    expect(world.service.get('missing')?.error).toContain('There is no program');
    await eventually(() => world.service.view('crash').health.restarts >= 2);
    expect(await world.service.test('crash', { kind: 'server', id: 'server' })).toMatchObject({ ok: false, tools: 0 });
    await world.service.remove('crash', { kind: 'server', id: 'server' });
    await world.service.remove('missing', { kind: 'server', id: 'server' });
  });

  it('keeps nobody waiting: a silent one can be removed, and its calls fail in time', async () => {
    await world.create('silent', hostileServer('silent'));
    expect(status('silent')).toBe('starting');
    await within(world.service.remove('silent', { kind: 'server', id: 'server' }), 10_000, 'The removal');
  });

  it('is ended when it asks without end and reads no answer', async () => {
    await world.create('deaf', hostileServer('deaf'));
    await eventually(() => status('deaf') === 'failed');
    expect(world.service.get('deaf')?.error).toMatch(/floods|does not read/);
    await world.service.remove('deaf', { kind: 'server', id: 'server' });
    await echoWorks('good');
  });
});

describe('hostile lists of tools', () => {
  it('offers what can be checked, and says why the rest is not offered', async () => {
    await world.ready('schemas', hostileServer('schemas'));
    const { tools, notOffered } = world.service.view('schemas');
    expect(
      tools.map(({ name }) => name),
      JSON.stringify(notOffered),
    ).toEqual(['echo', 'self', 'tree', 'doubling', 'backtracking', 'draft-07']);
    const reasons = notOffered.map(({ name, reason }) => `${name}: ${reason}`).join('\n');
    for (const expected of [
      /loop: its schema refers to itself/,
      /remote: its schema refers to https:\/\/example.com\/schema.json/,
      /wrong: its schema is wrong/,
      /broken-pattern: its schema is wrong/,
      /large: its schema is over 64 KiB/,
      /dialect: its schema is written in a dialect/,
      /bell\\u\{7\}: its name holds control characters/,
      /right-to-left\\u\{202e\}: its name holds more/,
      /echo: another tool has the same name/,
      /x: its name is over 128 characters/,
      /__proto__: its name holds more/,
    ])
      expect(reasons).toMatch(expected);
  });

  it('refuses an input that cannot be checked in time, and never for long', () => {
    const validate = (tool: string, input: Record<string, unknown>) =>
      world.service.get('schemas')?.tools.get(tool)?.validate(input);
    const started = performance.now();
    const unchecked = [expect.stringContaining('could not be checked')];
    expect(validate('self', {})).toEqual(unchecked);
    expect(validate('doubling', {})).toEqual(unchecked);
    expect(validate('backtracking', { value: `${'a'.repeat(50)}!` })).toEqual(unchecked);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(validate('backtracking', { value: 'aaa' })).toEqual([]);
    expect(validate('backtracking', { value: 'b' })).toEqual([expect.stringContaining('must match pattern')]);
    expect(validate('tree', { child: { child: {} } })).toEqual([]);
    expect(validate('tree', { child: { child: 5 } })).toEqual(['child.child: must be object']);
    expect(validate('draft-07', { value: 1.5 })).toEqual(['value: must be integer']);
  });

  it('offers a thousand tools and no more', async () => {
    await world.ready('many', hostileServer('many'));
    expect(world.service.get('many')?.tools.size).toBe(1_000);
    expect(world.service.view('many').notOffered.length).toBeGreaterThan(0);
    await world.service.remove('many', { kind: 'server', id: 'server' });
  });

  it('leaves a list that goes round in a circle, and one without a bottom', async () => {
    await world.ready('circle', hostileServer('circle'));
    expect(world.service.get('circle')?.tools.size).toBe(1);
    await world.create('bottomless', hostileServer('bottomless'));
    await eventually(() => status('bottomless') === 'failed');
    expect(world.service.get('bottomless')?.error).toContain('too large');
    await world.service.remove('bottomless', { kind: 'server', id: 'server' });
  });
});

/** A process that only waits to be reaped by whoever runs this machine is gone. */
function isRunning(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return stat !== '' && !/\) Z /.test(stat);
}

describe('the process of a connector', () => {
  it('goes with everything it started, also what ignores SIGTERM', async () => {
    const file = path.join(dir.path, 'pids');
    await world.ready('family', hostileServer('family', file));
    const pids = readFileSync(file, 'utf8').split(' ').map(Number);
    const running = () => pids.filter(isRunning);
    expect(running()).toHaveLength(2);
    await world.service.update('family', { enabled: false }, { kind: 'server', id: 'server' });
    expect(running()).toHaveLength(0);
    expect(status('family')).toBe('disabled');
    await expect(world.call('family', 'echo')).rejects.toMatchObject(failure(/disabled/));
  });
});
