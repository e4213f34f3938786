/** What every part of the plugin service works with; made once by `plugins.ts`. */
import type { AuditEvent, AuditLog } from '@/lib/audit/log';
import type { Companion } from '@/lib/audit/record-writer';
import type { Plugin } from '@/lib/contracts/plugins';
import type { Clock } from '@/lib/platform/clock';
import type { Database } from '@/lib/platform/database';
import { AppError } from '@/lib/platform/errors';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import { type InstalledPlugin, type InstalledPlugins, toPlugin } from './installed';

/** A live run, as far as plugins care. */
export interface RunUnderPlugin {
  readonly id: string;
  readonly title: string;
  readonly pluginId: string | null;
  readonly connectors: readonly string[] | null;
}

export interface PluginContext {
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  installed: InstalledPlugins;
  liveRuns: () => readonly RunUnderPlugin[];
  /** Changes happen one after the other: each sees what the one before it left. */
  oneAtATime: <T>(work: () => Promise<T>) => Promise<T>;
}

/** @throws AppError PLUGIN_NOT_FOUND */
export function requirePlugin({ installed }: PluginContext, id: string): InstalledPlugin {
  const plugin = installed.get(id);
  if (!plugin) throw new AppError('PLUGIN_NOT_FOUND', { message: `No such plugin: ${id.slice(0, 64)}.` });
  return plugin;
}

export function shown({ clock, liveRuns }: PluginContext, plugin: InstalledPlugin): Plugin {
  const live = liveRuns().filter(({ pluginId }) => pluginId === plugin.id).length;
  return toPlugin(plugin, { nowMs: clock.now(), liveRuns: live });
}

/** In this order: durable with its row of the record, then true for the gate, then told to every page. */
export async function change(
  context: PluginContext,
  { event, companions, plugin }: { event: AuditEvent; companions: Companion[]; plugin: InstalledPlugin },
): Promise<Plugin> {
  await context.audit.append(event, companions);
  context.installed.set(plugin);
  const wire = shown(context, plugin);
  context.bus.publish({ type: 'plugin.changed', data: { id: plugin.id, plugin: wire } });
  return wire;
}
