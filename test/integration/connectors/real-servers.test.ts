import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { type ConnectorWorld, connectorWorld } from '@/test/support/connectors';
import { everythingServer, filesystemServer } from '@/test/support/peers';
import { temporaryDir } from '@/test/support/temporary-dir';

covers('connectors.discovery', 'connectors.safety');
let world: ConnectorWorld;
const dir = temporaryDir();
const root = path.join(dir.path, 'files');
beforeAll(async () => {
  mkdirSync(root);
  writeFileSync(path.join(root, 'hello.txt'), 'hello there');
  world = await connectorWorld();
  await world.ready('files', filesystemServer(root));
  await world.ready('everything', everythingServer());
});
afterAll(async () => {
  await world.close();
  dir.remove();
});

describe('the real filesystem server', () => {
  it('offers its tools, each with a class and a reason', () => {
    const { tools, server, notOffered } = world.service.view('files');
    const classes = Object.fromEntries(tools.map(({ name, safety }) => [name, safety]));
    expect(server?.name).toBeTruthy();
    expect(notOffered).toEqual([]);
    expect(classes).toMatchObject({
      read_text_file: 'read',
      list_directory: 'read',
      directory_tree: 'read',
      search_files: 'read',
      create_directory: 'write',
    });
    // Its server marks these two as destructive: they overwrite.
    for (const name of ['write_file', 'edit_file']) expect(classes[name], name).toBe('destructive');
    for (const { why, approval, safety } of tools) {
      expect(why).toMatch(/\.$/);
      expect(approval).toBe(safety === 'read' ? 'auto' : 'confirm');
    }
  });

  it('reads and writes real files', async () => {
    const read = await world.call('files', 'read_text_file', { path: path.join(root, 'hello.txt') });
    expect(JSON.stringify(read.output.content)).toContain('hello there');
    await world.call('files', 'write_file', { path: path.join(root, 'new.txt'), content: 'written' });
    expect(readFileSync(path.join(root, 'new.txt'), 'utf8')).toBe('written');
  });

  it('hands on what a tool itself calls an error', async () => {
    const { output } = await world.call('files', 'read_text_file', { path: '/etc/passwd' });
    expect(output.isError).toBe(true);
  });

  it('checks inputs against the schemas the server gave', () => {
    const tool = world.service.get('files')?.tools.get('read_text_file');
    expect(tool?.validate({ path: 'a' })).toEqual([]);
    expect(tool?.validate({ path: 5 })).toEqual(['path: must be string']);
    expect(tool?.validate({})).toEqual(["input: must have required property 'path'"]);
  });
});

describe('the real everything server', () => {
  it('answers, and reports progress', async () => {
    const echo = await world.call('everything', 'echo', { message: 'hi' });
    expect(JSON.stringify(echo.output)).toContain('hi');
    const seen: number[] = [];
    await world.service.execute({
      connectorId: 'everything',
      toolName: 'trigger-long-running-operation',
      input: { duration: 1, steps: 4 },
      signal: new AbortController().signal,
      onProgress: ({ progress }) => seen.push(progress),
    });
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('is cancelled when its caller goes', async () => {
    const abort = new AbortController();
    const call = world.call('everything', 'trigger-long-running-operation', { duration: 60, steps: 60 }, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('shows who its calls took and how many failed', () => {
    const { health } = world.service.view('everything');
    expect(health).toMatchObject({ failed: 0, restarts: 0, lastError: null });
    expect(health.calls).toBeGreaterThanOrEqual(2);
    expect(health.p50Ms).toBeGreaterThan(0);
  });
});
