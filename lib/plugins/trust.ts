/**
 * Who may do what, changed by people: a grant is the sorted union, a revoke the difference, one bad entry refuses the whole
 * call, and the tier changes only by itself. The gate reads the result on the very next call of every live run.
 */
import type { AuditEvent } from '@/lib/audit/log';
import { isCapability, type Plugin, type PluginTier, type TrustBody } from '@/lib/contracts/plugins';
import { type Actor, actorLabel, actorName, serverActor } from '@/lib/platform/actor';
import { maxTimerMs, toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { change, type PluginContext, requirePlugin } from './context';
import type { InstalledGrant, InstalledPlugin } from './installed';
import { endGrant, saveGrant, setTier } from './plugin-tables';

export interface TrustResult {
  ok: true;
  id: string;
  action: 'grant' | 'revoke';
  capabilitiesGranted: string[];
  plugin: Plugin;
}

export interface Trust {
  /** @throws AppError PLUGIN_NOT_FOUND, NO_CAPABILITIES, INVALID_CAPABILITY, DIGEST_CHANGED; then nothing is changed. */
  trust(id: string, body: TrustBody, by: Actor): Promise<TrustResult>;
  /** @throws AppError PLUGIN_NOT_FOUND, BAD_REQUEST for `bundled` on what was not shipped. */
  setTier(id: string, body: { tier: PluginTier; reason: string }, by: Actor): Promise<Plugin>;
  /** Takes grants away whose end has come: the gate refused them already, this tells the record and the pages. */
  expireDue(): Promise<void>;
  close(): void;
}

const retryMs = 60_000;

export function createTrust(context: PluginContext): Trust {
  const { clock, log, installed, oneAtATime } = context;
  let timer: NodeJS.Timeout | undefined;

  function arm(atLeastMs = 0): void {
    clearTimeout(timer);
    const ends = installed
      .all()
      .flatMap(({ grants }) => [...grants.values()].flatMap((grant) => grant.expiresAtMs ?? []));
    if (ends.length === 0) return;
    const waitMs = Math.max(Math.min(...ends) - clock.now(), atLeastMs, 1);
    timer = setTimeout(() => void expireDue(), Math.min(waitMs, maxTimerMs)).unref();
  }

  async function expireDue(): Promise<void> {
    try {
      await oneAtATime(async () => {
        for (const plugin of installed.all()) await expireOf(plugin);
      });
      arm();
    } catch (error) {
      log.error({ err: error }, 'grants that ended could not be written; the gate refuses them all the same');
      arm(retryMs);
    }
  }

  async function expireOf(plugin: InstalledPlugin): Promise<void> {
    const nowMs = clock.now();
    const over = [...plugin.grants.values()].filter(({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs <= nowMs);
    if (over.length === 0) return;
    const capabilities = over.map(({ capability }) => capability).sort();
    await change(context, {
      event: { ...eventOf('plugin.grant_expire', plugin, serverActor), data: { capabilities, digest: plugin.digest } },
      companions: capabilities.map((capability) => endGrant(plugin.id, capability)),
      plugin: { ...plugin, grants: without(plugin.grants, capabilities) },
    });
  }

  return {
    expireDue,
    close: () => clearTimeout(timer),

    trust: (id, body, by) =>
      oneAtATime(async () => {
        const plugin = requirePlugin(context, id);
        const capabilities = requireCapabilityNames(body);
        if (body.digest !== undefined && body.digest !== plugin.digest)
          throw new AppError('DIGEST_CHANGED', {
            details: { looked: body.digest, installed: plugin.digest, version: plugin.version },
          });
        const { action } = body;
        const changed = action === 'grant' ? grantAll(plugin, capabilities, body, by) : revokeAll(plugin, capabilities);
        const wire = await change(context, {
          event: {
            ...eventOf(`plugin.${action}`, plugin, by),
            data: {
              capabilities,
              reason: body.reason ?? null,
              expiresAt: changed.expiresAtMs === null ? null : toIso(changed.expiresAtMs),
              tier: plugin.tier,
              version: plugin.version,
              digest: plugin.digest,
            },
          },
          companions: changed.companions,
          plugin: { ...plugin, grants: changed.grants },
        });
        arm();
        return { ok: true, id, action, capabilitiesGranted: wire.capabilitiesGranted, plugin: wire };
      }),

    setTier: (id, { tier, reason }, by) =>
      oneAtATime(async () => {
        const plugin = requirePlugin(context, id);
        if (tier === 'bundled' && plugin.source !== 'bundled')
          throw new AppError('BAD_REQUEST', {
            message: 'tier: "bundled" is for what is shipped with Gatehouse. Choose "trusted" or "restricted".',
          });
        return change(context, {
          event: {
            ...eventOf('plugin.tier', plugin, by),
            data: { from: plugin.tier, to: tier, reason, digest: plugin.digest },
          },
          companions: [setTier(id, tier)],
          plugin: { ...plugin, tier },
        });
      }),
  };

  function grantAll(plugin: InstalledPlugin, capabilities: string[], body: TrustBody, by: Actor) {
    const atMs = clock.now();
    const expiresAtMs = body.expiresInSeconds === undefined ? null : atMs + body.expiresInSeconds * 1000;
    const given = capabilities.map((capability): InstalledGrant => {
      return { capability, by: actorLabel(by), atMs, reason: body.reason ?? null, expiresAtMs };
    });
    const grants = new Map([...plugin.grants, ...given.map((grant) => [grant.capability, grant] as const)]);
    return { grants, expiresAtMs, companions: given.map((grant) => saveGrant(plugin.id, grant)) };
  }

  function revokeAll(plugin: InstalledPlugin, capabilities: string[]) {
    const companions = capabilities.map((capability) => endGrant(plugin.id, capability));
    return { grants: without(plugin.grants, capabilities), expiresAtMs: null, companions };
  }
}

/** Each once, sorted. */
function requireCapabilityNames({ capabilities, action, expiresInSeconds }: TrustBody): string[] {
  if (capabilities.length === 0) throw new AppError('NO_CAPABILITIES');
  const rejected = [...new Set(capabilities.filter((text) => !isCapability(text)))];
  if (rejected.length > 0)
    throw new AppError('INVALID_CAPABILITY', {
      message: `Not a capability: ${rejected.map((text) => JSON.stringify(text.slice(0, 100))).join(', ')}. Nothing was changed.`,
      details: { rejected },
    });
  if (action === 'revoke' && expiresInSeconds !== undefined)
    throw new AppError('BAD_REQUEST', { message: 'expiresInSeconds: a revoke has no end. Grant with an end instead.' });
  return [...new Set(capabilities)].sort();
}

function without(grants: InstalledPlugin['grants'], capabilities: readonly string[]): InstalledPlugin['grants'] {
  return new Map([...grants].filter(([capability]) => !capabilities.includes(capability)));
}

function eventOf(action: string, { id }: InstalledPlugin, by: Actor): AuditEvent {
  return { actor: actorName(by), action, target: `plugin:${id}` };
}
