'use client';

import { type ClipboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { useCopy } from '@/components/ui/copy-button';
import { useMedia } from '@/components/ui/use-media';
import { useStoredState } from '@/components/ui/use-stored-state';
import { LostNotice } from './lost-notice';
import { needsPasteConfirmation, PasteDialog } from './paste-dialog';
import { screenStyles } from './screen-styles';
import { TerminalNotice } from './terminal-notice';
import { TerminalSearch } from './terminal-search';
import { isPageKey } from './terminal-session';
import { TerminalToolbar } from './terminal-toolbar';
import { closedNotice, endingNotice } from './terminal-words';
import { useFullScreen } from './use-full-screen';
import { useTerminalSession } from './use-terminal-session';

const fontRange = { smallest: 8, largest: 24 };
const defaultFontPx = 13;
const hintShownMs = 2500;

interface RunTerminalProps {
  runId: string;
  /** Who watches now, the operator's own views among them. */
  onWatching?: (names: readonly string[]) => void;
  /** Offered once the terminal is over, such as its recording. */
  afterEnd?: ReactNode;
  className?: string;
}

export function RunTerminal({ runId, onWatching, afterEnd, className }: RunTerminalProps) {
  const box = useRef<HTMLElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [storedFont, setStoredFont] = useStoredState('gatehouse.terminal-font', defaultFontPx, parseFont);
  const [searching, setSearching] = useState(false);
  const [pasting, setPasting] = useState<string | null>(null);
  const [refusedAt, setRefusedAt] = useState(0);
  const onWide = useMedia('(width >= 860px)');
  const fullScreen = useFullScreen(box);
  const { copied, copy } = useCopy();
  const { session, state, link } = useTerminalSession({
    runId,
    frame,
    fontSize: storedFont,
    offerSize: onWide,
    onRefusedKey: () => setRefusedAt(Date.now()),
  });

  const { phase, ending, inControl, mayControl, watching } = state;
  const told = useRef(onWatching);
  useEffect(() => {
    told.current = onWatching;
  });
  useEffect(() => told.current?.(watching), [watching]);

  useEffect(() => {
    if (refusedAt === 0) return;
    const timer = setTimeout(() => setRefusedAt(0), hintShownMs);
    return () => clearTimeout(timer);
  }, [refusedAt]);

  function copySelection(): void {
    const text = session?.screen.terminal.getSelection();
    if (text) copy(text);
  }

  function onPaste(event: ClipboardEvent): void {
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData.getData('text/plain');
    if (!session || !text) return;
    if (!inControl) setRefusedAt(Date.now());
    else if (needsPasteConfirmation(text, session.screen.terminal.modes.bracketedPasteMode)) setPasting(text);
    else session.paste(text);
  }

  function closeSearch(): void {
    setSearching(false);
    session?.screen.terminal.focus();
  }

  const refusedHint =
    ending || phase.name !== 'attached'
      ? 'Keys are not sent'
      : mayControl
        ? 'Take control to type'
        : 'Your role may watch, not type';
  return (
    <section
      ref={box}
      aria-label="Terminal"
      onKeyDownCapture={(event) => {
        if (!isPageKey(event.nativeEvent)) return;
        event.preventDefault();
        setSearching(true);
      }}
      className={cn('flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-terminal', className)}
    >
      <TerminalToolbar
        state={state}
        fontSize={storedFont}
        fontRange={fontRange}
        fullScreen={fullScreen.on}
        flash={copied ? 'Copied' : refusedAt > 0 ? refusedHint : null}
        onFontStep={(stepPx) => {
          if (!session?.zoomBy(stepPx)) setStoredFont(storedFont + stepPx);
        }}
        onFullScreen={fullScreen.toggle}
        onSearch={() => setSearching(true)}
        onTakeControl={() => session?.takeControl()}
        onReleaseControl={() => session?.releaseControl()}
      />
      {searching && session && <TerminalSearch screen={session.screen} onClose={closeSearch} />}
      {ending ? (
        <TerminalNotice notice={endingNotice(ending)}>{afterEnd}</TerminalNotice>
      ) : phase.name === 'ended' ? (
        <TerminalNotice notice={closedNotice(phase)}>
          {phase.code === 4409 ? (
            <Button size="small" onClick={session?.retryNow}>
              Watch here
            </Button>
          ) : (
            afterEnd
          )}
        </TerminalNotice>
      ) : (
        phase.name === 'lost' && <LostNotice phase={phase} onRetry={() => session?.retryNow()} />
      )}
      {/* The frame has the size the screen is fitted to; it scrolls where somebody else's screen is larger. */}
      <div className="relative min-h-0 flex-1">
        <div
          ref={frame}
          onPointerUp={copySelection}
          onPasteCapture={onPaste}
          className={cn(
            'absolute inset-0 m-2 mr-0 overflow-hidden transition-opacity duration-100',
            screenStyles,
            (phase.name === 'lost' || phase.name === 'connecting') && 'opacity-50',
          )}
        />
        {link && (
          <p className="pointer-events-none absolute bottom-1.5 left-1.5 max-w-[90%] truncate rounded-sm border border-line-strong bg-panel px-2 py-0.5 font-mono text-hint">
            ⌘ or Ctrl and click: {link}
          </p>
        )}
      </div>
      {pasting !== null && (
        <PasteDialog
          text={pasting}
          onPaste={() => session?.paste(pasting)}
          onClose={() => {
            setPasting(null);
            session?.screen.terminal.focus();
          }}
        />
      )}
    </section>
  );
}

function parseFont(stored: unknown): number | null {
  return typeof stored === 'number' && stored >= fontRange.smallest && stored <= fontRange.largest ? stored : null;
}
