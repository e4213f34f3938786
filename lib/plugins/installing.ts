/** How a plugin comes and goes: from a local folder by an admin, or shipped with Gatehouse. */
import type { Companion } from '@/lib/audit/record-writer';
import type { Plugin, PluginPreview, PluginTier } from '@/lib/contracts/plugins';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import { AppError } from '@/lib/platform/errors';
import { change, type PluginContext, requirePlugin } from './context';
import type { PluginCopies } from './copies';
import { invalidManifest, type PluginFolder, readPluginFolder } from './folder';
import type { InstalledGrant, InstalledPlugin } from './installed';
import { endGrant, removePlugin, saveGrant, savePlugin } from './plugin-tables';
import { keptOnUpgrade } from './upgrade';

interface InstallRequest {
  source: { path: string };
  /** What was looked at. */
  digest?: string | undefined;
}

export interface Installer {
  preview(request: InstallRequest): Promise<PluginPreview>;
  /** @throws AppError INVALID_MANIFEST, DIGEST_CHANGED; then nothing is installed. */
  install(request: InstallRequest, by: Actor): Promise<Plugin>;
  /**
   * Ends no run: live runs under it go on, and the gate refuses their calls from now on. What is shipped stays.
   * @throws AppError PLUGIN_NOT_FOUND, BUNDLED
   */
  remove(id: string, by: Actor): Promise<void>;
  /** Installs or updates what is shipped. */
  ensureBundled(folder: string): Promise<void>;
}

/**
 * The tier and the grants that what is shipped starts with. Both are an admin's to change from then on, and kept when a newer
 * Gatehouse brings newer files.
 */
const shippedWith: Record<string, { tier: PluginTier; granted: string[] }> = {
  demo: { tier: 'restricted', granted: ['connector:files'] },
};
const shippedDefault: { tier: PluginTier; granted: string[] } = { tier: 'bundled', granted: [] };

export function createInstaller({ context, copies }: { context: PluginContext; copies: PluginCopies }): Installer {
  const { installed, clock, oneAtATime } = context;

  function requireInstallable({ manifest, digest }: PluginFolder, request: InstallRequest): void {
    const problems: string[] = [];
    if (installed.get(manifest.id)?.source === 'bundled')
      problems.push(`id: "${manifest.id}" is shipped with Gatehouse. Choose another id.`);
    if (manifest.connectors && Object.keys(manifest.connectors).length > 0)
      problems.push(
        'connectors: a plugin from a folder cannot bring connectors. Add them on the page Connectors, and ask for "connector:<id>".',
      );
    if (problems.length > 0) throw invalidManifest(problems);
    if (request.digest !== undefined && request.digest !== digest)
      throw new AppError('DIGEST_CHANGED', { details: { looked: request.digest, found: digest } });
  }

  async function store(
    folder: PluginFolder,
    plugin: Omit<InstalledPlugin, keyof ReturnType<typeof described>>,
    by: Actor,
  ) {
    const before = installed.get(folder.manifest.id);
    const after: InstalledPlugin = { ...described(folder), ...plugin };
    const dropped = [...(before?.grants.keys() ?? [])].filter((capability) => !after.grants.has(capability)).sort();
    const added = [...after.grants.values()].filter(({ capability }) => !before?.grants.has(capability));
    const companions: Companion[] = [
      savePlugin(after),
      ...dropped.map((capability) => endGrant(after.id, capability)),
      ...added.map((grant) => saveGrant(after.id, grant)),
    ];
    const { id, version, digest, tier, required, source } = after;
    const granted = [...after.grants.keys()].sort();
    const from = before ? { version: before.version, digest: before.digest, tier: before.tier } : null;
    return change(context, {
      event: {
        actor: actorName(by),
        action: before ? 'plugin.upgrade' : 'plugin.install',
        target: `plugin:${id}`,
        data: { version, digest, tier, source, required, granted, dropped, from },
      },
      companions,
      plugin: after,
    });
  }

  return {
    async preview(request) {
      const folder = await readPluginFolder(request.source.path);
      requireInstallable(folder, request);
      const { manifest, digest, files, bytes } = folder;
      const { id, name, version, description, capabilities } = manifest;
      const before = installed.get(id);
      const { required } = capabilities;
      return {
        ...{ id, name, version, description, digest, bytes, capabilities },
        files: files.length,
        connectors: Object.keys(manifest.connectors ?? {}).sort(),
        replaces: before
          ? {
              version: before.version,
              digest: before.digest,
              dropsGrants: keptOnUpgrade(before, { digest, required }).dropped,
            }
          : null,
      };
    },

    install: (request, by) =>
      oneAtATime(async () => {
        const staged = await copies.stage(request.source.path);
        try {
          requireInstallable(staged, request);
          await staged.keep();
          const { required } = staged.manifest.capabilities;
          const before = installed.get(staged.manifest.id);
          const { tier, grants } = before
            ? keptOnUpgrade(before, { digest: staged.digest, required })
            : { tier: 'restricted' as const, grants: new Map<string, InstalledGrant>() };
          const source = request.source.path;
          return await store(staged, { tier, grants, source, ...installedNow(by) }, by);
        } finally {
          await staged.discard();
        }
      }),

    remove: (id, by) =>
      oneAtATime(async () => {
        const plugin = requirePlugin(context, id);
        if (plugin.source === 'bundled')
          throw new AppError('BUNDLED', {
            message: `The plugin ${id} is shipped with Gatehouse and stays. Revoke its grants, lower its tier, or lock it.`,
          });
        const { version, digest, tier, grants } = plugin;
        const revoked = [...grants.keys()].sort();
        await context.audit.append(
          {
            actor: actorName(by),
            action: 'plugin.remove',
            target: `plugin:${id}`,
            data: { version, digest, tier, revoked },
          },
          [removePlugin(id, clock.now()), ...revoked.map((capability) => endGrant(id, capability))],
        );
        installed.delete(id);
        context.bus.publish({ type: 'plugin.changed', data: { id, plugin: null } });
      }),

    ensureBundled: (path) =>
      oneAtATime(async () => {
        const staged = await copies.stage(path);
        try {
          const { id, capabilities } = staged.manifest;
          const before = installed.get(id);
          await staged.keep();
          if (before?.digest === staged.digest && before.source === 'bundled') return;
          const mine = before?.source === 'bundled' ? before : undefined;
          const { tier, granted } = shippedWith[id] ?? shippedDefault;
          const kept = mine
            ? keptOnUpgrade(mine, { digest: staged.digest, required: capabilities.required })
            : { tier, grants: new Map(granted.map((capability) => [capability, shippedGrant(capability)])) };
          const more = { tier: kept.tier, grants: kept.grants, source: 'bundled', ...installedNow(serverActor) };
          await store(staged, more, serverActor);
        } finally {
          await staged.discard();
        }
      }),
  };

  function installedNow(by: Actor) {
    return { installedAtMs: clock.now(), installedBy: actorLabel(by) };
  }

  function shippedGrant(capability: string): InstalledGrant {
    const reason = 'Shipped with Gatehouse, so that the demo run works.';
    return { capability, by: actorLabel(serverActor), atMs: clock.now(), reason, expiresAtMs: null };
  }
}

/** What the folder itself says. */
function described({ manifest, digest }: PluginFolder) {
  const { id, name, version, description, capabilities } = manifest;
  return { id, name, version, description, digest, manifest, ...capabilities };
}
