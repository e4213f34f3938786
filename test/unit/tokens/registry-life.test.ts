import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toIso } from '@/lib/platform/clock';
import { ToolTokenRegistry } from '@/lib/tokens';
import { covers } from '@/test/requirements';
import { codeOf, minute, run, setUp } from './registry-world';

describe('the life of a token', () => {
  covers('tokens.sliding', 'tokens.never-past-run', 'tokens.no-revival', 'tokens.expired-then-invalid');

  it('ends at its time to the millisecond: EXPIRED to the one who meets it, INVALID from then on', () => {
    const { registry, clock, ended } = setUp();
    const { token, id } = registry.mint({ ...run, ttlMs: 10_000, notAfterMs: clock.now() + 10_000 });
    clock.advance(9_999);
    expect(codeOf(registry.validate(token))).toBe('ok');
    clock.advance(1);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_EXPIRED');
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
    expect(registry.activeTokenCount()).toBe(0);
    expect(ended).toEqual([{ id, reason: 'ttl_expired', lastUsedMs: clock.now() - 1 }]);
  });

  it('stays as it is when used in the first half, and starts anew when used in the second', () => {
    const { registry, clock, extended } = setUp();
    const startMs = clock.now();
    const { token, id } = registry.mint({ ...run, ttlMs: 10_000 });
    clock.advance(4_999);
    const early = registry.validate(token);
    expect(early.ok && early.grant.expiresAt).toBe(toIso(startMs + 10_000));
    expect(extended).toEqual([]);
    clock.advance(1);
    const late = registry.validate(token);
    expect(late.ok && late.grant.expiresAt).toBe(toIso(startMs + 15_000));
    expect(extended).toEqual([{ id, expiresAt: toIso(startMs + 15_000), lastUsedMs: startMs + 5_000 }]);
  });

  it('lasts as long as it is used, hours past its first TTL', () => {
    const { registry, clock } = setUp();
    const { token } = registry.mint(run);
    for (let step = 0; step < 100; step += 1) {
      clock.advance(14 * minute);
      expect(codeOf(registry.validate(token))).toBe('ok');
    }
  });

  it('never slides, and is never refreshed, past the end of its run', () => {
    const { registry, clock, extended } = setUp();
    const endMs = clock.now() + 20 * minute;
    const { token } = registry.mint({ ...run, notAfterMs: endMs });
    clock.advance(10 * minute);
    const slid = registry.validate(token);
    expect(slid.ok && slid.grant.expiresAt).toBe(toIso(endMs));
    const refreshed = registry.refreshToken(token, { ttlMs: 60 * minute });
    expect(refreshed.ok && refreshed.grant.expiresAt).toBe(toIso(endMs));
    clock.advance(9 * minute);
    expect(codeOf(registry.validate(token))).toBe('ok');
    expect(extended).toHaveLength(1);
    clock.advance(minute);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_EXPIRED');
    expect(registry.mint({ ...run, notAfterMs: clock.now() + 1 }).expiresAt).toBe(toIso(clock.now() + 1));
  });

  it('is not prolonged by a use that was refused', () => {
    const { registry, clock, extended } = setUp();
    const { token, id } = registry.mint({ ...run, ttlMs: 10_000, allowedEndpoints: ['/mcp'] });
    clock.advance(9_000);
    expect(codeOf(registry.validate(token, { endpoint: '/x' }))).toBe('TOOL_ENDPOINT_DENIED');
    expect(extended).toEqual([]);
    expect(registry.lastUsedMs(run.runId, id)).toBe(0);
  });

  it('is started anew by a refresh, at any point and with another TTL', () => {
    const { registry, clock } = setUp();
    const startMs = clock.now();
    const { token } = registry.mint({ ...run, ttlMs: 10_000 });
    clock.advance(1_000);
    const same = registry.refreshToken(token);
    expect(same.ok && same.grant.expiresAt).toBe(toIso(startMs + 11_000));
    const longer = registry.refreshToken(token, { ttlMs: 30_000 });
    expect(longer.ok && longer.grant.expiresAt).toBe(toIso(startMs + 31_000));
    clock.advance(29_999);
    expect(codeOf(registry.validate(token))).toBe('ok');
  });

  it('changes nothing by a refresh with a TTL that is not positive and finite', () => {
    const { registry, clock } = setUp();
    const { token, expiresAt } = registry.mint({ ...run, ttlMs: 10_000 });
    for (const ttlMs of [0, -5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => registry.refreshToken(token, { ttlMs })).toThrow('ttlMs');
    const check = registry.validate(token);
    expect(check.ok && check.grant.expiresAt).toBe(expiresAt);
    clock.advance(10_000);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_EXPIRED');
  });

  it('is never revived by a refresh', () => {
    const { registry, clock } = setUp();
    const [expired, revoked, ofEndedRun] = [
      registry.mint(run),
      registry.mint(run),
      registry.mint({ ...run, runId: 'b' }),
    ];
    registry.revokeToken(revoked.token, 'manual');
    registry.revokeRun('b', 'run_ended');
    expect(codeOf(registry.refreshToken(revoked.token))).toBe('TOOL_TOKEN_INVALID');
    expect(codeOf(registry.refreshToken(ofEndedRun.token))).toBe('TOOL_TOKEN_INVALID');
    clock.advance(15 * minute);
    expect(codeOf(registry.refreshToken(expired.token, { ttlMs: minute }))).toBe('TOOL_TOKEN_EXPIRED');
    expect(codeOf(registry.refreshToken(expired.token, { ttlMs: minute }))).toBe('TOOL_TOKEN_INVALID');
    for (const { token } of [expired, revoked, ofEndedRun])
      expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
  });
});

describe('timers', () => {
  covers('tokens.timer-invalid');

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function timed() {
    const ended: string[] = [];
    const registry = new ToolTokenRegistry({ listener: { ended: (_grant, reason) => ended.push(reason) } });
    return { registry, ended };
  }

  it('remove a token at its end though nobody asks: it is INVALID later', () => {
    const { registry, ended } = timed();
    const { token } = registry.mint({ ...run, ttlMs: 10_000 });
    vi.advanceTimersByTime(9_999);
    expect(registry.activeTokenCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect([registry.activeTokenCount(), ended]).toEqual([0, ['ttl_expired']]);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
  });

  it('follow a slide and a shortened life', () => {
    const { registry } = timed();
    const slid = registry.mint({ ...run, ttlMs: 10_000 });
    vi.advanceTimersByTime(8_000);
    registry.validate(slid.token);
    vi.advanceTimersByTime(9_999);
    expect(registry.activeTokenCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(registry.activeTokenCount()).toBe(0);

    const shortened = registry.mint({ ...run, ttlMs: 60_000 });
    registry.refreshToken(shortened.token, { ttlMs: 1_000 });
    vi.advanceTimersByTime(1_000);
    expect(registry.activeTokenCount()).toBe(0);
  });

  it('do not fire at once for a life longer than a timer can hold', () => {
    const { registry } = timed();
    const days = 24 * 60 * minute;
    const { token } = registry.mint({ ...run, ttlMs: 60 * days, notAfterMs: Date.now() + 60 * days });
    vi.advanceTimersByTime(59 * days);
    expect(registry.activeTokenCount()).toBe(1);
    vi.advanceTimersByTime(days);
    expect(registry.activeTokenCount()).toBe(0);
    expect(codeOf(registry.validate(token))).toBe('TOOL_TOKEN_INVALID');
  });

  it('leave none behind once tokens have ended', () => {
    const { registry } = timed();
    for (let index = 0; index < 100; index += 1) registry.mint(run);
    expect(vi.getTimerCount()).toBe(100);
    registry.revokeRun(run.runId, 'manual');
    expect(vi.getTimerCount()).toBe(0);
    registry.mint(run);
    registry.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
