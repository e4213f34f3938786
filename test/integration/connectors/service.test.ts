import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maskedSecret } from '@/lib/contracts/connectors';
import { newMasterKey } from '@/lib/platform/secrets';
import { covers } from '@/test/requirements';
import { type ConnectorWorld, connectorAdmin, connectorWorld } from '@/test/support/connectors';
import { eventually } from '@/test/support/eventually';
import { hostileServer } from '@/test/support/peers';

covers('connectors.secrets', 'connectors.record', 'connectors.import', 'connectors.safety');
const canary = 'canary-secret-value-0123456789';
let world: ConnectorWorld;
beforeEach(async () => {
  world = await connectorWorld();
});
afterEach(() => world.close());

const withSecret = () => ({ ...hostileServer(), env: { API_KEY: canary } });
const seenSecret = async () => JSON.stringify((await world.call('one', 'secrets')).output).includes('[redacted]');

describe('secrets of a connector', () => {
  it('are in no answer, event, row of the record or column, and still reach its process', async () => {
    await world.ready('one', withSecret());
    expect(await seenSecret()).toBe(true);
    const { service, database, audit } = world;
    const everything = [
      JSON.stringify(service.view('one')),
      JSON.stringify(service.list({ limit: 50 })),
      JSON.stringify(await service.test('one', connectorAdmin)),
      service.stderr('one'),
      world.published(),
      JSON.stringify(audit.events),
      JSON.stringify(await database.db.connector.findMany({ omit: { secrets: false } })),
      JSON.stringify(service.get('one')),
    ].join('\n');
    expect(everything).not.toContain(canary);
    expect(service.view('one').transport).toMatchObject({ env: { API_KEY: maskedSecret } });
    expect(JSON.stringify(audit.events)).toContain('API_KEY');
  });

  it('are kept by a mask that comes back, and survive a restart', async () => {
    await world.ready('one', withSecret());
    const { transport } = world.service.view('one');
    if (transport.kind === 'builtin') throw new Error('It was added, so it is not built in.');
    await world.service.update('one', { transport }, connectorAdmin);
    await eventually(() => world.service.get('one')?.status === 'ready');
    expect(await seenSecret()).toBe(true);
    await world.restart();
    await eventually(() => world.service.get('one')?.status === 'ready');
    expect(await seenSecret()).toBe(true);
  });

  it('are not invented for a mask that stands for nothing', async () => {
    await expect(world.create('one', { ...hostileServer(), env: { API_KEY: maskedSecret } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('do not open under another master key: the connector says so and the server starts', async () => {
    await world.ready('one', withSecret());
    await world.restart({ masterKey: newMasterKey() });
    expect(world.service.view('one')).toMatchObject({ status: 'failed', error: expect.stringContaining('master key') });
  });

  it('are not sent to another address under the mask', async () => {
    const transport = { kind: 'http' as const, url: 'https://one.example/mcp', headers: { Authorization: canary } };
    await world.create('one', transport, { enabled: false });
    const moved = { ...transport, url: 'https://other.example/mcp', headers: { authorization: maskedSecret } };
    await expect(world.service.update('one', { transport: moved }, connectorAdmin)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('enter the value again'),
    });
  });
});

describe('changes of a connector', () => {
  it('are on the record first, and nothing changes when it cannot be written', async () => {
    await world.ready('one', hostileServer());
    world.audit.fail(true);
    const refused = { code: 'AUDIT_UNAVAILABLE' };
    await expect(world.create('two', hostileServer())).rejects.toMatchObject(refused);
    await expect(world.service.update('one', { enabled: false }, connectorAdmin)).rejects.toMatchObject(refused);
    await expect(world.service.remove('one', connectorAdmin)).rejects.toMatchObject(refused);
    await expect(world.service.test('one', connectorAdmin)).rejects.toMatchObject(refused);
    await expect(world.service.importServers({ two: { command: 'x' } }, connectorAdmin)).rejects.toMatchObject(refused);
    expect(world.service.get('one')?.status).toBe('ready');
    expect(world.service.get('two')).toBeUndefined();
    world.audit.fail(false);
    await world.service.remove('one', connectorAdmin);
    expect(world.audit.events.map(({ action }) => action)).toEqual(['connector.create', 'connector.remove']);
    expect(world.published()).toContain('"connector":null');
    expect(() => world.service.view('one')).toThrow(expect.objectContaining({ code: 'CONNECTOR_NOT_FOUND' }));
  });

  it('made at once with the same id give one connector', async () => {
    const both = await Promise.allSettled([world.create('one', hostileServer()), world.create('one', hostileServer())]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('of a tool hold over restarts, and go with null', async () => {
    await world.ready('one', hostileServer());
    const tool = () => world.service.get('one')?.tools.get('hang');
    expect(tool()).toMatchObject({ safety: 'write', approval: 'confirm', overridden: false });
    await world.service.update('one', { tools: { hang: { safety: 'read' } } }, connectorAdmin);
    expect(tool()).toMatchObject({
      safety: 'read',
      approval: 'auto',
      overridden: true,
      why: 'An admin set its class.',
    });
    await world.restart();
    expect(tool()).toMatchObject({ safety: 'read', overridden: true });
    await world.service.update('one', { tools: { hang: { safety: null, approval: 'disabled' } } }, connectorAdmin);
    expect(tool()).toMatchObject({ safety: 'write', approval: 'disabled', overridden: true });
    await world.service.update('one', { tools: { hang: { approval: null } } }, connectorAdmin);
    expect(tool()).toMatchObject({ safety: 'write', approval: 'confirm', overridden: false });
    await expect(
      world.service.update('one', { tools: { nothing: { safety: 'read' } } }, connectorAdmin),
    ).rejects.toMatchObject({ code: 'CONNECTOR_TOOL_NOT_FOUND' });
  });
});

describe('bundled connectors', () => {
  const bundled = () => [{ id: 'demo', name: 'Demo', transport: hostileServer() }];
  it('are always there, can be disabled for good, and neither changed nor removed', async () => {
    await world.restart({ bundled: bundled() });
    await eventually(() => world.service.get('demo')?.status === 'ready');
    expect(world.service.view('demo').addedBy).toBe('bundled');
    await expect(world.service.remove('demo', connectorAdmin)).rejects.toMatchObject({ code: 'BUNDLED', status: 409 });
    await expect(world.service.update('demo', { name: 'Mine' }, connectorAdmin)).rejects.toMatchObject({
      code: 'BUNDLED',
    });
    await world.service.update('demo', { enabled: false }, connectorAdmin);
    await world.restart({ bundled: bundled() });
    expect(world.service.view('demo')).toMatchObject({ status: 'disabled', enabled: false });
    await world.restart({ bundled: [] });
    expect(world.service.get('demo')).toBeUndefined();
  });
});

describe('an import of mcpServers', () => {
  it('takes what it can and says what is wrong with the rest', async () => {
    const { results } = await world.service.importServers(
      {
        'My Files (prod)': { command: 'npx', args: ['-y', 'files'], env: { TOKEN: canary }, disabled: true },
        remote: {
          type: 'streamable-http',
          url: 'https://mcp.example/mcp',
          headers: { 'X-Key': canary },
          disabled: true,
        },
        list: { command: ['uvx', 'thing'], disabled: true },
        old: { type: 'sse', url: 'https://mcp.example/sse' },
        strange: { transport: 'carrier-pigeon', url: 'https://mcp.example' },
        nothing: {},
        text: 'npx files',
        inside: { url: 'http://127.0.0.1:8080/mcp' },
        '!!!': { command: 'x' },
        remote_again: { command: 5 },
      },
      connectorAdmin,
    );
    const told = Object.fromEntries(
      results.map(({ name, ok, connector, error }) => [name, ok ? connector?.id : error?.message]),
    );
    expect(told).toEqual({
      'My Files (prod)': 'my-files-prod',
      remote: 'remote',
      list: 'list',
      old: expect.stringContaining('"sse" was replaced'),
      strange: expect.stringContaining('carrier-pigeon'),
      nothing: expect.stringContaining('"command"'),
      text: expect.stringContaining('object'),
      inside: expect.stringContaining('private, loopback or link-local'),
      '!!!': expect.stringContaining('letter or digit'),
      remote_again: expect.stringContaining('command'),
    });
    expect(JSON.stringify(results)).not.toContain(canary);
    expect(world.service.view('list').transport).toMatchObject({ command: 'uvx', args: ['thing'] });
    expect(world.service.view('my-files-prod').status).toBe('disabled');
  });
});
