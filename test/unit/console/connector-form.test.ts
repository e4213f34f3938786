import { describe, expect, it } from 'vitest';
import { emptyConnector, limitsOf, parseServers, transportOf, valuesOf } from '@/components/connectors/connector-form';
import { type Connector, maskedSecret } from '@/lib/contracts/connectors';

const stdio = { ...emptyConnector, id: 'files', name: 'Files' };

describe('a connector as it is typed', () => {
  it('comes to a command, its arguments and an environment with everything after the first sign kept', () => {
    const parsed = transportOf({ ...stdio, command: `npx -y server "/srv/my files"`, env: 'TOKEN=a=b\n\nEMPTY=' });
    expect(parsed).toEqual({
      ok: true,
      transport: {
        kind: 'stdio',
        command: 'npx',
        args: ['-y', 'server', '/srv/my files'],
        env: { TOKEN: 'a=b', EMPTY: '' },
      },
    });
  });

  it('says which line is no pair, and which command a shell would have been needed for', () => {
    expect(transportOf({ ...stdio, command: 'server', env: 'A=1\nnothing' })).toMatchObject({
      problems: { env: 'Line 2 has no “=” after a name.' },
    });
    expect(transportOf({ ...stdio, command: 'server | tee log' })).toMatchObject({ ok: false });
    expect(transportOf({ ...stdio, command: ' ' })).toMatchObject({ ok: false });
    expect(transportOf({ ...stdio, kind: 'http', url: 'javascript:alert(1)' })).toMatchObject({ ok: false });
  });

  it('leaves masked secrets and the rest as they are when nothing was changed', () => {
    const transport = {
      kind: 'http' as const,
      url: 'https://mcp.example.com/mcp',
      headers: { Authorization: maskedSecret, 'X-Team': maskedSecret },
      allowPrivateHost: true,
    };
    const connector: Pick<Connector, 'id' | 'name' | 'transport' | 'limits'> = {
      id: 'crm',
      name: 'CRM',
      transport,
      limits: { callsPerMinute: 10, callsPerRun: 60, outputBytes: 262_144, timeoutSeconds: 60 },
    };
    const values = valuesOf(connector);
    expect(transportOf(values)).toEqual({ ok: true, transport });
    expect(limitsOf(values)).toEqual(connector.limits);
  });

  it('sends no limit that was left empty', () => {
    expect(limitsOf({ ...stdio, callsPerRun: '5' })).toEqual({ callsPerRun: 5 });
  });
});

describe('pasted mcpServers', () => {
  const files = { command: 'npx', args: ['server'] };

  it('are taken whole or as what stands inside', () => {
    expect(parseServers(JSON.stringify({ mcpServers: { files } }))).toEqual({ ok: true, mcpServers: { files } });
    expect(parseServers(JSON.stringify({ files }))).toEqual({ ok: true, mcpServers: { files } });
  });

  it('are refused with what is wrong when they are no servers', () => {
    for (const text of ['{', '[]', '{}', '"x"', '{"mcpServers":{}}', '{"mcpServers":{"files":"npx"}}'])
      expect(parseServers(text).ok, text).toBe(false);
  });
});
