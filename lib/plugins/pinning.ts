/** What a run that starts takes from its plugin: a frozen snapshot for the record, and the command of the manifest. */
import { join } from 'node:path';
import type { PluginTier } from '@/lib/contracts/plugins';
import { AppError } from '@/lib/platform/errors';
import { newId } from '@/lib/platform/ids';
import { type PluginContext, requirePlugin } from './context';
import type { PluginCopies } from './copies';
import { type InstalledPlugin, stateOf } from './installed';
import { grantedNow } from './plugin-state';
import { requireCapabilities } from './required';

/** The gate asks the plugin's current state on every call; this is what it was when the run began. */
export interface PluginPin {
  readonly id: string;
  readonly snapshotId: string;
  readonly version: string;
  readonly tier: PluginTier;
  readonly digest: string;
  readonly granted: readonly string[];
}

export interface PluginLaunch {
  /** As the manifest has it, for people. */
  command: string[];
  /** With the files of the plugin in their place. */
  argv: string[];
  env: Record<string, string>;
}

export interface PluginPinning {
  /** @throws AppError PLUGIN_NOT_FOUND, CAPABILITIES_REQUIRED. */
  pin(id: string): Promise<PluginPin>;
  /** What was pinned, for a run that outlived a restart. */
  pinOf(snapshotId: string): Promise<PluginPin | null>;
  /** @throws AppError BAD_REQUEST where the manifest has no command, RUN_START_FAILED for altered files. */
  launchOf(id: string): Promise<PluginLaunch>;
}

export interface PinningOptions {
  context: PluginContext;
  copies: PluginCopies;
  publicUrl: string;
  /** The Node that runs Gatehouse: what `node` means in a manifest, so that no PATH decides. */
  nodePath: string;
  /** What `{files}` means in a manifest. */
  filesDir: string;
}

export function createPinning({ context, copies, publicUrl, nodePath, filesDir }: PinningOptions): PluginPinning {
  const { db, clock } = context;

  async function snapshot(plugin: InstalledPlugin): Promise<PluginPin> {
    const { id: pluginId, version, digest, tier } = plugin;
    const granted = grantedNow(stateOf(plugin), clock.now());
    const same = { pluginId, version, digest, tier, granted: JSON.stringify(granted) };
    const known = await db.pluginSnapshot.findFirst({ where: same, select: { id: true } });
    const snapshotId = known?.id ?? newId('snap');
    if (!known) await db.pluginSnapshot.create({ data: { id: snapshotId, ...same, at: new Date(clock.now()) } });
    return { id: pluginId, snapshotId, version, tier, digest, granted };
  }

  return {
    async pin(id) {
      const plugin = requirePlugin(context, id);
      requireCapabilities(stateOf(plugin), plugin.required, { nowMs: clock.now(), publicUrl });
      return snapshot(plugin);
    },

    async pinOf(snapshotId) {
      const row = await db.pluginSnapshot.findUnique({ where: { id: snapshotId } });
      if (!row) return null;
      const { pluginId: id, version, digest } = row;
      const granted = JSON.parse(row.granted) as string[];
      return { id, snapshotId, version, digest, tier: row.tier as PluginTier, granted };
    },

    async launchOf(id) {
      const plugin = requirePlugin(context, id);
      const { command, env = {} } = plugin.manifest;
      if (!command)
        throw new AppError('BAD_REQUEST', {
          message: `command: required, as the plugin ${id} has no command of its own. Give a list: the program, then its arguments.`,
        });
      await copies.requireIntact(plugin);
      const folder = copies.folderOf(plugin);
      const [program = '', ...args] = command.map((text) => inPlace(text, { folder, filesDir }));
      return { command, argv: [program === 'node' ? nodePath : program, ...args], env };
    },
  };
}

/** `./x` is a file of the plugin's installed copy, `{files}` the folder of the connector `files`. */
export function inPlace(text: string, { folder, filesDir }: { folder: string; filesDir: string }): string {
  if (text === '{files}') return filesDir;
  return text.startsWith('./') ? join(folder, text) : text;
}
