'use client';

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import type { Cast } from './cast';
import type { Playback } from './playback';
import { formatClock } from './player-words';
import { indexCast } from './search-cast';

interface PlayerSearchProps {
  cast: Cast;
  playback: Playback;
  /** Marks the text on the screen once the place is reached. */
  onFound: (text: string) => void;
  onClose: () => void;
}

function focusOnMount(field: HTMLInputElement | null): void {
  field?.focus();
}

/** Finds text anywhere in the recording and goes to the moment it appeared. */
export function PlayerSearch({ cast, playback, onFound, onClose }: PlayerSearchProps) {
  const [text, setText] = useState('');
  const [current, setCurrent] = useState(-1);
  const index = useMemo(() => indexCast(cast), [cast]);
  const wanted = useDeferredValue(text.trim());
  const found = useMemo(() => index.find(wanted), [index, wanted]);

  function go(step: 1 | -1): void {
    if (found.length === 0) return;
    const next = current === -1 ? (step === 1 ? 0 : found.length - 1) : (current + step + found.length) % found.length;
    setCurrent(next);
    playback.pause();
    playback.seekToEvent(found[next] ?? 0);
    onFound(wanted);
  }

  const place = found[current];
  return (
    <search className="flex h-9 items-center gap-1 border-line border-b bg-panel pr-1.5 pl-3 max-md:h-11">
      <input
        ref={focusOnMount}
        aria-label="Search in the recording"
        placeholder="Search in the recording"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCurrent(-1);
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none max-md:text-[16px]"
      />
      <span role="status" className="whitespace-nowrap text-hint text-muted">
        {wanted === '' ? '' : found.length === 0 ? 'not in this recording' : null}
        {found.length > 0 && place === undefined && `${formatCount(found.length)} found`}
        {place !== undefined &&
          `${formatCount(current + 1)} of ${formatCount(found.length)}, at ${formatClock(playback.timeOfEvent(place))}`}
      </span>
      <IconButton label="The one before" disabled={found.length === 0} onClick={() => go(-1)}>
        <Icon of={ChevronUp} />
      </IconButton>
      <IconButton label="The next one" disabled={found.length === 0} onClick={() => go(1)}>
        <Icon of={ChevronDown} />
      </IconButton>
      <IconButton label="Close the search" onClick={onClose}>
        <Icon of={X} />
      </IconButton>
    </search>
  );
}
