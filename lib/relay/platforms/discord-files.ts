/**
 * Where attachments are fetched from: Discord's own hosts, and the API root that was set up. A message names the address, so
 * that anything else would have this server ask whatever somebody wishes.
 */
import { limits } from '@/lib/platform/limits';
import { createOutbound } from '@/lib/platform/outbound';

const fileHosts: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);

export function discordFileAddress(address: string, apiRoot: string | undefined): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === 'https:' && fileHosts.has(url.host) && url.username === '') return url;
  return url && apiRoot !== undefined && url.origin === new URL(apiRoot).origin ? url : null;
}

export function openDiscordFiles(apiRoot: string | undefined) {
  const allowPrivateHost = apiRoot === undefined ? undefined : new URL(apiRoot).hostname;
  const outbound = createOutbound({ allowPrivateHost, timeoutMs: limits.chatFilesMs });

  return {
    async open(address: string, signal: AbortSignal): Promise<Response> {
      const url = discordFileAddress(address, apiRoot);
      return url ? outbound.fetch(url, { signal }) : Response.error();
    },
    close: () => outbound.close(),
  };
}
