'use client';

import { FileText, ImageOff } from 'lucide-react';
import { useState } from 'react';
import { cn } from '@/components/ui/cn';
import { formatBytes } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { useNow } from '@/components/ui/use-now';
import type { RelayMedia } from '@/lib/contracts/relay';

/** What a message carries: images as they are, anything else as a row to save. It is kept for a while and says so once it is gone. */
export function MediaView({ media, end }: { media: readonly RelayMedia[]; end: boolean }) {
  return (
    <ul aria-label="Attached" className={cn('flex max-w-full flex-wrap gap-2', end && 'justify-end')}>
      {media.map((item) => (
        <li key={item.id} className="max-w-full">
          <MediaItem item={item} />
        </li>
      ))}
    </ul>
  );
}

/** What every browser draws and none runs: an SVG is a document with scripts of its own. */
const drawn = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function MediaItem({ item }: { item: RelayMedia }) {
  const now = useNow();
  const [failed, setFailed] = useState(false);
  const href = `/api/relay/media/${encodeURIComponent(item.id)}`;
  const expired = failed || (now !== null && Date.parse(item.expiresAt) <= now);
  const name = printable(item.name);
  if (expired)
    return (
      <span className={rowStyles}>
        <Icon of={ImageOff} className="shrink-0 text-muted" />
        <span className="truncate text-muted">{name}</span>
        <span className="shrink-0 text-hint text-muted">expired</span>
      </span>
    );
  if (drawn.has(item.mime))
    return (
      <a href={href} target="_blank" rel="noreferrer" title={`${name}, ${formatBytes(item.bytes)}`}>
        {/* biome-ignore lint/performance/noImgElement: it is a file of a person behind a session, not an asset to optimise. */}
        <img
          src={href}
          alt={name}
          onError={() => setFailed(true)}
          className="max-h-64 max-w-full rounded-lg border border-line"
        />
      </a>
    );
  return (
    <a href={href} download={item.name} className={cn(rowStyles, 'hover:border-line-strong')}>
      <Icon of={FileText} className="shrink-0 text-muted" />
      <span className="truncate">{name}</span>
      <span className="shrink-0 text-hint text-muted">{formatBytes(item.bytes)}</span>
    </a>
  );
}

const rowStyles = 'flex h-9 max-w-[min(44ch,100%)] items-center gap-2 rounded-lg border border-line px-3';
