import { describe, expect, it } from 'vitest';
import {
  capabilitiesOf,
  grantable,
  impliedBy,
  isElevated,
  matrixColumns,
  missingOf,
  plainCapabilities,
  stateOf,
} from '@/components/plugins/capabilities';
import type { Plugin, PluginGrant } from '@/lib/contracts/plugins';
import { isElevated as elevatedInContract } from '@/lib/contracts/plugins';

const nowMs = Date.parse('2026-11-22T10:00:00.000Z');

function grant(capability: string, expiresAt: string | null = null): PluginGrant {
  return { capability, by: 'ines@example.com', at: '2026-11-20T10:00:00.000Z', reason: null, expiresAt };
}
function somePlugin(fields: Partial<Plugin> = {}): Plugin {
  return {
    id: 'crm-sync',
    name: 'crm-sync',
    version: '0.9.3',
    description: '',
    tier: 'restricted',
    source: '/srv/plugins/crm-sync',
    digest: 'a'.repeat(64),
    capabilities: { required: ['connector:slack'], optional: ['connector:mail', 'bash'] },
    capabilitiesGranted: [],
    grants: [],
    startable: false,
    liveRuns: 0,
    installedAt: '2026-11-12T10:00:00.000Z',
    installedBy: 'admin@example.com',
    ...fields,
  };
}

describe('the state of a square', () => {
  it('is what was asked for until it is granted, and then the grant', () => {
    expect(stateOf(somePlugin(), 'connector:slack', nowMs)).toBe('asked');
    expect(stateOf(somePlugin(), 'connector:github', nowMs)).toBe('none');
    expect(stateOf(somePlugin({ grants: [grant('connector:slack')] }), 'connector:slack', nowMs)).toBe('granted');
  });

  it('falls back by itself when a grant has ended', () => {
    const plugin = somePlugin({ grants: [grant('connector:slack', '2026-11-22T10:00:01.000Z')] });
    expect(stateOf(plugin, 'connector:slack', nowMs)).toBe('until');
    expect(stateOf(plugin, 'connector:slack', nowMs + 1000)).toBe('asked');
    expect(missingOf(plugin, nowMs + 1000)).toContain('connector:slack');
  });

  it('is implied by a tier for connectors and MCP servers, and for nothing else', () => {
    const trusted = somePlugin({ tier: 'trusted' });
    expect(stateOf(trusted, 'connector:anything', nowMs)).toBe('implied');
    expect(stateOf(trusted, 'mcp:anything', nowMs)).toBe('implied');
    expect(stateOf(trusted, 'bash', nowMs)).toBe('asked');
  });

  it('is implied by the coarse capability until that one is revoked or has ended', () => {
    const plugin = somePlugin({ grants: [grant('connector', '2026-11-22T10:00:01.000Z')] });
    expect(impliedBy(plugin, 'connector:slack', nowMs)).toBe('connector');
    expect(stateOf(plugin, 'connector:slack', nowMs)).toBe('implied');
    expect(stateOf(plugin, 'connector', nowMs)).toBe('until');
    expect(stateOf(plugin, 'connector:slack', nowMs + 1000)).toBe('asked');
  });
});

describe('what there is to grant', () => {
  it('lists grants first, then what is missing, each once', () => {
    const plugin = somePlugin({ grants: [grant('connector:postgres'), grant('connector:mail')] });
    expect(capabilitiesOf(plugin, nowMs)).toEqual(['connector:mail', 'connector:postgres', 'connector:slack', 'bash']);
  });

  it('leaves out what is granted or implied already', () => {
    expect(grantable(somePlugin({ grants: [grant('connector:github')] }), ['github', 'slack'], nowMs)).toEqual([
      'connector:slack',
      ...plainCapabilities,
    ]);
    expect(grantable(somePlugin({ tier: 'trusted' }), ['github'], nowMs)).not.toContain('connector:github');
  });

  it('calls elevated exactly what the contract calls elevated', () => {
    for (const capability of [...plainCapabilities, 'connector:slack', 'mcp:x', 'constructor', 'toString'])
      expect([capability, isElevated(capability)]).toEqual([capability, elevatedInContract(capability)]);
  });
});

describe('the columns of the matrix', () => {
  it('have the connectors, and then those that plugins name and nobody has added', () => {
    const columns = matrixColumns([somePlugin()], [{ id: 'slack', name: 'Slack' }]);
    expect(columns).toEqual([
      { id: 'slack', name: 'Slack', exists: true },
      { id: 'mail', name: 'mail', exists: false },
    ]);
  });
});
