/** What each kind of platform is opened by. A kind's library is loaded once one of it is turned on: a start waits for none. */
import { createDiscordPlatform } from './discord';
import type { GivenPlatform } from './given';
import type { ConnectedPlatform, PlatformStart } from './platform';
import { createTelegramPlatform } from './telegram';
import { createWebhookPlatform } from './webhook';

export async function openPlatform(
  { settings, signingSecret }: GivenPlatform,
  start: Omit<PlatformStart<unknown>, 'settings'>,
): Promise<ConnectedPlatform> {
  switch (settings.kind) {
    case 'webhook':
      return createWebhookPlatform({ ...start, settings, signingSecret: signingSecret ?? '' });
    case 'telegram':
      return createTelegramPlatform({ ...start, settings });
    case 'discord':
      return createDiscordPlatform({ ...start, settings });
    default:
      return settings satisfies never;
  }
}
