import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '@/lib/platform/actor';
import { reachesConnector } from '@/lib/plugins/plugin-state';
import { covers } from '@/test/requirements';
import { anAdmin, grant, local, manifest, type PluginWorld, pluginWorld, refusal, revoke } from './world';

covers('plugins.trust', 'plugins.expiry', 'plugins.tiers', 'plugins.required', 'plugins.impact');

let world: PluginWorld;
beforeEach(async () => {
  world = await pluginWorld();
  await world.plugins.install(local(world.write('notes', manifest())), anAdmin);
});
afterEach(() => world.close());

const state = () => {
  const plugin = world.plugins.index.current('notes');
  if (!plugin) throw new Error('It is not installed.');
  return plugin;
};
const reaches = (connectorId: string) => reachesConnector(state(), connectorId, world.now());
const trust = (...[body]: [Parameters<typeof world.plugins.trust>[1]]) => world.plugins.trust('notes', body, anAdmin);

describe('a grant', () => {
  it('is the sorted union, and a revoke the difference', async () => {
    const first = await trust(grant(['network', 'connector:files', 'network']));
    expect(first).toMatchObject({
      ok: true,
      id: 'notes',
      action: 'grant',
      capabilitiesGranted: ['connector:files', 'network'],
    });
    expect((await trust(grant(['bash']))).capabilitiesGranted).toEqual(['bash', 'connector:files', 'network']);
    expect((await trust(revoke(['network', 'mcp']))).capabilitiesGranted).toEqual(['bash', 'connector:files']);
  });

  it('is true for the gate at once, and not any more once it was revoked', async () => {
    await trust(grant(['connector:files']));
    expect([reaches('files'), reaches('mail')]).toEqual([true, false]);
    await trust(grant(['connector']));
    expect(reaches('mail')).toBe(true);
    await trust(revoke(['connector', 'connector:files']));
    expect([reaches('files'), reaches('mail')]).toEqual([false, false]);
  });

  it('says who, why and until when, here, on the record, and after a restart', async () => {
    await trust(grant(['connector:files'], { reason: 'for the release', expiresInSeconds: 3600 }));
    const grants = [
      {
        capability: 'connector:files',
        by: 'ada@example.com',
        at: '2026-11-22T12:00:00.000Z',
        reason: 'for the release',
        expiresAt: '2026-11-22T13:00:00.000Z',
      },
    ];
    expect(world.plugins.get('notes').grants).toEqual(grants);
    expect((await world.reopen()).get('notes').grants).toEqual(grants);
    const row = (await world.record()).at(-1);
    expect(row).toMatchObject({ action: 'plugin.grant', actor: 'operator:op_1', target: 'plugin:notes' });
    expect(JSON.parse(row?.data ?? '')).toMatchObject({
      ...{ capabilities: ['connector:files'], reason: 'for the release', expiresAt: '2026-11-22T13:00:00.000Z' },
      digest: world.plugins.get('notes').digest,
    });
  });

  it('never changes the tier', async () => {
    await trust(grant(['connector', 'mcp', 'bash', 'subprocess']));
    expect(world.plugins.get('notes').tier).toBe('restricted');
  });

  it('is refused whole for one bad entry, which it names', async () => {
    const bad = [
      'connector:*',
      'connector:../x',
      'connector:Files',
      '',
      'connector:',
      'fs:exec',
      ' bash',
      'mcp:*',
      '__proto__',
    ];
    const { code, details } = await refusal(trust(grant(['connector:files', ...bad])));
    expect({ code, details }).toEqual({ code: 'INVALID_CAPABILITY', details: { rejected: bad } });
    expect(world.plugins.get('notes').capabilitiesGranted).toEqual([]);
  });

  it('of nothing, on nothing, or on what was installed anew since it was looked at is refused', async () => {
    expect((await refusal(trust(grant([])))).code).toBe('NO_CAPABILITIES');
    expect((await refusal(world.plugins.trust('nobody', grant([]), anAdmin))).code).toBe('PLUGIN_NOT_FOUND');
    expect((await refusal(world.plugins.trust('constructor', grant(['bash']), anAdmin))).code).toBe('PLUGIN_NOT_FOUND');
    const { digest } = world.plugins.get('notes');
    await world.plugins.install(local(world.write('notes', manifest({ version: '1.0.1' }))), anAdmin);
    expect((await refusal(trust(grant(['bash'], { digest })))).code).toBe('DIGEST_CHANGED');
    expect(world.plugins.get('notes').capabilitiesGranted).toEqual([]);
  });

  it('that cannot be recorded does not exist, and a revoke that cannot be is refused', async () => {
    await trust(grant(['network']));
    world.failAudit(true);
    expect((await refusal(trust(grant(['bash'])))).code).toBe('AUDIT_UNAVAILABLE');
    expect((await refusal(trust(revoke(['network'])))).code).toBe('AUDIT_UNAVAILABLE');
    world.failAudit(false);
    expect(world.plugins.get('notes').capabilitiesGranted).toEqual(['network']);
    expect((await world.reopen()).get('notes').capabilitiesGranted).toEqual(['network']);
  });

  it('survives others that are made at the same moment', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `connector:c${String(at).padStart(2, '0')}`);
    await Promise.all(names.map((name) => trust(grant([name]))));
    expect(world.plugins.get('notes').capabilitiesGranted).toEqual(names);
    await Promise.all(names.map((name) => trust(revoke([name]))));
    expect((await world.reopen()).get('notes').capabilitiesGranted).toEqual([]);
  });
});

describe('a grant with an end', () => {
  it('ends for the gate at that moment, whether anybody noticed or not', async () => {
    await trust(grant(['connector:files'], { expiresInSeconds: 60 }));
    world.advance(59_999);
    expect(reaches('files')).toBe(true);
    world.advance(1);
    expect(reaches('files')).toBe(false);
    expect(world.plugins.get('notes').capabilitiesGranted).toEqual([]);
  });

  it('is taken off with a row of the record and told to every page', async () => {
    await trust(grant(['connector:files'], { expiresInSeconds: 60 }));
    await trust(grant(['network']));
    world.advance(60_000);
    await world.plugins.expireDue();
    expect((await world.record()).at(-1)).toMatchObject({ actor: 'server', action: 'plugin.grant_expire' });
    expect(world.events.at(-1)).toMatchObject({
      type: 'plugin.changed',
      data: { plugin: { capabilitiesGranted: ['network'] } },
    });
    expect(await world.db.pluginGrant.count()).toBe(1);
  });

  it('is gone after a restart that came later than its end', async () => {
    await trust(grant(['connector:files'], { expiresInSeconds: 60 }));
    world.advance(3_600_000);
    expect((await world.reopen()).get('notes').grants).toEqual([]);
    expect(await world.db.pluginGrant.count()).toBe(0);
  });
});

describe('a tier', () => {
  it('reaches every connector above restricted, and the lower one bites at once', async () => {
    await world.plugins.setTier('notes', { tier: 'trusted', reason: 'ours' }, anAdmin);
    expect(reaches('anything')).toBe(true);
    await world.plugins.setTier('notes', { tier: 'restricted', reason: 'not any more' }, anAdmin);
    expect(reaches('anything')).toBe(false);
    const row = (await world.record()).at(-1);
    expect(JSON.parse(row?.data ?? '')).toMatchObject({ from: 'trusted', to: 'restricted', reason: 'not any more' });
  });

  it('of what is shipped is not for what came from a folder', async () => {
    expect((await refusal(world.plugins.setTier('notes', { tier: 'bundled', reason: 'x' }, anAdmin))).code).toBe(
      'BAD_REQUEST',
    );
  });
});

describe('a run that starts', () => {
  const aRun: Actor = anAdmin;

  it('is refused while a required capability is missing, and told how to get it', async () => {
    await world.plugins.trust('notes', grant(['network']), aRun);
    const { code, details, message } = await refusal(world.plugins.pin('notes'));
    expect(code).toBe('CAPABILITIES_REQUIRED');
    expect(details).toMatchObject({
      required: ['connector:files'],
      granted: ['network'],
      missing: ['connector:files'],
    });
    expect(details.remediation).toEqual([
      expect.stringContaining('http://gate.test/plugins/notes'),
      'POST /api/plugins/notes/trust {"capabilities":["connector:files"]}',
    ]);
    expect(message).toContain('connector:files');
  });

  it('is let through by the grant, by the coarse grant, or by the tier', async () => {
    await trust(grant(['connector:files']));
    await world.plugins.pin('notes');
    await trust(revoke(['connector:files']));
    await trust(grant(['connector']));
    await world.plugins.pin('notes');
    await trust(revoke(['connector']));
    await world.plugins.setTier('notes', { tier: 'trusted', reason: 'x' }, anAdmin);
    await world.plugins.pin('notes');
  });

  it('shares its snapshot with those of the same state, and gets another after a change', async () => {
    await trust(grant(['connector:files']));
    const [one, two] = [await world.plugins.pin('notes'), await world.plugins.pin('notes')];
    expect(two).toEqual(one);
    await trust(grant(['network']));
    const three = await world.plugins.pin('notes');
    expect(three.snapshotId).not.toBe(one.snapshotId);
    expect(await world.plugins.pinOf(one.snapshotId)).toEqual(one);
    expect(await world.plugins.pinOf('snap_none')).toBeNull();
  });

  it('under a plugin without a command must bring one', async () => {
    expect((await refusal(world.plugins.launchOf('notes'))).code).toBe('BAD_REQUEST');
    expect((await refusal(world.plugins.pin('nobody'))).code).toBe('PLUGIN_NOT_FOUND');
  });
});

describe('the impact of a revoke', () => {
  const run = (id: string, connectors: string[] | null = null) => ({
    id,
    title: `Run ${id}`,
    pluginId: 'notes',
    connectors,
  });
  const calls = async (runId: string, connectorId: string, minutesAgo: number, status = 'completed') => {
    const at = new Date(world.now() - minutesAgo * 60_000);
    const id = `call_${runId}_${connectorId}_${minutesAgo}_${status}`;
    await world.db.toolCall.create({ data: { id, runId, connectorId, status, at, call: '{}', auditSeq: 1 } });
  };

  it('names the live runs that lose it, with their calls of the last hour', async () => {
    await trust(grant(['connector:files', 'connector:mail']));
    world.liveRuns.push(run('a'), run('b', ['mail']), { ...run('c'), pluginId: 'other' });
    await calls('a', 'files', 5);
    await calls('a', 'files', 61);
    await calls('a', 'files', 6, 'refused');
    await calls('a', 'mail', 5);
    const impact = await world.plugins.impact('notes', { capabilities: ['connector:files'] });
    expect(impact.runs).toEqual([{ id: 'a', title: 'Run a', callsLastHour: 1 }]);
    expect((await world.plugins.impact('notes', { capabilities: ['connector:none'] })).runs).toEqual([]);
    expect(world.plugins.get('notes').liveRuns).toBe(2);
  });

  it('counts nothing that another grant still covers, and everything of a lower tier', async () => {
    await trust(grant(['connector', 'connector:files']));
    world.liveRuns.push(run('a'));
    await calls('a', 'files', 1);
    await calls('a', 'mail', 1);
    expect((await world.plugins.impact('notes', { capabilities: ['connector:files'] })).runs).toEqual([]);
    expect((await world.plugins.impact('notes', { capabilities: ['connector'] })).runs).toMatchObject([
      { callsLastHour: 1 },
    ]);
    await trust(revoke(['connector', 'connector:files']));
    await world.plugins.setTier('notes', { tier: 'trusted', reason: 'x' }, anAdmin);
    expect((await world.plugins.impact('notes', { tier: 'restricted' })).runs).toMatchObject([{ callsLastHour: 2 }]);
  });
});

it('lists plugins by id, each once, page by page', async () => {
  for (const id of ['b', 'a', 'c']) await world.plugins.install(local(world.write(id, manifest({ id }))), anAdmin);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = world.plugins.list({ limit: 1, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(ids).toEqual(['a', 'b', 'c', 'notes']);
});
