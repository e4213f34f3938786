/** What a session's run is started with: for whom, and what serves it. Names of people and chats are not trusted as text. */
import { type Principal, principal, type StartRunBody } from '@/lib/contracts/runs';
import { limits } from '@/lib/platform/limits';
import type { InboundSource } from '../protocol/inbound';
import { sessionTags } from '../sessions';
import type { InboxMessage } from './inbox';
import type { Session } from './session';

/** Null for one without an author, or with a name that is none: then nothing is started for it. */
export function principalOf(source: InboundSource): Principal | null {
  const { user_id: userId, platform, scope_id: guildId, chat_id: channelId } = source;
  return principal.safeParse({ userId, platform, channelId, ...(guildId != null && { guildId }) }).data ?? null;
}

export function runBodyOf({ upstream, wireKey }: Session, { event }: InboxMessage): StartRunBody {
  const author = principalOf(event.source);
  if (!author) throw new Error('A message without an author starts no run.');
  const { command, cwd, pluginId, projectId } = upstream.handler;
  return {
    ...{ kind: 'relay', title: `${author.userId} on ${author.platform}`.slice(0, 200), projectId, principal: author },
    ...{ command, ...(cwd !== undefined && { cwd }), ...(pluginId !== undefined && { pluginId }) },
    ...{
      ttlSeconds: limits.upstreamRunSeconds,
      tags: { 'relay.upstream': upstream.id, [sessionTags.session]: wireKey.slice(0, 256) },
    },
  };
}
