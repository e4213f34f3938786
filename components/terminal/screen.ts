/**
 * An xterm.js screen with the console's addons and rules. Loaded on demand: none of this is in a page's first load. What a
 * program prints is hostile: it may not read or write the clipboard, and its links open only http and https, on a held key.
 */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { harden } from './harden';
import { matchColours, terminalTheme } from './terminal-theme';

export interface ScreenOptions {
  cols: number;
  rows: number;
  fontSize: number;
  /** The address under the pointer, or null when it left. */
  onLinkHover: (url: string | null) => void;
}

const scrollbackLines = 5000;
const searchOptions: ISearchOptions = { decorations: matchColours };

export function createScreen({ cols, rows, fontSize, onLinkHover }: ScreenOptions) {
  const openLink = (event: MouseEvent, url: string) => {
    if (!(event.metaKey || event.ctrlKey) || !isWebAddress(url)) return;
    window.open(url, '_blank', 'noopener,noreferrer');
  };
  const terminal = new Terminal({
    cols,
    rows,
    fontSize,
    allowProposedApi: true,
    allowTransparency: true,
    cursorInactiveStyle: 'outline',
    customGlyphs: true,
    fontFamily: `${monoFamily()}, ui-monospace, monospace`,
    lineHeight: 1.2,
    // Garbage in the output is the program's affair: it would fill the browser's log.
    logLevel: 'off',
    linkHandler: {
      activate: openLink,
      hover: (_event, url) => onLinkHover(isWebAddress(url) ? url : null),
      leave: () => onLinkHover(null),
      allowNonHttpProtocols: false,
    },
    macOptionIsMeta: true,
    minimumContrastRatio: 1,
    rightClickSelectsWord: false,
    scrollback: scrollbackLines,
    theme: terminalTheme,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.loadAddon(
    new WebLinksAddon(openLink, { hover: (_event, url) => onLinkHover(url), leave: () => onLinkHover(null) }),
  );
  harden(terminal);
  // Swallowed whole: a program must not put anything on an operator's clipboard, nor learn what is there.
  terminal.parser.registerOscHandler(52, () => true);

  return {
    terminal,
    /** How many cells fit into the element the screen was opened in. */
    proposeSize(): { cols: number; rows: number } | null {
      const size = fit.proposeDimensions();
      if (!size || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return null;
      return { cols: Math.min(1000, Math.max(2, size.cols)), rows: Math.min(1000, Math.max(1, size.rows)) };
    },
    /** In order with what is still being written, so that no line wraps at the wrong width. */
    resizeInOrder(newCols: number, newRows: number): void {
      terminal.write('', () => terminal.resize(newCols, newRows));
    },
    find(text: string, direction: 'next' | 'previous'): void {
      if (text === '') search.clearDecorations();
      else if (direction === 'next') search.findNext(text, searchOptions);
      else search.findPrevious(text, searchOptions);
    },
    onMatches: (listener: (matches: { index: number; count: number }) => void) =>
      search.onDidChangeResults(({ resultIndex, resultCount }) => listener({ index: resultIndex, count: resultCount })),
    clearSearch(): void {
      search.clearDecorations();
      terminal.clearSelection();
    },
    dispose: () => terminal.dispose(),
  };
}
export type Screen = ReturnType<typeof createScreen>;

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** Cells are measured when a screen opens: with the face not yet loaded they would keep a stand-in's width. */
export async function loadScreenFont(): Promise<void> {
  await document.fonts.load(`13px ${monoFamily()}`).catch(() => []);
}

/** The page's own mono face by its generated name: a screen measures with it and cannot read a CSS variable. */
function monoFamily(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--font-geist-mono').trim() || 'monospace';
}
