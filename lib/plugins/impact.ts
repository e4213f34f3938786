/** What live runs would lose by a revoke or a lower tier, shown before anybody confirms it. */
import type { PluginTier } from '@/lib/contracts/plugins';
import { type PluginContext, type RunUnderPlugin, requirePlugin } from './context';
import { stateOf } from './installed';
import { grantedNow, holds, type PluginState, reachesConnector } from './plugin-state';

export interface ImpactQuestion {
  capabilities?: readonly string[] | undefined;
  tier?: PluginTier | undefined;
}
export interface Impact {
  runs: Array<{ id: string; title: string; callsLastHour: number }>;
}

const hourMs = 60 * 60_000;

/** @throws AppError PLUGIN_NOT_FOUND */
export async function impactOf(context: PluginContext, id: string, question: ImpactQuestion): Promise<Impact> {
  const { clock, db, liveRuns } = context;
  const plugin = requirePlugin(context, id);
  const nowMs = clock.now();
  const before = stateOf(plugin);
  const after: PluginState = {
    ...before,
    tier: question.tier ?? before.tier,
    granted: new Map([...before.granted].filter(([name]) => !question.capabilities?.includes(name))),
  };
  const under = liveRuns().filter(({ pluginId }) => pluginId === id);
  const affected = under.filter((run) => loses(run, before, after, nowMs));
  const calls = await db.toolCall.groupBy({
    by: ['runId', 'connectorId'],
    where: {
      runId: { in: affected.map((run) => run.id) },
      at: { gte: new Date(nowMs - hourMs) },
      status: { not: 'refused' },
    },
    _count: true,
  });
  const lost = (connectorId: string) =>
    reachesConnector(before, connectorId, nowMs) && !reachesConnector(after, connectorId, nowMs);
  return {
    runs: affected.map((run) => ({
      id: run.id,
      title: run.title,
      callsLastHour: calls
        .filter(({ runId, connectorId }) => runId === run.id && lost(connectorId))
        .reduce((sum, { _count }) => sum + _count, 0),
    })),
  };
}

/** A run that lists the connectors it may call loses nothing with one that is not among them. */
function loses(run: RunUnderPlugin, before: PluginState, after: PluginState, nowMs: number): boolean {
  const lostAll = (['connector', 'mcp'] as const).some(
    (kind) => holds(before, kind, nowMs) && !holds(after, kind, nowMs),
  );
  if (lostAll) return true;
  return grantedNow(before, nowMs)
    .filter((capability) => !holds(after, capability, nowMs))
    .some((capability) => {
      const connectorId = /^connector:(.+)$/.exec(capability)?.[1];
      return connectorId === undefined || !run.connectors || run.connectors.includes(connectorId);
    });
}
