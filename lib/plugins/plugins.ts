/**
 * Plugins: installed from a folder, looked at before, trusted by people. What is installed is a copy under its digest, so
 * what was looked at is what runs. Each change is on the record in the same commit, then true for the gate.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditLog } from '@/lib/audit/log';
import type { Page } from '@/lib/contracts/common';
import type { ConnectorTransport } from '@/lib/contracts/connectors';
import type { Plugin, PluginPreview } from '@/lib/contracts/plugins';
import type { Clock } from '@/lib/platform/clock';
import { decodeCursor, pageFrom } from '@/lib/platform/cursor';
import type { Database } from '@/lib/platform/database';
import type { EventBus } from '@/lib/platform/event-bus';
import type { Log } from '@/lib/platform/log';
import { createOneAtATime } from '@/lib/platform/one-at-a-time';
import { type PluginContext, type RunUnderPlugin, requirePlugin, shown } from './context';
import { createPluginCopies } from './copies';
import { type Impact, type ImpactQuestion, impactOf } from './impact';
import { createInstalledPlugins, loadInstalled } from './installed';
import { createInstaller, type Installer } from './installing';
import { createPinning, inPlace, type PluginPinning } from './pinning';
import type { PluginIndex } from './plugin-state';
import { createTrust, type Trust } from './trust';

export interface PluginService extends Omit<Trust, 'close'>, PluginPinning, Pick<Installer, 'install' | 'remove'> {
  readonly index: PluginIndex;
  /** By id, ascending. */
  list(page: { limit: number; cursor?: string | undefined }): Page<Plugin>;
  /** @throws AppError PLUGIN_NOT_FOUND */
  get(id: string): Plugin;
  /** What a folder holds, and what installing it would ask for again. @throws AppError INVALID_MANIFEST, DIGEST_CHANGED */
  preview(body: { source: { path: string }; digest?: string | undefined }): Promise<PluginPreview>;
  /** @throws AppError PLUGIN_NOT_FOUND */
  impact(id: string, question: ImpactQuestion): Promise<Impact>;
  /** The connectors of what is shipped with Gatehouse: they exist always. */
  bundledConnectors(): Array<{ id: string; name: string; transport: ConnectorTransport }>;
  close(): void;
}

export interface PluginServiceOptions {
  dataDir: string;
  publicUrl: string;
  /** Where the plugins that are shipped with Gatehouse are, a folder each. */
  bundledDir: string;
  nodePath: string;
  db: Database;
  audit: AuditLog;
  bus: EventBus;
  clock: Clock;
  log: Log;
  liveRuns: () => readonly RunUnderPlugin[];
}

/** Loads what is installed, brings what is shipped up to date, then answers from memory. */
export async function createPluginService(options: PluginServiceOptions): Promise<PluginService> {
  const { dataDir, publicUrl, bundledDir, nodePath, db, audit, bus, clock, log, liveRuns } = options;
  const installed = createInstalledPlugins();
  const context: PluginContext = { db, audit, bus, clock, log, installed, liveRuns, oneAtATime: createOneAtATime() };
  const copies = createPluginCopies(dataDir);
  const filesDir = join(dataDir, 'files');
  const trust = createTrust(context);
  const pinning = createPinning({ context, copies, publicUrl, nodePath, filesDir });

  await loadInstalled(db, installed);
  const shippedFolders = await readdir(bundledDir, { withFileTypes: true }).catch(() => []);
  const shipped = shippedFolders.filter((entry) => entry.isDirectory()).map(({ name }) => join(bundledDir, name));
  const installer = createInstaller({ context, copies });
  for (const folder of shipped.sort()) await installer.ensureBundled(folder);
  await copies.sweep(installed.all());
  await trust.expireDue();

  return {
    index: installed,
    trust: trust.trust,
    setTier: trust.setTier,
    expireDue: trust.expireDue,
    ...pinning,
    install: installer.install,
    preview: installer.preview,
    remove: installer.remove,
    close: trust.close,
    get: (id) => shown(context, requirePlugin(context, id)),
    impact: (id, question) => impactOf(context, id, question),

    list({ limit, cursor }) {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor);
      const rows = installed.all().filter(({ id }) => after === undefined || id > String(after));
      return pageFrom(rows, limit, { cursor: ({ id }) => [id], item: (plugin) => shown(context, plugin) });
    },

    bundledConnectors: () =>
      installed
        .all()
        .filter(({ source }) => source === 'bundled')
        .flatMap((plugin) =>
          Object.entries(plugin.manifest.connectors ?? {}).map(([id, { name, transport }]) => ({
            id,
            name,
            transport: placed(transport, copies.folderOf(plugin)),
          })),
        ),
  };

  function placed(transport: ConnectorTransport, folder: string): ConnectorTransport {
    if (transport.kind === 'http') return transport;
    const place = (text: string) => inPlace(text, { folder, filesDir });
    const command = transport.command === 'node' ? nodePath : place(transport.command);
    return { ...transport, command, args: (transport.args ?? []).map(place) };
  }
}
