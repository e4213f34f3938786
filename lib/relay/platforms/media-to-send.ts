/** What `send_media` names: a file that its gateway put here, which is uploaded, or a page of the web, which the platform fetches. */
import type { StoredMedia } from '../media';
import { mediaUnknown, type OutboundResult } from '../protocol/actions';
import { malformed } from './chat-platform';
import type { PlatformEdge } from './platform';

export type MediaToSend = { file: StoredMedia } | { url: URL } | { refusal: OutboundResult };

export async function mediaToSend(
  instanceId: string,
  reference: string,
  mediaOf: PlatformEdge['mediaOf'],
): Promise<MediaToSend> {
  const file = await mediaOf(instanceId, reference);
  if (file) return { file };
  const url = URL.canParse(reference) ? new URL(reference) : null;
  // Another's or one that is over is not handed to the platform as an address: it would answer for our door.
  if (reference.startsWith('med_') || url?.pathname.includes('/relay/media/')) return { refusal: mediaUnknown };
  return url && /^https?:$/.test(url.protocol) ? { url } : { refusal: malformed('media_url') };
}
