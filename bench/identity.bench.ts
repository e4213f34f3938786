/** For whom a call is made and what that principal holds: what asking adds to the rule of the gate, in memory and over Redis. */
import { authorise } from '@/lib/gate/authorise';
import { createRates } from '@/lib/gate/rates';
import type { World } from '@/lib/gate/steps';
import { systemClock } from '@/lib/platform/clock';
import { createLog } from '@/lib/platform/log';
import { openRedis } from '@/lib/platform/redis';
import { bitOf } from '@/lib/privileges/bits';
import { createPrivilegeMasks } from '@/lib/privileges/privilege-index';
import { createLiveRuns } from '@/lib/runs/live-runs';
import { ToolTokenRegistry } from '@/lib/tokens/registry';
import { createEmbeddedTraceStore } from '@/lib/traces/embedded-store';
import { createRedisTraceStore } from '@/lib/traces/redis-store';
import { createTraceService } from '@/lib/traces/traces';
import { quietAudit } from '@/test/support/quiet-audit';
import { startRedis } from '@/test/support/redis';
import { callWith, connector, generous, tool } from '@/test/unit/gate/world';
import { against, alone, ascending, bench, expectThat, percentile } from './support/report';
import { rounds } from './support/rounds';

const records = 50_000;
const callsPerRound = 100_000;
const looksPerRound = 5_000;
const log = createLog('silent');
/** As many names as a record may carry are not the rule: a few are. */
const principal = {
  userId: 'maya',
  platform: 'discord',
  guildId: 'g1',
  channelId: 'c1',
  userAliases: ['maya-old', 'm.lopez', 'maya@example.com'],
};

/** A gate with as many principals and records as a large installation has. */
async function worldOfMany() {
  const live = createLiveRuns();
  const registry = new ToolTokenRegistry();
  const nowMs = systemClock.now();
  const run = live.add({
    ...{
      id: 'run_1',
      kind: 'external',
      projectId: 'p1',
      title: 'Bench',
      principal: { userId: 'ci', platform: 'console' },
    },
    ...{
      cwd: null,
      pluginId: null,
      plugin: null,
      connectors: null,
      command: null,
      startedById: null,
      allowedEndpoints: null,
    },
    ...{ allowedOperations: null, budgetLimitUsd: null, spentUsd: 0, startedAtMs: nowMs, lastActivityMs: nowMs },
    expiresAtMs: nowMs + 3_600_000,
  });
  const { token } = registry.mint({ runId: run.id, projectId: run.projectId, ttlMs: 3_600_000 });
  const privileges = createPrivilegeMasks();
  const store = createEmbeddedTraceStore({ clock: systemClock });
  const traces = createTraceService({ store, audit: quietAudit(), log, ttlSeconds: 3_600 });
  for (let each = 0; each < records; each += 1) {
    privileges.set(
      { userId: `user-${each}`, platform: 'discord' },
      { guildId: null, channelId: null },
      bitOf('GATE_USE'),
    );
    await store.put(`trace-${each}`, { principal: { ...principal, userId: `user-${each}` }, runId: run.id }, 3_600_000);
  }
  await store.put('trace', { principal, runId: run.id }, 3_600_000);
  privileges.set(principal, { guildId: 'g1', channelId: null }, bitOf('FILE_OPS'));
  const echo = connector('files', { limits: generous, tools: new Map([['echo', tool('echo')]]) });
  const guarded = { ...tool('guarded'), privilege: 'FILE_OPS' as const };
  const tools = connector('tools', { limits: generous, tools: new Map([['guarded', guarded]]) });
  const world: World = {
    ...{ nowMs: () => systemClock.now(), registry, live, traces, privileges, rates: createRates(), publicUrl: '' },
    locks: { find: () => undefined },
    plugins: { current: () => undefined },
    connectors: {
      get: (id) => (id === 'tools' ? tools : echo),
      all: () => [echo, tools],
      execute: () => Promise.reject(new Error('not called')),
    },
    held: {
      prepare: () => expectThat(false, 'held') as never,
      open: () => undefined,
      settled: () => Promise.reject(new Error('not called')),
      get: () => Promise.reject(new Error('not called')),
      forRun: () => undefined,
      cancel: async () => undefined,
      cancelRun: async () => 0,
      onSettled: () => undefined,
    },
  };
  return { world, token, close: () => store.close() };
}

await bench(async () => {
  const { world, token, close } = await worldOfMany();
  const redis = await startRedis();
  const link = await openRedis({ url: redis.url, name: 'bench', log });
  try {
    const nowMs = () => performance.now();
    const plain = callWith(token, { to: 'files', tool: 'echo' });
    const named = {
      ...callWith(token, { to: 'tools', tool: 'guarded' }),
      traceId: 'trace',
      claims: { userId: 'mallory' },
    };
    /** Of processor time: what else the machine does is none of the rule's. */
    const microseconds = (request: typeof plain, holds: string) => {
      const started = process.cpuUsage();
      for (let each = 0; each < callsPerRound; each += 1) {
        const verdict = authorise(request, { approvedBy: null }, world, nowMs);
        expectThat(verdict.kind === 'allowed' && verdict.call.principal.userId === holds, 'another principal');
      }
      const { user, system } = process.cpuUsage(started);
      return (user + system) / callsPerRound;
    };
    const rule = await rounds({ gatehouse: () => microseconds(named, 'maya'), peer: () => microseconds(plain, 'ci') });

    await new Promise<void>((resolve) => link.onReady(resolve));
    const store = createRedisTraceStore({ client: link.client, prefix: 'bench:' });
    await store.put('trace', { principal, runId: 'run_1' }, 3_600_000);
    const commands = async () =>
      Number(/cmdstat_get:calls=(\d+)/.exec(String(await link.text.info('commandstats')))?.[1] ?? 0);
    const p50 = async (look: () => Promise<unknown>) => {
      const took: number[] = [];
      for (let each = 0; each < looksPerRound; each += 1) {
        const startedMs = performance.now();
        const found = await look();
        took.push(performance.now() - startedMs);
        expectThat(found !== null, 'no record');
      }
      return percentile(ascending(took), 0.5) * 1_000;
    };
    const before = await commands();
    const overRedis = await rounds({
      gatehouse: () => p50(async () => store.find('trace')),
      peer: () => p50(() => link.client.get('bench:trace')),
    });
    expectThat((await commands()) - before === 2 * 6 * looksPerRound, 'more than one command a look-up');
    const added = rule.gatehouse.map((took, round) => took - (rule.peer[round] ?? 0));
    return {
      rows: [
        alone(
          {
            what: `identity and privileges from a record, added to the rule of the gate, ${records.toLocaleString('en')} records and principals`,
            unit: 'µs of processor time',
            goal: { text: '< 20 µs', meets: (value) => value < 20 },
          },
          added,
        ),
        against({ what: 'record from Redis, read and decoded: one GET, p50', unit: 'µs' }, overRedis.gatehouse, {
          name: 'the same GET alone',
          values: overRedis.peer,
        }),
      ],
    };
  } finally {
    await link.close();
    await close();
    await redis.stop();
  }
});
