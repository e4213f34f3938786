'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { type ReactNode, useMemo, useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { useHotkeys } from '@/components/ui/use-hotkeys';
import { BottomBar } from './bottom-bar';
import { allNav } from './nav-items';
import { type Shell, ShellContext } from './shell-context';
import { SideBar } from './side-bar';
import { TopBar } from './top-bar';
import { useNav } from './use-nav';

// Loaded when first opened: none of them is needed to read a page.
const CommandPalette = dynamic(() => import('./command-palette').then((module) => module.CommandPalette), {
  ssr: false,
});
const ShortcutsSheet = dynamic(() => import('./shortcuts-sheet').then((module) => module.ShortcutsSheet), {
  ssr: false,
});
const Attention = dynamic(() => import('@/components/approvals/attention').then((module) => module.Attention), {
  ssr: false,
});
const NewRunDialog = dynamic(() => import('@/components/runs/new-run-dialog').then((module) => module.NewRunDialog), {
  ssr: false,
});

type Overlay = 'palette' | 'shortcuts' | 'new-run' | null;

export function ConsoleShell({ children }: { children: ReactNode }) {
  const router = useRouter();
  const { can } = useMe();
  const pages = useNav(allNav);
  const [overlay, setOverlay] = useState<Overlay>(null);
  const close = () => setOverlay(null);
  const shell = useMemo<Shell>(
    () => ({
      openPalette: () => setOverlay('palette'),
      openShortcuts: () => setOverlay('shortcuts'),
      openNewRun: () => setOverlay('new-run'),
    }),
    [],
  );
  useHotkeys({
    'mod+k': () => setOverlay((current) => (current === 'palette' ? null : 'palette')),
    '?': shell.openShortcuts,
    '/': () => focusSearch() || shell.openPalette(),
    n: () => can('runs.control') && shell.openNewRun(),
    ...Object.fromEntries(pages.map((item) => [`g ${item.key}`, () => router.push(item.href)])),
  });
  return (
    <ShellContext value={shell}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-text px-3 py-1.5 font-medium text-bg focus:translate-y-0"
      >
        Skip to the page
      </a>
      <div className="flex">
        <SideBar />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar />
          <main
            id="main"
            tabIndex={-1}
            className="relative min-w-0 px-5 py-4 outline-none max-md:px-4 max-md:pb-24 md:h-[calc(100dvh-46px)] md:overflow-auto"
          >
            {children}
          </main>
        </div>
      </div>
      <BottomBar />
      <Attention />
      {overlay === 'palette' && <CommandPalette onClose={close} />}
      {overlay === 'shortcuts' && <ShortcutsSheet onClose={close} />}
      {overlay === 'new-run' && <NewRunDialog onClose={close} />}
    </ShellContext>
  );
}

/** A page marks its own search field; false when it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('[data-search]');
  field?.focus();
  field?.click();
  return field !== null;
}
