/** The installed plugins, in memory: what the gate asks on every call. Rebuilt at start, changed with the database. */
import type { Plugin, PluginTier } from '@/lib/contracts/plugins';
import { toIso } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import type { PluginManifest } from './manifest';
import type { PluginIndex, PluginState } from './plugin-state';

export interface InstalledGrant {
  readonly capability: string;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string | null;
  readonly expiresAtMs: number | null;
}

export interface InstalledPlugin {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly tier: PluginTier;
  readonly source: string;
  readonly digest: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly manifest: PluginManifest;
  readonly installedAtMs: number;
  readonly installedBy: string;
  readonly grants: ReadonlyMap<string, InstalledGrant>;
}

export interface InstalledPlugins extends PluginIndex {
  get(id: string): InstalledPlugin | undefined;
  set(plugin: InstalledPlugin): void;
  delete(id: string): void;
  /** By id, ascending. */
  all(): InstalledPlugin[];
}

export function createInstalledPlugins(): InstalledPlugins {
  const plugins = new Map<string, InstalledPlugin>();
  const states = new Map<string, PluginState>();
  return {
    current: (id) => states.get(id),
    get: (id) => plugins.get(id),
    set(plugin) {
      plugins.set(plugin.id, plugin);
      states.set(plugin.id, stateOf(plugin));
    },
    delete(id) {
      plugins.delete(id);
      states.delete(id);
    },
    all: () => [...plugins.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

export function stateOf({ id, name, version, digest, tier, grants }: InstalledPlugin): PluginState {
  const granted = [...grants.values()].map(({ capability, expiresAtMs }): [string, number] => [
    capability,
    expiresAtMs ?? Number.POSITIVE_INFINITY,
  ]);
  return { id, name, version, digest, tier, granted: new Map(granted) };
}

export async function loadInstalled(db: Database, into: InstalledPlugins): Promise<void> {
  const rows = await db.plugin.findMany({ where: { removedAt: null }, include: { grants: true } });
  for (const row of rows) {
    const { id, name, version, description, source, digest, installedBy } = row;
    const grants = row.grants.map((grant): [string, InstalledGrant] => [
      grant.capability,
      {
        capability: grant.capability,
        by: grant.by,
        atMs: grant.at.getTime(),
        reason: grant.reason,
        expiresAtMs: grant.expiresAt?.getTime() ?? null,
      },
    ]);
    into.set({
      ...{ id, name, version, description, source, digest, installedBy },
      tier: row.tier as PluginTier,
      required: JSON.parse(row.required) as string[],
      optional: JSON.parse(row.optional) as string[],
      manifest: JSON.parse(row.manifest) as PluginManifest,
      installedAtMs: row.installedAt.getTime(),
      grants: new Map(grants),
    });
  }
}

/** As the wire has it: without grants whose end has come. */
export function toPlugin(plugin: InstalledPlugin, { nowMs, liveRuns }: { nowMs: number; liveRuns: number }): Plugin {
  const { id, name, version, description, tier, source, digest, required, optional, installedBy } = plugin;
  const grants = [...plugin.grants.values()]
    .filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
    .sort((a, b) => (a.capability < b.capability ? -1 : 1));
  return {
    ...{ id, name, version, description, tier, source, digest, installedBy, liveRuns },
    capabilities: { required: [...required], optional: [...optional] },
    capabilitiesGranted: grants.map(({ capability }) => capability),
    grants: grants.map(({ capability, by, atMs, reason, expiresAtMs }) => ({
      ...{ capability, by, reason },
      at: toIso(atMs),
      expiresAt: expiresAtMs === null ? null : toIso(expiresAtMs),
    })),
    startable: plugin.manifest.command !== undefined,
    installedAt: toIso(plugin.installedAtMs),
  };
}
