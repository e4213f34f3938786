/**
 * The way in for a platform that this server talks to. Platform and tenant are those it was set up with, and its author is who
 * it observed: what an event says of them is overwritten.
 */
import type { Clock } from '@/lib/platform/clock';
import { isAppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { IntakeResult, Received, RelayIntake } from './intake';
import type { RelayLinking } from './linking';
import type { MediaStore } from './media';
import type { ObservedAuthor, PlatformEdge } from './platforms/platform';
import type { InboundSource } from './protocol/inbound';
import { sessionKeyOf } from './protocol/session-key';
import type { Vault } from './vault';

export function createPlatformEdge(
  { name, tenant }: { name: string; tenant: string },
  deps: { intake: RelayIntake; linking: RelayLinking; media: MediaStore; vault: Vault; clock: Clock },
): PlatformEdge {
  const { intake, linking, media, vault, clock } = deps;
  const observed = (source: InboundSource, { userId, userName }: ObservedAuthor): InboundSource => ({
    ...source,
    platform: name,
    user_id: userId,
    user_name: userName,
  });

  async function receive(
    { userId, userName }: ObservedAuthor,
    received: Pick<Received, 'source' | 'content' | 'only'>,
  ): Promise<IntakeResult> {
    try {
      return await intake.receive({ author: { tenant, platform: name, userId, userName }, ...received });
    } catch (error) {
      // A lock is an operator's word about this author: the platform is told no more than of a stranger.
      if (isAppError(error) && error.code === 'LOCKED') return { outcome: 'refused' };
      throw error;
    }
  }

  return {
    message(author, event) {
      const source = observed(event.source, author);
      return receive(author, { source, content: { kind: 'inbound', event: { ...event, source } } });
    },

    async answer(author, event, only) {
      const source = observed(event.source, author);
      const content = { kind: 'inbound', event: { ...event, source } } as const;
      return (await receive(author, { source, content, only })).outcome === 'delivered';
    },

    async passthrough(author, { source: given, forward, capability }) {
      const source = observed(given, author);
      const content = { kind: 'passthrough', forward: { ...forward, platform: name } } as const;
      const result = await receive(author, { source, content });
      if (capability && result.outcome === 'delivered') {
        const { kind, credential } = capability;
        const untilMs = Math.min(capability.untilMs, clock.now() + limits.relayCapabilityMs);
        vault.keep(result.instanceId, sessionKeyOf(source), { kind, credential, source }, untilMs);
      }
      return result;
    },

    async keepMedia({ userId, userName }, file) {
      const instanceId = await linking.boundTo({ tenant, platform: name, userId, userName });
      if (instanceId === null) return null;
      return media.entryOf(await media.keep(instanceId, file, `author:${name}:${userId}`));
    },
    mediaOf: (instanceId, url) => media.find(url, instanceId),
  };
}
