/**
 * Random grants, tiers, locks, approvals, revokes and calls against a model that a reader can check by eye: the rule of the gate
 * as sets and one function, without any of the gate's means.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { HeldCalls } from '@/lib/approvals/held-calls';
import type { Lock } from '@/lib/contracts/locks';
import type { PluginTier } from '@/lib/contracts/plugins';
import { authorise } from '@/lib/gate/authorise';
import { createRates } from '@/lib/gate/rates';
import type { World } from '@/lib/gate/steps';
import type { PluginState } from '@/lib/plugins/plugin-state';
import { createLiveRuns } from '@/lib/runs/live-runs';
import { ToolTokenRegistry } from '@/lib/tokens/registry';
import { covers } from '@/test/requirements';
import { manualClock } from '@/test/support/manual-clock';
import { callWith, connector } from './world';

covers('gate.rule-model');

const runIds = ['run_a', 'run_b', 'run_c'] as const;
const pluginIds = ['p', 'q'] as const;
const connectorIds = ['files', 'mail'] as const;
const toolNames = ['echo', 'write', 'off'] as const;
const pluginOf = { run_a: 'p', run_b: 'q', run_c: null } as const;
const userOf = { run_a: 'dana', run_b: 'lea', run_c: 'dana' } as const;
const lockable = [
  'user dana',
  'user lea',
  'plugin p',
  'plugin q',
  'project p1',
  'connector files',
  'connector mail',
] as const;

type RunId = (typeof runIds)[number];
type Step =
  | { kind: 'grant'; plugin: string; capability: string; seconds: number | null }
  | { kind: 'ungrant'; plugin: string; capability: string }
  | { kind: 'tier'; plugin: string; tier: PluginTier }
  | { kind: 'lock'; target: string; seconds: number | null }
  | { kind: 'unlock'; target: string }
  | { kind: 'approve'; run: RunId; connector: string; tool: string }
  | { kind: 'endToken'; run: RunId }
  | { kind: 'endRun'; run: RunId }
  | { kind: 'wait'; seconds: number }
  | { kind: 'call'; run: RunId; connector: string; tool: string; approvedBy: string | null };

const capability = fc.constantFrom('connector', 'connector:files', 'connector:mail', 'network');
const end = fc.option(fc.integer({ min: 1, max: 60 }));
const anyRun = fc.constantFrom(...runIds);
const anyPlugin = fc.constantFrom(...pluginIds);
const anyLock = fc.constantFrom(...lockable);
const asked = {
  run: anyRun,
  connector: fc.constantFrom(...connectorIds, 'ghost'),
  tool: fc.constantFrom(...toolNames, 'none'),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      ...asked,
      approvedBy: fc.option(fc.constant('ines'), { freq: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), plugin: anyPlugin, capability, seconds: end }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ungrant' as const), plugin: anyPlugin, capability }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('tier' as const),
      plugin: anyPlugin,
      tier: fc.constantFrom('bundled', 'trusted', 'restricted', 'restricted'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lock' as const), target: anyLock, seconds: end }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unlock' as const), target: anyLock }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('approve' as const), ...asked }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('endToken' as const, 'endRun' as const), run: anyRun }) },
);

/** The rules, as sets: each ends at a time, or never. */
class Model {
  now = 0;
  readonly granted = new Map<string, number>();
  readonly locked = new Map<string, number>();
  readonly tier = new Map<string, PluginTier>(pluginIds.map((id) => [id, 'restricted']));
  readonly approvedForRun = new Set<string>();
  readonly noToken = new Set<string>();
  readonly ended = new Set<string>();

  has(map: Map<string, number>, key: string): boolean {
    return (map.get(key) ?? 0) > this.now;
  }

  says({ run, connector: id, tool, approvedBy }: Extract<Step, { kind: 'call' }>): string {
    const plugin = pluginOf[run];
    if (this.noToken.has(run)) return 'TOOL_TOKEN_INVALID';
    if (this.ended.has(run)) return 'RUN_NOT_ACTIVE';
    const subjects = [`user ${userOf[run]}`, 'project p1', ...(plugin ? [`plugin ${plugin}`] : [])];
    if (subjects.some((subject) => this.has(this.locked, subject))) return 'LOCKED';
    if (plugin && this.tier.get(plugin) === 'restricted') {
      const reaches =
        this.has(this.granted, `${plugin} connector`) || this.has(this.granted, `${plugin} connector:${id}`);
      if (!reaches) return 'CONNECTOR_NOT_GRANTED';
    }
    if (this.has(this.locked, `connector ${id}`)) return 'LOCKED';
    if (id === 'ghost') return 'CONNECTOR_NOT_FOUND';
    if (tool === 'none') return 'CONNECTOR_TOOL_NOT_FOUND';
    if (tool === 'off') return 'CONNECTOR_SAFETY_DENIED';
    if (tool === 'echo' || approvedBy || this.approvedForRun.has(`${run} ${id} ${tool}`)) return 'allowed';
    return 'held';
  }

  apply(step: Exclude<Step, { kind: 'call' }>): void {
    const until = 'seconds' in step && step.seconds !== null ? this.now + step.seconds : Number.POSITIVE_INFINITY;
    if (step.kind === 'grant') this.granted.set(`${step.plugin} ${step.capability}`, until);
    else if (step.kind === 'ungrant') this.granted.delete(`${step.plugin} ${step.capability}`);
    else if (step.kind === 'tier') this.tier.set(step.plugin, step.tier);
    else if (step.kind === 'lock') this.locked.set(step.target, until);
    else if (step.kind === 'unlock') this.locked.delete(step.target);
    else if (step.kind === 'approve') this.approvedForRun.add(`${step.run} ${step.connector} ${step.tool}`);
    else if (step.kind === 'wait') this.now += step.seconds;
    else if (step.kind === 'endToken') this.noToken.add(step.run);
    else this.ended.add(step.run);
  }
}

/** What the gate itself stands on. */
function gateOf() {
  const clock = manualClock(0);
  const registry = new ToolTokenRegistry({ clock });
  const live = createLiveRuns();
  const plugins = new Map<string, PluginState & { granted: Map<string, number> }>(
    pluginIds.map((id) => [id, { id, name: id, version: '1', digest: '', tier: 'restricted', granted: new Map() }]),
  );
  const locks = new Map<string, Lock & { endsAtMs: number }>();
  const forRun = new Set<string>();
  const connectors = new Map(connectorIds.map((id) => [id as string, connector(id)]));
  const held: Pick<HeldCalls, 'forRun'> = {
    forRun: (...key) => (forRun.has(key.join(' ')) ? { id: 'apr_1', decidedBy: 'ines' } : undefined),
  };
  const tokens = new Map(runIds.map((id) => [id, registry.mint({ runId: id, projectId: 'p1', ttlMs: 1e12 }).token]));
  for (const id of runIds) {
    live.add({
      id,
      kind: 'external',
      projectId: 'p1',
      title: id,
      principal: { userId: userOf[id], platform: 'slack' },
      pluginId: pluginOf[id],
      cwd: null,
      plugin: null,
      connectors: null,
      command: null,
      startedById: null,
      allowedEndpoints: null,
      allowedOperations: null,
      budgetLimitUsd: null,
      spentUsd: 0,
      startedAtMs: 0,
      expiresAtMs: 1e12,
      lastActivityMs: 0,
    });
  }
  const world: World = {
    nowMs: () => clock.now(),
    registry,
    live,
    locks: {
      find: ({ userIds = [], pluginId, projectId, connectorId }) => {
        const wanted = [
          ...userIds.map((id) => `user ${id}`),
          `plugin ${pluginId}`,
          `project ${projectId}`,
          `connector ${connectorId}`,
        ];
        return [...locks.values()].find(
          (lock) => lock.endsAtMs > clock.now() && wanted.includes(`${lock.target.kind} ${lock.target.id}`),
        );
      },
    },
    traces: { find: () => null },
    privileges: { of: () => 0n },
    plugins: { current: (id) => plugins.get(id) },
    connectors: {
      get: (id) => connectors.get(id),
      all: () => [...connectors.values()],
      execute: () => Promise.reject(new Error('not called')),
    },
    held: held as HeldCalls,
    rates: createRates(),
    publicUrl: '',
  };
  return {
    call({ run, connector: to, tool, approvedBy }: Extract<Step, { kind: 'call' }>): string {
      const verdict = authorise(callWith(tokens.get(run) ?? '', { to, tool }), { approvedBy }, world, () => 0);
      return verdict.kind === 'refused' ? verdict.error.code : verdict.kind;
    },
    apply(step: Exclude<Step, { kind: 'call' }>): void {
      const endsAtMs =
        'seconds' in step && step.seconds !== null ? clock.now() + step.seconds * 1_000 : Number.POSITIVE_INFINITY;
      const plugin = 'plugin' in step ? plugins.get(step.plugin) : undefined;
      if (step.kind === 'grant') plugin?.granted.set(step.capability, endsAtMs);
      else if (step.kind === 'ungrant') plugin?.granted.delete(step.capability);
      else if (step.kind === 'tier' && plugin) plugins.set(plugin.id, { ...plugin, tier: step.tier });
      else if (step.kind === 'lock') {
        const [kind, id = ''] = step.target.split(' ');
        locks.set(step.target, {
          id: '',
          target: { kind: kind as Lock['target']['kind'], id },
          message: '',
          createdBy: '',
          createdAt: '',
          expiresAt: null,
          endsAtMs,
        });
      } else if (step.kind === 'unlock') locks.delete(step.target);
      else if (step.kind === 'approve') forRun.add(`${step.run} ${step.connector} ${step.tool}`);
      else if (step.kind === 'wait') clock.advance(step.seconds * 1_000);
      else if (step.kind === 'endToken') registry.revokeRun(step.run, 'manual');
      else if (step.kind === 'endRun') {
        const run = live.get(step.run);
        if (run) run.acceptsCalls = false;
      }
    },
    close: () => registry.clear(),
  };
}

let steps = 0;
const seen = new Set<string>();

it('agrees with the model over a hundred thousand random steps', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 100, maxLength: 300, size: 'max' }), (walk) => {
      const model = new Model();
      const gate = gateOf();
      try {
        for (const each of walk) {
          steps += 1;
          if (each.kind === 'call') {
            const [said, expected] = [gate.call(each), model.says(each)];
            seen.add(said);
            if (said !== expected)
              throw new Error(`${JSON.stringify(each)}: the gate says ${said}, the model ${expected}.`);
          } else {
            gate.apply(each);
            model.apply(each);
          }
        }
      } finally {
        gate.close();
      }
    }),
    { numRuns: 600 },
  );
  expect(steps).toBeGreaterThan(100_000);
});

// A walk that never gets anywhere would agree with everything.
afterAll(() => {
  expect([...seen].sort()).toEqual([
    'CONNECTOR_NOT_FOUND',
    'CONNECTOR_NOT_GRANTED',
    'CONNECTOR_SAFETY_DENIED',
    'CONNECTOR_TOOL_NOT_FOUND',
    'LOCKED',
    'RUN_NOT_ACTIVE',
    'TOOL_TOKEN_INVALID',
    'allowed',
    'held',
  ]);
});
