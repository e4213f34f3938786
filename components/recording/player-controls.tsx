'use client';

import { Expand, Pause, Play, Search, Shrink } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import type { Playback, PlaybackState } from './playback';
import { formatClock, speeds } from './player-words';

interface PlayerControlsProps {
  playback: Playback;
  state: PlaybackState;
  fullScreen: boolean;
  onFullScreen: () => void;
  onSearch: () => void;
}

export function PlayerControls({ playback, state, fullScreen, onFullScreen, onSearch }: PlayerControlsProps) {
  const { playing, seconds, durationSeconds, speed, skipPauses } = state;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-line border-t bg-panel px-2 py-1.5">
      <IconButton label={playing ? 'Pause' : 'Play'} onClick={playback.toggle}>
        <Icon of={playing ? Pause : Play} />
      </IconButton>
      <span className="whitespace-nowrap font-mono text-hint">
        {formatClock(seconds)} <span className="text-muted">/ {formatClock(durationSeconds)}</span>
      </span>
      <input
        type="range"
        aria-label="Place in the recording"
        aria-valuetext={`${formatClock(seconds)} of ${formatClock(durationSeconds)}`}
        min={0}
        max={durationSeconds}
        step="any"
        value={seconds}
        onChange={(event) => playback.seek(Number(event.target.value))}
        className="h-5 min-w-40 flex-1 cursor-pointer accent-text max-md:order-first max-md:basis-full"
      />
      <label htmlFor="skip-pauses" className="flex items-center gap-1.5 whitespace-nowrap text-muted">
        <Checkbox
          id="skip-pauses"
          checked={skipPauses}
          onChange={(event) => playback.setSkipPauses(event.target.checked)}
        />
        Skip pauses
      </label>
      <DropdownMenu
        side="top"
        trigger={
          <Button tone="quiet" size="small" aria-label={`Speed ${speed}×`}>
            {speed}×
          </Button>
        }
      >
        <MenuRadioGroup value={String(speed)} onChange={(next) => playback.setSpeed(Number(next))}>
          {speeds.map((each) => (
            <MenuRadioItem key={each} value={String(each)}>
              {each}×
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </DropdownMenu>
      <IconButton label="Search in the recording" data-search onClick={onSearch}>
        <Icon of={Search} />
      </IconButton>
      <IconButton
        label={fullScreen ? 'Leave full screen' : 'Full screen'}
        onClick={onFullScreen}
        className="max-sm:hidden"
      >
        <Icon of={fullScreen ? Shrink : Expand} size={14} />
      </IconButton>
    </div>
  );
}
