/**
 * What is known of channels: asked for when somebody speaks in one, and forgotten when Discord says that it changed. The
 * messages of a thread name the thread alone, so that whether it is one must be asked.
 */
import { limits } from '@/lib/platform/limits';
import { type DiscordChannel, discordChannel } from './discord-events';
import type { DiscordRest } from './discord-rest';

export interface DiscordChannels {
  /** @throws DiscordFailure; what failed is asked for again. */
  get(id: string): Promise<DiscordChannel>;
  forget(id: string): void;
}

export function createDiscordChannels(rest: Pick<DiscordRest, 'ask'>): DiscordChannels {
  const known = new Map<string, Promise<DiscordChannel>>();

  return {
    get(id) {
      const remembered = known.get(id);
      if (remembered) return remembered;
      const asked = rest.ask('GET', `/channels/${id}`).then((answer) => discordChannel.parse(answer));
      known.set(id, asked);
      asked.catch(() => {
        if (known.get(id) === asked) known.delete(id);
      });
      const [oldest] = known.keys();
      if (known.size > limits.discordChannelsKnown && oldest !== undefined) known.delete(oldest);
      return asked;
    },
    forget: (id) => void known.delete(id),
  };
}

const threadTypes: ReadonlySet<number> = new Set([10, 11, 12]);
const forumTypes: ReadonlySet<number> = new Set([15, 16]);

export const isThread = ({ type }: Pick<DiscordChannel, 'type'>) => threadTypes.has(type);

export function chatTypeOf({ type }: Pick<DiscordChannel, 'type'>) {
  if (type === 1 || type === 3) return 'dm';
  if (threadTypes.has(type)) return 'thread';
  return forumTypes.has(type) ? 'forum' : 'channel';
}
