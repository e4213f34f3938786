'use client';

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { fitFontToFrame } from '@/components/terminal/font-fit';
import { createScreen, loadScreenFont, type Screen } from '@/components/terminal/screen';
import { useFullScreen } from '@/components/terminal/use-full-screen';
import { cn } from '@/components/ui/cn';
import type { Cast } from './cast';
import { createPlayback, type Playback, type PlaybackState } from './playback';
import { PlayerControls } from './player-controls';
import { pressPlayerKey } from './player-keys';
import { PlayerSearch } from './player-search';

const fontPx = 13;

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
  const [player, setPlayer] = useState<{ screen: Screen; playback: Playback } | null>(null);
  const [state, setState] = useState<PlaybackState | null>(null);
  const [searching, setSearching] = useState(false);
  const fullScreen = useFullScreen(box);
  const start = useRef(startAt);

  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void loadScreenFont().then(() => {
      const holder = frame.current;
      if (gone || !holder) return;
      const screen = createScreen({
        cols: cast.cols,
        rows: cast.rows,
        fontSize: fontPx,
        onLinkHover: () => undefined,
      });
      screen.terminal.options.disableStdin = true;
      screen.terminal.attachCustomKeyEventHandler(() => false);
      screen.terminal.open(holder);
      const fit = () => fitFontToFrame(screen.terminal, holder, fontPx);
      const observer = new ResizeObserver(fit);
      observer.observe(holder);
      screen.terminal.onResize(fit);
      const playback = createPlayback({ cast, screen, onState: setState });
      playback.seek(start.current);
      setPlayer({ screen, playback });
      stop = () => {
        observer.disconnect();
        playback.dispose();
        screen.dispose();
      };
    });
    return () => {
      gone = true;
      stop();
      setPlayer(null);
    };
  }, [cast]);

  const playing = state?.playing ?? false;
  const seconds = state?.seconds ?? 0;
  const tellPlace = useRef(onPlace);
  useEffect(() => {
    tellPlace.current = onPlace;
  });
  useEffect(() => {
    if (!playing) tellPlace.current(seconds);
  }, [playing, seconds]);

  function onKeyDown(event: KeyboardEvent): void {
    if (!player || !state || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== 'range') return;
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    if (event.key === '/') setSearching(true);
    else if (!pressPlayerKey(event.key, player.playback, state)) return;
    event.preventDefault();
  }

  return (
    <section
      ref={box}
      aria-label="Recording"
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
        <div ref={frame} className="absolute inset-0 m-2 mr-0 overflow-auto" />
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
