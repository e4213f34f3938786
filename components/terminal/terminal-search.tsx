'use client';

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import type { Screen } from './screen';

function focusOnMount(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}

/** Finds text on the screen and in what scrolled off it. */
export function TerminalSearch({ screen, onClose }: { screen: Screen; onClose: () => void }) {
  const [text, setText] = useState('');
  const [matches, setMatches] = useState<{ index: number; count: number } | null>(null);
  useEffect(() => {
    const listening = screen.onMatches(setMatches);
    return () => {
      listening.dispose();
      screen.clearSearch();
    };
  }, [screen]);
  const find = (direction: 'next' | 'previous', wanted = text) => screen.find(wanted, direction);
  return (
    <search className="flex h-9 items-center gap-1 border-line border-b bg-panel pr-1.5 pl-3 max-md:h-11">
      <input
        ref={focusOnMount}
        aria-label="Find in the terminal"
        placeholder="Find in the terminal"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === '') setMatches(null);
          find('previous', event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(event.shiftKey ? 'next' : 'previous');
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none max-md:text-[16px]"
      />
      <span role="status" className="whitespace-nowrap text-hint text-muted">
        {text && matches ? matchWords(matches) : ''}
      </span>
      <IconButton label="Match above" disabled={!text} onClick={() => find('previous')}>
        <Icon of={ChevronUp} />
      </IconButton>
      <IconButton label="Match below" disabled={!text} onClick={() => find('next')}>
        <Icon of={ChevronDown} />
      </IconButton>
      <IconButton label="Close the search" onClick={onClose}>
        <Icon of={X} />
      </IconButton>
    </search>
  );
}

function matchWords({ index, count }: { index: number; count: number }): string {
  if (count === 0) return 'no match';
  return index < 0 ? `${formatCount(count)}+ matches` : `${formatCount(index + 1)} of ${formatCount(count)}`;
}
