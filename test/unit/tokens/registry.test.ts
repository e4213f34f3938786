import { describe, expect, it } from 'vitest';
import { toIso } from '@/lib/platform/clock';
import { sha256Hex } from '@/lib/platform/secrets';
import { ToolTokenRegistry } from '@/lib/tokens';
import { formatSecret, toolTokenPrefix } from '@/lib/tokens/format';
import { covers } from '@/test/requirements';
import { codeOf, minute, run, setUp } from './registry-world';

describe('minting', () => {
  covers('tokens.registry', 'tokens.default-ttl', 'tokens.hash-only');

  it('works with the system clock and no options', () => {
    const registry = new ToolTokenRegistry();
    const beforeMs = Date.now();
    const { token, expiresAt, issuedAt } = registry.mint(run);
    expect(codeOf(registry.validate(token))).toBe('ok');
    expect(Date.parse(issuedAt)).toBeGreaterThanOrEqual(beforeMs);
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(15 * minute);
    registry.clear();
  });

  it('answers exactly what the design names, and allows everything unless told otherwise', () => {
    const { registry, clock } = setUp();
    expect(registry.mint({ ...run, id: 'tok_1' })).toEqual({
      id: 'tok_1',
      token: expect.stringMatching(/^gth_tool_/),
      ...run,
      allowedEndpoints: ['*'],
      allowedOperations: ['*'],
      issuedAt: toIso(clock.now()),
      expiresAt: toIso(clock.now() + 15 * minute),
    });
    const pinned = {
      allowedEndpoints: ['/mcp'],
      allowedOperations: ['mcp:call'],
      pluginSnapshotId: 'snap_1',
      pluginTrust: 'restricted',
      pluginCapabilitiesGranted: ['connector:git'],
    } as const;
    expect(registry.mint({ ...run, ...pinned })).toMatchObject(pinned);
  });

  it('takes the time and the life it is given', () => {
    const { registry } = setUp();
    const { issuedAt, expiresAt } = registry.mint({ ...run, nowMs: 1_000, ttlMs: 500 });
    expect([issuedAt, expiresAt]).toEqual([toIso(1_000), toIso(1_500)]);
  });

  it.each([
    ['an empty run id', { runId: '' }, 'runId'],
    ['a run id of spaces', { runId: ' ' }, 'runId'],
    ['an empty project id', { projectId: '' }, 'projectId'],
    ['a TTL of zero', { ttlMs: 0 }, 'ttlMs'],
    ['a negative TTL', { ttlMs: -1 }, 'ttlMs'],
    ['a TTL without end', { ttlMs: Number.POSITIVE_INFINITY }, 'ttlMs'],
    ['a TTL that is no number', { ttlMs: Number.NaN }, 'ttlMs'],
  ])('throws on %s and mints nothing', (_what, wrong, field) => {
    const { registry, minted } = setUp();
    expect(() => registry.mint({ ...run, ...wrong })).toThrow(field);
    expect(registry.activeTokenCount()).toBe(0);
    expect(minted).toEqual([]);
  });

  it('tells its listener the SHA-256 and never the bearer', () => {
    const { registry, minted } = setUp();
    const { token, id } = registry.mint({ ...run, ttlMs: minute });
    expect(minted).toMatchObject([{ grant: { id }, hash: sha256Hex(token), ttlMs: minute }]);
    expect(JSON.stringify(minted)).not.toContain(token.slice(9, 30));
  });

  it('cannot be widened afterwards through what it was given or what it answered', () => {
    const { registry } = setUp();
    const allowedEndpoints = ['/mcp'];
    const minted = registry.mint({ ...run, allowedEndpoints });
    allowedEndpoints.push('/api/tools/execute');
    const check = registry.validate(minted.token);
    expect(() => Reflect.apply(Array.prototype.push, check.ok ? check.grant.allowedEndpoints : [], ['*'])).toThrow();
    expect(codeOf(registry.validate(minted.token, { endpoint: '/api/tools/execute' }))).toBe('TOOL_ENDPOINT_DENIED');
  });

  it('mints 100,000 that never meet, each leading to its own grant', () => {
    const { registry } = setUp();
    const minted = Array.from({ length: 100_000 }, (_, index) =>
      registry.mint({ runId: `run_${index % 1_000}`, projectId: 'demo', id: `tok_${index}` }),
    );
    expect(registry.activeTokenCount()).toBe(100_000);
    expect(registry.activeRunTokenCount('run_7')).toBe(100);
    for (const { token, id, runId } of minted) {
      const check = registry.validate(token);
      if (!check.ok || check.grant.id !== id || check.grant.runId !== runId) throw new Error(`${id} was mistaken.`);
    }
    expect(registry.revokeRun('run_7', 'manual')).toBe(100);
    expect(minted.filter(({ token }) => registry.validate(token).ok)).toHaveLength(99_900);
    registry.clear();
  }, 60_000);
});

describe('a check', () => {
  covers('tokens.codes', 'tokens.no-echo');

  it('refuses in the order of the contract: missing, invalid, expired, endpoint, operation', () => {
    const { registry, clock } = setUp();
    const wrong = { endpoint: '/nowhere', operation: 'nothing' };
    const { token } = registry.mint({ ...run, allowedEndpoints: ['/mcp'], allowedOperations: ['mcp:call'] });
    for (const none of ['', null, undefined]) expect(codeOf(registry.validate(none, wrong))).toBe('TOOL_TOKEN_MISSING');
    expect(codeOf(registry.validate(formatSecret(toolTokenPrefix), wrong))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.validate(token, wrong))).toBe('TOOL_ENDPOINT_DENIED');
    expect(codeOf(registry.validate(token, { ...wrong, endpoint: '/mcp' }))).toBe('TOOL_OPERATION_DENIED');
    expect(codeOf(registry.validate(token, { endpoint: '/mcp', operation: 'mcp:call' }))).toBe('ok');
    clock.advance(30 * minute);
    expect(codeOf(registry.validate(token, wrong))).toBe('TOOL_TOKEN_EXPIRED');
  });

  it('compares endpoints and operations whole: no prefix, case or path trick passes', () => {
    const { registry } = setUp();
    const { token } = registry.mint({ ...run, allowedEndpoints: ['/mcp'], allowedOperations: ['mcp:call'] });
    for (const endpoint of ['/mcp/', '/MCP', '/mcp/../x', '/mc', '', '*', '/mcp?a=1', '/mcp\0'])
      expect(codeOf(registry.validate(token, { endpoint }))).toBe('TOOL_ENDPOINT_DENIED');
    for (const operation of ['mcp', 'mcp:calls', 'MCP:CALL', '*', ''])
      expect(codeOf(registry.validate(token, { operation }))).toBe('TOOL_OPERATION_DENIED');
  });

  it('lets * stand for all of its own list and nothing of the other', () => {
    const { registry } = setUp();
    const { token } = registry.mint({ ...run, allowedEndpoints: ['*'], allowedOperations: ['mcp:call'] });
    expect(codeOf(registry.validate(token, { endpoint: '/anything', operation: 'mcp:call' }))).toBe('ok');
    expect(codeOf(registry.validate(token, { endpoint: '/anything', operation: 'tools:execute' }))).toBe(
      'TOOL_OPERATION_DENIED',
    );
  });

  it('refuses every altered, cut, padded or foreign text, and never throws', () => {
    const { registry } = setUp();
    const { token } = registry.mint(run);
    for (let at = 0; at < token.length; at += 1) {
      const other = token.charAt(at) === 'x' ? 'y' : 'x';
      expect(codeOf(registry.validate(token.slice(0, at) + other + token.slice(at + 1)))).toBe('TOOL_TOKEN_INVALID');
    }
    const odd = [
      token.slice(1),
      `${token} `,
      `${token}\0`,
      token.repeat(2),
      'x'.repeat(1_000_000),
      '\ud800',
      '💥',
      '__proto__',
    ];
    for (const text of odd) expect(codeOf(registry.validate(text))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.validate(token))).toBe('ok');
  });

  it('is not fooled by characters that share the low byte of the right ones', () => {
    const { registry } = setUp();
    const { token } = registry.mint(run);
    for (let at = 0; at < token.length; at += 1) {
      const wide = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) | 0x100) + token.slice(at + 1);
      expect(codeOf(registry.validate(wide))).toBe('TOOL_TOKEN_INVALID');
    }
  });

  it('answers nothing that holds any part of the bearer', () => {
    const { registry, clock } = setUp();
    const { token } = registry.mint({ ...run, allowedEndpoints: ['/mcp'] });
    const answers = [registry.validate(token), registry.validate(token, { endpoint: '/x' })];
    clock.advance(30 * minute);
    answers.push(registry.validate(token), registry.validate(token));
    const text = JSON.stringify(answers);
    for (let at = 9; at + 8 <= token.length; at += 1) expect(text).not.toContain(token.slice(at, at + 8));
  });
});

describe('revoking', () => {
  covers('tokens.end-reasons');

  it('ends one token at once, says why, and says once', () => {
    const { registry, ended, clock } = setUp();
    const [first, second] = [registry.mint(run), registry.mint(run)];
    registry.validate(first.token);
    expect(registry.revokeToken(first.token, 'manual')).toBe(true);
    expect(registry.revokeToken(first.token, 'lock')).toBe(false);
    expect(registry.revokeToken(formatSecret(toolTokenPrefix), 'lock')).toBe(false);
    expect(codeOf(registry.validate(first.token))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.validate(second.token))).toBe('ok');
    expect(ended).toEqual([{ id: first.id, reason: 'manual', lastUsedMs: clock.now() }]);
  });

  it('ends one token by its id, within its run only', () => {
    const { registry } = setUp();
    const { token, id } = registry.mint(run);
    expect(registry.revokeById('run_other', id, 'manual')).toBe(false);
    expect(registry.revokeById(run.runId, 'tok_other', 'manual')).toBe(false);
    expect(codeOf(registry.validate(token))).toBe('ok');
    expect(registry.revokeById(run.runId, id, 'superseded')).toBe(true);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
  });

  it('ends all of a run and counts them, and nothing of another run', () => {
    const { registry, ended } = setUp();
    const mine = Array.from({ length: 5 }, () => registry.mint(run));
    const other = registry.mint({ ...run, runId: 'run_b' });
    expect([registry.activeTokenCount(), registry.activeRunTokenCount('run_a')]).toEqual([6, 5]);
    expect(registry.revokeRun('run_a', 'child_exit')).toBe(5);
    expect(registry.revokeRun('run_a', 'child_exit')).toBe(0);
    expect(registry.revokeRun('run_unknown', 'manual')).toBe(0);
    expect([registry.activeTokenCount(), registry.activeRunTokenCount('run_a')]).toEqual([1, 0]);
    expect(ended.map(({ id, reason }) => [id, reason])).toEqual(mine.map(({ id }) => [id, 'child_exit']));
    expect(codeOf(registry.validate(other.token))).toBe('ok');
  });

  it('forgets everything on clear and tells nobody', () => {
    const { registry, ended } = setUp();
    const { token } = registry.mint(run);
    registry.clear();
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
    expect([registry.activeTokenCount(), registry.activeRunTokenCount('run_a'), ended]).toEqual([0, 0, []]);
  });
});

describe('a restart', () => {
  covers('tokens.survive-restart', 'tokens.hash-only');

  function restored() {
    const world = setUp();
    const token = formatSecret(toolTokenPrefix);
    const nowMs = world.clock.now();
    world.registry.restore({
      ...run,
      id: 'tok_old',
      allowedEndpoints: ['/mcp'],
      allowedOperations: ['*'],
      hash: sha256Hex(token),
      issuedAtMs: nowMs - minute,
      expiresAtMs: nowMs + 10_000,
      ttlMs: 10_000,
      notAfterMs: nowMs + 60 * minute,
    });
    return { ...world, token };
  }

  it('brings a token back from its hash, with its limits, its slide and its end', () => {
    const { registry, clock, token, extended, ended } = restored();
    expect([registry.activeTokenCount(), registry.activeRunTokenCount(run.runId)]).toEqual([1, 1]);
    expect(codeOf(registry.validate(token, { endpoint: '/x' }))).toBe('TOOL_ENDPOINT_DENIED');
    expect(registry.validate(token, { endpoint: '/mcp' })).toMatchObject({
      ok: true,
      grant: { id: 'tok_old', ...run },
    });
    clock.advance(6_000);
    expect(codeOf(registry.validate(token))).toBe('ok');
    expect(extended).toHaveLength(1);
    clock.advance(10_000);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_EXPIRED');
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
    expect(ended).toMatchObject([{ id: 'tok_old', reason: 'ttl_expired' }]);
  });

  it('takes nothing but that very bearer for it', () => {
    const { registry, token } = restored();
    expect(codeOf(registry.validate(sha256Hex(token)))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.validate(formatSecret(toolTokenPrefix)))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.validate(token))).toBe('ok');
  });

  it('can end a token that nobody has shown since', () => {
    const { registry, token } = restored();
    expect(registry.revokeRun(run.runId, 'manual')).toBe(1);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
    expect(registry.activeTokenCount()).toBe(0);
  });

  it('keeps restored and new tokens apart', () => {
    const { registry, token } = restored();
    const fresh = registry.mint(run);
    expect(registry.validate(fresh.token)).toMatchObject({ grant: { id: fresh.id } });
    expect(registry.validate(token)).toMatchObject({ grant: { id: 'tok_old' } });
    expect(registry.revokeRun(run.runId, 'run_ended')).toBe(2);
  });
});

describe('access to a connector by what a token pins', () => {
  covers('tokens.connector-access');
  const { registry } = setUp();
  const grantOf = (pluginTrust: 'bundled' | 'trusted' | 'restricted' | undefined, granted: string[]) =>
    registry.mint({ ...run, pluginTrust, pluginCapabilitiesGranted: granted });

  it('is open to bundled and trusted plugins and to runs without one', () => {
    for (const trust of ['bundled', 'trusted', undefined] as const)
      expect(registry.checkConnectorAccess(grantOf(trust, []), 'git').ok).toBe(true);
  });

  it('needs the grant of this very connector, or of all, for a restricted plugin', () => {
    expect(registry.checkConnectorAccess(grantOf('restricted', []), 'git')).toMatchObject({
      ok: false,
      code: 'CONNECTOR_NOT_GRANTED',
      message: expect.stringContaining('connector:git'),
    });
    for (const granted of ['connector:git', 'connector', 'connector:*'])
      expect(registry.checkConnectorAccess(grantOf('restricted', [granted]), 'git').ok).toBe(true);
    for (const granted of ['connector:gi', 'connector:git2', 'mcp', 'connectors'])
      expect(registry.checkConnectorAccess(grantOf('restricted', [granted]), 'git').ok).toBe(false);
  });
});
