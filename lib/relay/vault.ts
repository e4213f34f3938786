/**
 * Credentials that platforms give for a follow-up. They stay here: a gateway names a session and a kind, and gets the effect
 * and not the credential. They live in memory for minutes, so that a restart or a copy of the database holds none.
 */
import type { Clock } from '@/lib/platform/clock';
import { limits } from '@/lib/platform/limits';
import type { HeldCapability } from './platforms/platform';

export interface Vault {
  /** In place of the one before of this kind. */
  keep(instanceId: string, sessionKey: string, capability: HeldCapability, untilMs: number): void;
  /** Undefined for one that was never there, is over, or is of another instance: told apart for nobody. */
  find(instanceId: string, sessionKey: string, kind: string): HeldCapability | undefined;
  /** All of an instance, or of one of its sessions. */
  forget(instanceId: string, sessionKey?: string): void;
  /** Another platform may come to bear the name, and must not be sent these. */
  forgetPlatform(platform: string): void;
  size(): number;
}

interface Held {
  instanceId: string;
  sessionKey: string;
  capability: HeldCapability;
  untilMs: number;
}

export function createVault({ clock }: { clock: Clock }): Vault {
  const held = new Map<string, Held>();
  const keyOf = (...parts: string[]) => JSON.stringify(parts);

  function dropOver(): void {
    const nowMs = clock.now();
    for (const [key, { untilMs }] of held) if (untilMs <= nowMs) held.delete(key);
  }

  return {
    keep(instanceId, sessionKey, capability, untilMs) {
      if (held.size >= limits.relayCapabilities) dropOver();
      const [oldest] = held.keys();
      if (held.size >= limits.relayCapabilities && oldest !== undefined) held.delete(oldest);
      const key = keyOf(instanceId, sessionKey, capability.kind);
      held.delete(key);
      held.set(key, { instanceId, sessionKey, capability, untilMs });
    },
    find(instanceId, sessionKey, kind) {
      const found = held.get(keyOf(instanceId, sessionKey, kind));
      return found && found.untilMs > clock.now() ? found.capability : undefined;
    },
    forget(instanceId, sessionKey) {
      for (const [key, one] of held)
        if (one.instanceId === instanceId && (sessionKey === undefined || one.sessionKey === sessionKey))
          held.delete(key);
    },
    forgetPlatform(platform) {
      for (const [key, { capability }] of held) if (capability.source.platform === platform) held.delete(key);
    },
    size() {
      dropOver();
      return held.size;
    },
  };
}
