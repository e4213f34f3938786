'use client';

import { type RefObject, useEffect, useState } from 'react';
import { fitFontToFrame } from '@/components/terminal/font-fit';
import { createScreen, loadScreenFont, type Screen } from '@/components/terminal/screen';
import type { Cast } from './cast';
import { createPlayback, type Playback, type PlaybackState } from './playback';

const fontPx = 13;

/** A screen in `frame` that shows a cast. It takes no keys: what it shows is over. */
export function useCastScreen(
  frame: RefObject<HTMLElement | null>,
  cast: Cast,
  onState: (state: PlaybackState) => void,
) {
  const [player, setPlayer] = useState<{ screen: Screen; playback: Playback } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state's taker is a setter and never changes meaning.
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void loadScreenFont().then(() => {
      const holder = frame.current;
      if (gone || !holder) return;
      const { cols, rows } = cast;
      const screen = createScreen({ cols, rows, fontSize: fontPx, onLinkHover: () => undefined });
      const { terminal } = screen;
      terminal.options.disableStdin = true;
      terminal.attachCustomKeyEventHandler(() => false);
      terminal.open(holder);
      const fit = () => fitFontToFrame(terminal, holder, fontPx);
      const observer = new ResizeObserver(fit);
      observer.observe(holder);
      terminal.onResize(fit);
      const playback = createPlayback({ cast, screen, onState });
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
  }, [cast, frame]);
  return player;
}
