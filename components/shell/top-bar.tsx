'use client';

import { Search } from 'lucide-react';
import { Icon } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';
import { Breadcrumb } from './breadcrumb';
import { ConnectionState } from './connection-state';
import { useShell } from './shell-context';

export function TopBar() {
  const { openPalette } = useShell();
  return (
    <header className="sticky top-0 z-20 flex h-[46px] shrink-0 items-center gap-3 border-line border-b bg-bg px-5 max-md:px-4">
      <div className="min-w-0 flex-1">
        <Breadcrumb />
      </div>
      <button
        type="button"
        onClick={openPalette}
        aria-keyshortcuts="Meta+K Control+K"
        className="flex h-7 w-60 items-center gap-2 rounded-md border border-line-strong bg-panel px-2 text-muted hover:border-faint max-md:size-9 max-md:w-9 max-md:justify-center max-md:border-transparent max-md:bg-transparent"
      >
        <Icon of={Search} size={14} />
        <span className="flex-1 truncate text-left max-md:sr-only">Search or run a command</span>
        <Kbd>⌘K</Kbd>
      </button>
      <ConnectionState />
    </header>
  );
}
