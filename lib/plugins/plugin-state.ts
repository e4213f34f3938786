/** What the gate asks of a plugin on every call: its state now, never the one a run was started with. */
import type { PluginTier } from '@/lib/contracts/plugins';

export interface PluginState {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly tier: PluginTier;
  /** Capability → when the grant ends in epoch milliseconds; infinity for one without an end. */
  readonly granted: ReadonlyMap<string, number>;
}

/** In memory, rebuilt at start and changed with the database: a look-up costs nothing. */
export interface PluginIndex {
  /** Undefined for one that is not installed (any more). */
  current(id: string): PluginState | undefined;
}

/** `bundled` and `trusted` reach every connector; `restricted` reaches what was granted: all, or this one by name. */
export function reachesConnector(plugin: PluginState, connectorId: string, nowMs: number): boolean {
  if (plugin.tier !== 'restricted') return true;
  const live = (capability: string) => (plugin.granted.get(capability) ?? 0) > nowMs;
  return live('connector') || live(`connector:${connectorId}`);
}

/** Sorted, without those that have expired. */
export function grantedNow(plugin: PluginState, nowMs: number): string[] {
  return [...plugin.granted]
    .filter(([, endsAtMs]) => endsAtMs > nowMs)
    .map(([capability]) => capability)
    .sort();
}

/** Whether it has a capability, by its tier, by a grant of its name, or by one of the coarse kind. */
export function holds(plugin: PluginState, capability: string, nowMs: number): boolean {
  const live = (name: string) => (plugin.granted.get(name) ?? 0) > nowMs;
  if (live(capability)) return true;
  const kind = /^(connector|mcp)(?::|$)/.exec(capability)?.[1];
  return kind !== undefined && (plugin.tier !== 'restricted' || live(kind));
}
