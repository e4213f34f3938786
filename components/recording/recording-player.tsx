'use client';

import { Play } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { screenStyles } from '@/components/terminal/screen-styles';
import { useFullScreen } from '@/components/terminal/use-full-screen';
import { cn } from '@/components/ui/cn';
import { Icon } from '@/components/ui/icon';
import type { Cast } from './cast';
import type { PlaybackState } from './playback';
import { PlayerControls } from './player-controls';
import { pressPlayerKey } from './player-keys';
import { PlayerSearch } from './player-search';
import { useCastScreen } from './use-cast-screen';

interface RecordingPlayerProps {
  cast: Cast;
  /** Where to start, in seconds of the recording with its pauses skipped. */
  startAt: number;
  onPlace: (seconds: number) => void;
  className?: string;
}

export function RecordingPlayer({ cast, startAt, onPlace, className }: RecordingPlayerProps) {
  const box = useRef<HTMLElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<PlaybackState | null>(null);
  const [searching, setSearching] = useState(false);
  const fullScreen = useFullScreen(box);
  const player = useCastScreen(frame, cast, setState);
  const start = useRef(startAt);
  useEffect(() => {
    if (start.current > 0) player?.playback.seek(start.current);
  }, [player]);

  const playing = state?.playing ?? false;
  const seconds = state?.seconds ?? 0;
  const tellPlace = useRef(onPlace);
  useEffect(() => {
    tellPlace.current = onPlace;
  });
  useEffect(() => tellPlace.current(seconds), [seconds]);

  function onKeyDown(event: KeyboardEvent): void {
    if (!player || !state || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== 'range') return;
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    if (event.key === '/') setSearching(true);
    else if (!pressPlayerKey(event.key, player.playback, state)) return;
    event.preventDefault();
    // The page has its own acts for some of these keys.
    event.stopPropagation();
  }

  return (
    <section
      ref={box}
      aria-label="Player"
      onKeyDown={onKeyDown}
      className={cn('flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-terminal', className)}
    >
      {searching && player && (
        <PlayerSearch
          cast={cast}
          playback={player.playback}
          onFound={(text) => player.screen.terminal.write('', () => player.screen.find(text, 'previous'))}
          onClose={() => {
            setSearching(false);
            player.screen.clearSearch();
          }}
        />
      )}
      <div className="relative min-h-0 flex-1">
        <div ref={frame} className={cn('absolute inset-0 m-2 mr-0 overflow-hidden', screenStyles)} />
        {player && !playing && seconds === 0 && (
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            onClick={player.playback.play}
            className="absolute inset-0 flex items-center justify-center"
          >
            <span className="flex size-14 items-center justify-center rounded-full border border-line-strong bg-panel text-text">
              <Icon of={Play} size={22} />
            </span>
          </button>
        )}
      </div>
      {player && state && (
        <PlayerControls
          playback={player.playback}
          state={state}
          fullScreen={fullScreen.on}
          onFullScreen={fullScreen.toggle}
          onSearch={() => setSearching(true)}
        />
      )}
    </section>
  );
}
