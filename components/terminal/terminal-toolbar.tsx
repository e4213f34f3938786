'use client';

import { AArrowDown, AArrowUp, Expand, Search, Shrink } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { type DotTone, StatusDot } from '@/components/ui/status-dot';
import type { TerminalState } from './terminal-session';

export interface TerminalToolbarProps {
  state: TerminalState;
  fontSize: number;
  fontRange: { smallest: number; largest: number };
  fullScreen: boolean;
  /** A short word that stands in for the state for a moment, such as "Copied". */
  flash: string | null;
  onFontStep: (stepPx: 1 | -1) => void;
  onFullScreen: () => void;
  onSearch: () => void;
  onTakeControl: () => void;
  onReleaseControl: () => void;
}

export function TerminalToolbar(props: TerminalToolbarProps) {
  const { state, fontSize, fontRange, fullScreen, flash, onFontStep } = props;
  const { tone, words } = stateWords(state);
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-x-1 border-line border-b bg-panel px-1.5 py-1 pl-3">
      <p role="status" className="mr-auto flex min-w-0 items-center gap-2 overflow-hidden">
        <StatusDot tone={tone} className="min-w-0 truncate">
          {words}
        </StatusDot>
        {state.size && (
          <span className="whitespace-nowrap text-hint text-muted max-sm:hidden">
            {state.size.cols} × {state.size.rows}
          </span>
        )}
        {flash && <span className="whitespace-nowrap text-hint text-muted">{flash}</span>}
      </p>
      <ControlButton {...props} />
      <IconButton label="Find in the terminal" data-search onClick={props.onSearch}>
        <Icon of={Search} />
      </IconButton>
      <IconButton label="Smaller text" disabled={fontSize <= fontRange.smallest} onClick={() => onFontStep(-1)}>
        <Icon of={AArrowDown} size={17} />
      </IconButton>
      <IconButton label="Larger text" disabled={fontSize >= fontRange.largest} onClick={() => onFontStep(1)}>
        <Icon of={AArrowUp} size={17} />
      </IconButton>
      <IconButton
        label={fullScreen ? 'Leave full screen' : 'Full screen'}
        onClick={props.onFullScreen}
        className="max-sm:hidden"
      >
        <Icon of={fullScreen ? Shrink : Expand} size={14} />
      </IconButton>
    </div>
  );
}

function ControlButton({ state, onTakeControl, onReleaseControl }: TerminalToolbarProps) {
  if (state.phase.name !== 'attached' || state.ending || !state.mayControl) return null;
  if (state.inControl)
    return (
      <Button size="small" title="Shift-Esc gives the keyboard back to the page" onClick={onReleaseControl}>
        Release<span className="max-sm:sr-only"> control</span>
      </Button>
    );
  return (
    <Button size="small" tone="primary" onClick={onTakeControl}>
      {state.controller ? 'Take over' : 'Take control'}
    </Button>
  );
}

function stateWords({ phase, ending, inControl, controller }: TerminalState): { tone: DotTone; words: string } {
  if (ending) return { tone: 'hollow', words: ending.kind === 'revoked' ? 'Revoked' : 'Ended' };
  switch (phase.name) {
    case 'connecting':
      return { tone: 'hollow', words: 'Connecting' };
    case 'lost':
      return { tone: 'wait', words: 'Disconnected' };
    case 'ended':
      return { tone: 'hollow', words: 'Closed' };
    case 'attached':
      if (inControl) return { tone: 'live', words: 'You are in control' };
      return { tone: 'info', words: controller ? `Watching, ${controller} is in control` : 'Watching' };
    default:
      return phase satisfies never;
  }
}
