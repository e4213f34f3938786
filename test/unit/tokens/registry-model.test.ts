/** Random use of the registry against a model that a reader can check by eye: any mint, use, refresh, revoke, wait, restart. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sha256Hex } from '@/lib/platform/secrets';
import { ToolTokenRegistry } from '@/lib/tokens';
import { covers } from '@/test/requirements';

interface Modelled {
  id: string;
  token: string;
  runId: string;
  endpoint: string;
  issuedAtMs: number;
  expiresAtMs: number;
  ttlMs: number;
  notAfterMs: number;
}

/** The rules, without any of the registry's means: a list, and the clock. */
class Model {
  live: Modelled[] = [];

  check(token: string, nowMs: number, endpoint?: string): string {
    const held = this.live.find((each) => each.token === token);
    if (!held) return 'TOOL_TOKEN_INVALID';
    if (nowMs >= held.expiresAtMs) {
      this.drop((each) => each === held);
      return 'TOOL_TOKEN_EXPIRED';
    }
    if (endpoint !== undefined && held.endpoint !== '*' && held.endpoint !== endpoint) return 'TOOL_ENDPOINT_DENIED';
    const secondHalf = nowMs >= held.expiresAtMs - held.ttlMs / 2;
    if (secondHalf && held.expiresAtMs < held.notAfterMs) this.startAnew(held, nowMs);
    return 'ok';
  }

  refresh(token: string, nowMs: number, ttlMs: number | undefined): string {
    const code = this.check(token, nowMs);
    const held = this.live.find((each) => each.token === token);
    if (code !== 'ok' || !held) return code;
    held.ttlMs = ttlMs ?? held.ttlMs;
    this.startAnew(held, nowMs);
    return 'ok';
  }

  drop(matches: (each: Modelled) => boolean): number {
    const before = this.live.length;
    this.live = this.live.filter((each) => !matches(each));
    return before - this.live.length;
  }

  private startAnew(held: Modelled, nowMs: number): void {
    held.expiresAtMs = Math.min(nowMs + held.ttlMs, held.notAfterMs);
  }
}

/** `expect` costs more than the step it looks at. */
function agree(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: the registry says ${actual}, the model ${expected}.`);
}

const runs = ['run_a', 'run_b', 'run_c'];
const endpoints = ['/mcp', '/api/tools/execute'];
const ttl = fc.integer({ min: 1, max: 2_000 });
const which = fc.nat(40);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('mint' as const),
      run: fc.constantFrom(...runs),
      endpoint: fc.constantFrom('*', ...endpoints),
      ttl,
      runLeft: fc.integer({ min: 1, max: 6_000 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      op: fc.constant('use' as const),
      which,
      endpoint: fc.option(fc.constantFrom(...endpoints), { nil: undefined }),
      ahead: fc.oneof(fc.constant(0), fc.nat(1_500)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('refresh' as const), which, ttl: fc.option(ttl, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('revoke' as const), which }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('revokeRun' as const), run: fc.constantFrom(...runs) }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.nat(900) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const) }) },
);

function restart(old: ToolTokenRegistry, model: Model): ToolTokenRegistry {
  old.clear();
  const registry = new ToolTokenRegistry();
  for (const { token, endpoint, ...rest } of model.live) {
    const lists = { allowedEndpoints: [endpoint], allowedOperations: ['*'] };
    registry.restore({ ...rest, ...lists, projectId: 'demo', hash: sha256Hex(token) });
  }
  return registry;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('agrees with the model after every one of 100,000 random steps', () => {
  covers('tokens.model');
  let steps = 0;
  const property = fc.property(fc.array(step, { minLength: 250, maxLength: 300, size: 'max' }), (plan) => {
    const model = new Model();
    const known: string[] = [];
    let registry = new ToolTokenRegistry();
    const codeOf = (check: ReturnType<ToolTokenRegistry['validate']>) => (check.ok ? 'ok' : check.code);
    for (const each of plan) {
      steps += 1;
      const nowMs = Date.now();
      switch (each.op) {
        case 'mint': {
          const life = { ttlMs: each.ttl, notAfterMs: nowMs + each.runLeft };
          const { token, id } = registry.mint({
            runId: each.run,
            projectId: 'demo',
            ...life,
            allowedEndpoints: [each.endpoint],
          });
          const expiresAtMs = Math.min(nowMs + each.ttl, life.notAfterMs);
          model.live.push({
            id,
            token,
            runId: each.run,
            endpoint: each.endpoint,
            issuedAtMs: nowMs,
            expiresAtMs,
            ...life,
          });
          known.push(token);
          break;
        }
        case 'use': {
          const token = known.at(-1 - each.which) ?? 'gth_tool_unknown';
          const at = nowMs + each.ahead;
          const expected = model.check(token, at, each.endpoint);
          agree('use', codeOf(registry.validate(token, { endpoint: each.endpoint, nowMs: at })), expected);
          break;
        }
        case 'refresh': {
          const token = known.at(-1 - each.which) ?? 'gth_tool_unknown';
          const expected = model.refresh(token, nowMs, each.ttl);
          const check = registry.refreshToken(token, { ttlMs: each.ttl });
          agree('refresh', codeOf(check), expected);
          const held = model.live.find((one) => one.token === token);
          if (check.ok && held) agree('its end', Date.parse(check.grant.expiresAt), held.expiresAtMs);
          break;
        }
        case 'revoke': {
          const token = known.at(-1 - each.which) ?? 'gth_tool_unknown';
          agree('revoke', registry.revokeToken(token, 'manual'), model.drop((one) => one.token === token) === 1);
          break;
        }
        case 'revokeRun':
          agree(
            'revokeRun',
            registry.revokeRun(each.run, 'manual'),
            model.drop((one) => one.runId === each.run),
          );
          break;
        case 'wait':
          vi.advanceTimersByTime(each.ms);
          model.drop((one) => one.expiresAtMs <= Date.now());
          break;
        case 'restart':
          registry = restart(registry, model);
          break;
      }
      agree(`live tokens after ${each.op}`, registry.activeTokenCount(), model.live.length);
    }
    for (const run of runs)
      agree(run, registry.activeRunTokenCount(run), model.live.filter(({ runId }) => runId === run).length);
    registry.clear();
    vi.clearAllTimers();
  });
  fc.assert(property, { numRuns: 400, seed: 20_261_122 });
  expect(steps).toBeGreaterThanOrEqual(100_000);
}, 60_000);
