import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { covers } from '@/test/requirements';
import { anAdmin, grant, local, manifest, type PluginWorld, pluginWorld, refusal } from './world';

covers('plugins.install', 'plugins.manifest', 'plugins.digest', 'plugins.upgrade');

let world: PluginWorld;
beforeEach(async () => {
  world = await pluginWorld();
});
afterEach(() => world.close());

const install = (folder: string, digest?: string) => world.plugins.install({ ...local(folder), digest }, anAdmin);

describe('a folder', () => {
  it('is previewed with everything it asks for, and nothing is installed', async () => {
    const folder = world.write('notes', manifest(), { 'src/main.mjs': 'export {};' });
    const preview = await world.plugins.preview(local(folder));
    expect(preview).toMatchObject({
      ...{ id: 'notes', version: '1.0.0', files: 2, replaces: null, connectors: [] },
      capabilities: { required: ['connector:files'], optional: ['network'] },
    });
    expect(world.plugins.list({ limit: 50 }).items).toEqual([]);
    expect(await world.record()).toEqual([]);
  });

  it('is installed restricted and without any grant, on the record, and announced', async () => {
    const plugin = await install(world.write('notes', manifest()));
    expect(plugin).toMatchObject({
      tier: 'restricted',
      capabilitiesGranted: [],
      installedBy: 'ada@example.com',
      startable: false,
    });
    const [row] = await world.record();
    expect(row).toMatchObject({ actor: 'operator:op_1', action: 'plugin.install', target: 'plugin:notes' });
    expect(row?.data).toContain(plugin.digest);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'plugin.changed', data: { id: 'notes', plugin } }),
    );
  });

  it('has the SHA-256 over its sorted paths and contents as its digest', async () => {
    const text = JSON.stringify(manifest());
    const folder = world.write('notes', text, { 'b.txt': 'B', 'a/z.txt': 'Z' });
    const hash = createHash('sha256');
    for (const [name, content] of [
      ['a/z.txt', 'Z'],
      ['b.txt', 'B'],
      ['gatehouse.plugin.json', text],
    ] as const)
      hash.update(`${name}\0${content.length}\0${content}`);
    expect((await world.plugins.preview(local(folder))).digest).toBe(hash.digest('hex'));
  });

  it('gets another digest for another content, another name, and content moved between names', async () => {
    const variants: Array<Record<string, string>> = [
      { a: 'xy', b: '' },
      { a: 'x', b: 'y' },
      { a: 'xy', c: '' },
      { a: 'xy' },
    ];
    const folders = variants.map((files, at) => world.write(`n${at}`, manifest(), files));
    const digests = await Promise.all(
      folders.map(async (folder) => (await world.plugins.preview(local(folder))).digest),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('that was edited after it was installed changes nothing of what is installed', async () => {
    const folder = world.write('notes', manifest({ command: ['node', './main.mjs'] }), { 'main.mjs': 'good' });
    const { digest } = await install(folder);
    world.write('notes', manifest({ command: ['sh', '-c', 'evil'] }), { 'main.mjs': 'evil' });
    const { argv } = await world.plugins.launchOf('notes');
    expect(argv).toEqual(['/opt/node', path.join(world.dataDir, 'plugins', 'notes', digest, 'main.mjs')]);
    expect(readFileSync(argv[1] ?? '', 'utf8')).toBe('good');
    expect(statSync(argv[1] ?? '').mode & 0o222).toBe(0);
  });

  it('that changed since it was looked at is refused with DIGEST_CHANGED', async () => {
    const folder = world.write('notes', manifest(), { 'main.mjs': 'good' });
    const { digest } = await world.plugins.preview(local(folder));
    world.write('notes', manifest(), { 'main.mjs': 'swapped' });
    expect(await refusal(install(folder, digest))).toMatchObject({
      code: 'DIGEST_CHANGED',
      details: { looked: digest },
    });
    expect(world.plugins.list({ limit: 50 }).items).toEqual([]);
    expect(readdirSync(path.join(world.dataDir, 'plugins', '.staging'))).toEqual([]);
  });
});

describe('a manifest', () => {
  it('with several mistakes is refused with every one of them, and nothing is installed', async () => {
    const bad = manifest({
      id: 'Not An Id',
      version: '',
      colour: 'red',
      capabilities: { required: ['connector:Files', 'root'], optional: ['connector:*'] },
      env: { GATEHOUSE_URL: 'http://evil', '1X': 'y' },
      command: ['node', './../../outside.mjs'],
    });
    const { code, details } = await refusal(install(world.write('bad', bad)));
    expect(code).toBe('INVALID_MANIFEST');
    const problems = (details.problems as string[]).join('\n');
    for (const word of [
      'id:',
      'version:',
      'colour:',
      'connector:Files',
      'root',
      'connector:*',
      'GATEHOUSE_URL',
      '1X',
      '..',
    ])
      expect(problems).toContain(word);
    expect(world.plugins.list({ limit: 50 }).items).toEqual([]);
    expect(await world.record()).toEqual([]);
  });

  it.each([
    ['that is not JSON', '{'],
    ['that is a list', '[]'],
    ['of deep nesting', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['over 256 KiB', JSON.stringify(manifest({ description: 'x'.repeat(300_000) }))],
    ['with a name that reads backwards', JSON.stringify(manifest({ name: 'a\u202eb' }))],
    ['with a NUL in its command', JSON.stringify(manifest({ command: ['node', 'a\0b'] }))],
  ])('%s is refused', async (_, text) => {
    expect((await refusal(install(world.write('bad', text)))).code).toBe('INVALID_MANIFEST');
  });

  it('that is missing is refused, as is a folder that is missing, relative or a file', async () => {
    mkdirSync(world.folder('empty'));
    const file = path.join(world.write('some', manifest()), 'gatehouse.plugin.json');
    for (const folder of [world.folder('empty'), world.folder('nowhere'), 'relative/path', file])
      expect((await refusal(install(folder))).code).toBe('INVALID_MANIFEST');
  });

  it('with the id of what is shipped is refused', async () => {
    world.write('shipped/notes', manifest());
    const plugins = await world.reopen();
    const { details } = await refusal(plugins.install(local(world.write('mine', manifest())), anAdmin));
    expect(details.problems).toEqual([expect.stringContaining('shipped with Gatehouse')]);
  });
});

describe('attacks by the folder', () => {
  it('refuses symbolic links to files and folders, also when they stay inside', async () => {
    const folder = world.write('notes', manifest(), { 'real.txt': 'x' });
    symlinkSync('/etc', path.join(folder, 'etc'));
    symlinkSync('real.txt', path.join(folder, 'link.txt'));
    const { code, details } = await refusal(install(folder));
    expect(code).toBe('INVALID_MANIFEST');
    expect(details.problems).toEqual([
      'etc: symbolic links are not allowed.',
      'link.txt: symbolic links are not allowed.',
    ]);
  });

  it('refuses a pipe, which would be read for ever', async () => {
    const folder = world.write('notes', manifest());
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    expect((await refusal(install(folder))).details.problems).toEqual(['pipe: is neither a file nor a folder.']);
  });

  it('refuses names with control characters', async () => {
    const folder = world.write('notes', manifest(), { 'a\u001b[2Jb.txt': 'x' });
    expect((await refusal(install(folder))).code).toBe('INVALID_MANIFEST');
  });

  it('refuses more than 50 MiB without reading on, and keeps nothing of it', async () => {
    const folder = world.write('notes', manifest(), { 'a.bin': '' });
    truncateSync(path.join(folder, 'a.bin'), 60 * 1024 * 1024);
    expect((await refusal(install(folder))).message).toContain('50 MiB');
    expect(readdirSync(path.join(world.dataDir, 'plugins', '.staging'))).toEqual([]);
  });

  it('refuses more than 10,000 files', async () => {
    const folder = world.write('notes', manifest());
    for (let at = 0; at < 10_001; at += 1) writeFileSync(path.join(folder, `${at}`), '');
    expect((await refusal(install(folder))).message).toContain('10,000');
  });

  it('refuses to start a copy that was altered after the install, and starts beside files that were added', async () => {
    const { digest } = await install(
      world.write('notes', manifest({ command: ['./run.sh'] }), { 'run.sh': '#!/bin/sh' }),
    );
    const copy = path.join(world.dataDir, 'plugins', 'notes', digest);
    writeFileSync(path.join(copy, 'cache'), 'made by the run');
    await world.plugins.launchOf('notes');
    chmodSync(path.join(copy, 'run.sh'), 0o700);
    writeFileSync(path.join(copy, 'run.sh'), '#!/bin/evil');
    expect((await refusal(world.plugins.launchOf('notes'))).code).toBe('RUN_START_FAILED');
    await install(world.folder('notes'));
    await world.plugins.launchOf('notes');
  });
});

describe('a newer version', () => {
  const upgradeWith = async (more: Record<string, unknown>) => {
    const folder = world.write('notes', manifest({ version: '2.0.0', ...more }));
    const { replaces } = await world.plugins.preview(local(folder));
    return { dropsGrants: replaces?.dropsGrants, plugin: await install(folder) };
  };
  beforeEach(async () => {
    await install(world.write('notes', manifest()));
    await world.plugins.trust('notes', grant(['connector:files', 'bash', 'connector']), anAdmin);
  });

  it('keeps its grants when the required set did not grow', async () => {
    const { dropsGrants, plugin } = await upgradeWith({ capabilities: { required: [], optional: ['bash'] } });
    expect(dropsGrants).toEqual([]);
    expect(plugin).toMatchObject({ version: '2.0.0', capabilitiesGranted: ['bash', 'connector', 'connector:files'] });
  });

  it('loses elevated grants, and keeps the others, when it requires more; the preview says so first', async () => {
    const { dropsGrants, plugin } = await upgradeWith({ capabilities: { required: ['connector:files', 'network'] } });
    expect(dropsGrants).toEqual(['bash', 'connector']);
    expect(plugin.capabilitiesGranted).toEqual(['connector:files']);
    expect((await world.reopen()).get('notes').capabilitiesGranted).toEqual(['connector:files']);
    expect((await world.record()).at(-1)).toMatchObject({
      action: 'plugin.upgrade',
      data: expect.stringContaining('"dropped":["bash","connector"]'),
    });
  });

  it('that requires more is restricted again where it was trusted', async () => {
    await world.plugins.setTier('notes', { tier: 'trusted', reason: 'known' }, anAdmin);
    const { dropsGrants, plugin } = await upgradeWith({ capabilities: { required: ['network', 'connector:files'] } });
    expect(dropsGrants).toEqual(['bash', 'connector', 'mcp']);
    expect(plugin.tier).toBe('restricted');
  });

  it('that was removed first starts without any grant', async () => {
    await world.plugins.remove('notes', anAdmin);
    expect(world.plugins.index.current('notes')).toBeUndefined();
    expect((await upgradeWith({})).plugin.capabilitiesGranted).toEqual([]);
  });
});

describe('what is shipped', () => {
  it('is installed at the start, stays, and starts as it was left', async () => {
    world.write('shipped/demo', manifest({ id: 'demo', command: ['node', './a.mjs'] }), { 'a.mjs': '' });
    world.write(
      'shipped/tools',
      manifest({
        id: 'tools',
        connectors: {
          files: { name: 'Files', transport: { kind: 'stdio', command: 'node', args: ['./f.mjs', '{files}'] } },
        },
      }),
      { 'f.mjs': '' },
    );
    const first = await world.reopen();
    expect(first.get('demo')).toMatchObject({
      tier: 'restricted',
      source: 'bundled',
      capabilitiesGranted: ['connector:files'],
    });
    expect(first.get('tools')).toMatchObject({ tier: 'bundled', capabilitiesGranted: [] });
    const files = path.join(world.dataDir, 'plugins', 'tools', first.get('tools').digest, 'f.mjs');
    expect(first.bundledConnectors()).toEqual([
      {
        id: 'files',
        name: 'Files',
        transport: { kind: 'stdio', command: '/opt/node', args: [files, path.join(world.dataDir, 'files')] },
      },
    ]);
    expect((await refusal(first.remove('demo', anAdmin))).code).toBe('BUNDLED');

    await first.trust('demo', { action: 'revoke', capabilities: ['connector:files'] }, anAdmin);
    await first.setTier('tools', { tier: 'restricted', reason: 'less' }, anAdmin);
    const rows = (await world.record()).length;
    const second = await world.reopen();
    expect(second.get('demo').capabilitiesGranted).toEqual([]);
    expect(second.get('tools').tier).toBe('restricted');
    expect(await world.record()).toHaveLength(rows);
  });

  it('brings its newer files at the next start, and the copies nobody uses go', async () => {
    world.write('shipped/demo', manifest({ id: 'demo' }));
    const old = (await world.reopen()).get('demo');
    world.write('shipped/demo', manifest({ id: 'demo', version: '1.1.0' }));
    const next = (await world.reopen()).get('demo');
    expect(next).toMatchObject({ version: '1.1.0', capabilitiesGranted: ['connector:files'] });
    expect(existsSync(path.join(world.dataDir, 'plugins', 'demo', old.digest))).toBe(false);
    expect(existsSync(path.join(world.dataDir, 'plugins', 'demo', next.digest))).toBe(true);
  });
});
