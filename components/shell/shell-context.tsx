'use client';

import { createContext, useContext } from 'react';

export interface Shell {
  openPalette: () => void;
  openShortcuts: () => void;
  openNewRun: () => void;
}

export const ShellContext = createContext<Shell | null>(null);

/** What any page may open: the palette, the list of shortcuts, the new run dialog. */
export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('useShell needs the ConsoleShell above it.');
  return shell;
}
