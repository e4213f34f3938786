/** Whether a plugin has what it says it cannot work without: asked when a run under it starts. */
import { AppError } from '@/lib/platform/errors';
import { grantedNow, holds, type PluginState } from './plugin-state';

/** @throws AppError CAPABILITIES_REQUIRED with `{required, granted, missing, remediation}`. */
export function requireCapabilities(
  plugin: PluginState,
  required: readonly string[],
  { nowMs, publicUrl }: { nowMs: number; publicUrl: string },
): void {
  const missing = required.filter((capability) => !holds(plugin, capability, nowMs));
  if (missing.length === 0) return;
  const list = missing.join(', ');
  throw new AppError('CAPABILITIES_REQUIRED', {
    message: `The plugin ${plugin.id} requires ${list} and was not granted ${missing.length === 1 ? 'it' : 'them'}. No run was started. Grant ${missing.length === 1 ? 'it' : 'them'} at ${publicUrl}/plugins/${plugin.id}.`,
    details: {
      pluginId: plugin.id,
      required: [...required],
      granted: grantedNow(plugin, nowMs),
      missing,
      remediation: [
        `Open ${publicUrl}/plugins/${plugin.id} and grant ${list}.`,
        `POST /api/plugins/${plugin.id}/trust ${JSON.stringify({ capabilities: missing })}`,
      ],
    },
  });
}
