/** What the start of a run asks of plugins and locks, before anything of the run exists. */
import type { StartRunBody } from '@/lib/contracts/runs';
import type { LockIndex } from '@/lib/locks/lock-index';
import { lockedError } from '@/lib/locks/locked';
import type { Actor } from '@/lib/platform/actor';
import type { PluginPin, PluginPinning } from '@/lib/plugins/pinning';

export interface UnderPlugin {
  pin: PluginPin | null;
  /** The body with the plugin's command and variables where it has none of its own: what is started. */
  launched: StartRunBody;
  /** The same as people read it, without the place of the plugin's files. */
  shown: StartRunBody;
}

/** @throws AppError PLUGIN_NOT_FOUND, CAPABILITIES_REQUIRED, BAD_REQUEST, RUN_START_FAILED; then nothing was started. */
export async function underPlugin(body: StartRunBody, plugins: PluginPinning): Promise<UnderPlugin> {
  if (body.pluginId === undefined) return { pin: null, launched: body, shown: body };
  const pin = await plugins.pin(body.pluginId);
  if (body.kind !== 'pty' || body.command) return { pin, launched: body, shown: body };
  const { command, argv, env } = await plugins.launchOf(body.pluginId);
  const started = { ...body, env: { ...env, ...body.env } };
  return { pin, launched: { ...started, command: argv }, shown: { ...started, command } };
}

/** @throws AppError LOCKED with the lock's own message. */
export function requireUnlocked(body: StartRunBody, by: Actor, locks: LockIndex): void {
  const lock = locks.find({
    userIds: [body.principal.userId, ...(body.principal.userAliases ?? [])],
    pluginId: body.pluginId,
    projectId: body.projectId,
    operatorId: by.kind === 'operator' ? by.id : null,
  });
  if (lock) throw lockedError(lock);
}
