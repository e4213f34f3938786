/** How a file of unknown intent is served: nothing in it runs, and only what is a picture for certain is shown in a page. */
import type { RelayMedia } from '@/lib/contracts/relay';

/** SVG is a document and may hold scripts. */
const shownTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export function mediaHeaders({ name, mime, bytes }: RelayMedia): Record<string, string> {
  const isShown = shownTypes.has(mime);
  const quoted = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return {
    'content-type': isShown ? mime : 'application/octet-stream',
    'content-length': String(bytes),
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="${quoted}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  };
}
