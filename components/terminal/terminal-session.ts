/**
 * A run's terminal in this page: the screen, the line to the server, who is in control. Only the one in control types and
 * resizes; what a screen answers by itself to queries in restored output never goes back as input.
 */
import { callRoute } from '@/components/api/client';
import { socketUrl } from '@/components/live/live-provider';
import type { PtyServerFrame } from '@/lib/contracts/pty';
import { fitFontToFrame, letScroll, smallestFontPx } from './font-fit';
import { createPtyConnection, type PtyPhase } from './pty-connection';
import { createScreen } from './screen';

export type TerminalEnding =
  | { kind: 'revoked'; reason: string }
  | { kind: 'exit'; code: number | null; signal: string | null };

export interface TerminalState {
  phase: PtyPhase;
  /** Null until the server has said it. */
  mayControl: boolean | null;
  watching: readonly string[];
  controller: string | null;
  inControl: boolean;
  size: { cols: number; rows: number } | null;
  ending: TerminalEnding | null;
}

export const firstTerminalState: TerminalState = {
  phase: { name: 'connecting' },
  mayControl: null,
  watching: [],
  controller: null,
  inControl: false,
  size: null,
  ending: null,
};

export interface TerminalSessionOptions {
  runId: string;
  /** Holds the screen; its size decides how many cells fit. */
  frame: HTMLElement;
  fontSize: number;
  /** Whether attaching may ask for the size of this frame: a phone that only looks must not shrink the program. */
  offerSize: boolean;
  onState: (state: TerminalState) => void;
  onLinkHover: (url: string | null) => void;
  /** A key was pressed that nobody will get. */
  onRefusedKey: () => void;
}

type FrameOf<T extends PtyServerFrame['type']> = Extract<PtyServerFrame, { type: T }>;

const resizeAfterMs = 80;
const firstSize = { cols: 120, rows: 32 };

export function createTerminalSession(options: TerminalSessionOptions) {
  const { runId, frame, onState } = options;
  const screen = createScreen({ ...firstSize, fontSize: options.fontSize, onLinkHover: options.onLinkHover });
  const { terminal } = screen;
  let state = firstTerminalState;
  let wantedFont = options.fontSize;
  /** What a watcher chose over the size that fits: the frame then scrolls. */
  let chosenFont: number | null = null;
  let replayLeft = 0;
  let replaying = false;
  /** Kept over a dropped line, so that the one in control gets it back unless somebody else took it. */
  let wantsControl = false;
  let resizeTimer: ReturnType<typeof setTimeout> | undefined;

  terminal.open(frame);
  // xterm draws no cursor before its first focus; whoever only watches wants to see it too.
  if (options.offerSize && document.activeElement === document.body) {
    terminal.focus();
    terminal.blur();
  }
  const offered = options.offerSize ? screen.proposeSize() : null;

  const connection = createPtyConnection({
    mintTicket: async () => (await callRoute('tickets.mint', { body: { endpoint: 'pty', runId } })).ticket,
    openSocket(ticket) {
      const size = state.inControl || wantsControl ? screen.proposeSize() : offered;
      const query = new URLSearchParams({ run: runId, ...(size && { cols: `${size.cols}`, rows: `${size.rows}` }) });
      return new WebSocket(socketUrl(`/api/pty?${query}`), ['gatehouse-v1', `gatehouse-ticket.${ticket}`]);
    },
    events: {
      onPhase(phase) {
        update(phase.name === 'attached' ? { phase } : { phase, inControl: false, watching: [], controller: null });
      },
      onFrame,
      onBytes,
    },
    now: Date.now,
    random: Math.random,
    schedule(run, afterMs) {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
  });

  function update(change: Partial<TerminalState>): void {
    state = { ...state, ...change };
    terminal.options.disableStdin = !state.inControl;
    terminal.options.cursorBlink = state.inControl;
    onState(state);
  }

  function onFrame(message: PtyServerFrame): void {
    switch (message.type) {
      case 'attached':
        onAttached(message);
        break;
      case 'viewers':
        onViewers(message);
        break;
      case 'resized':
        screen.resizeInOrder(message.cols, message.rows);
        terminal.write('', layout);
        update({ size: { cols: message.cols, rows: message.rows } });
        break;
      case 'exit':
        update({ ending: { kind: 'exit', code: message.code, signal: message.signal }, inControl: false });
        break;
      case 'revoked':
        update({ ending: { kind: 'revoked', reason: message.reason }, inControl: false });
        break;
      case 'pong':
        break;
      default:
        message satisfies never;
    }
  }

  function onAttached({ cols, rows, readOnly, replayBytes }: FrameOf<'attached'>): void {
    replaying = true;
    replayLeft = replayBytes;
    terminal.write('', () => {
      terminal.reset();
      terminal.resize(cols, rows);
      if (replayBytes === 0) replaying = false;
      layout();
    });
    update({ mayControl: !readOnly, size: { cols, rows }, ending: null });
  }

  function onViewers({ watching, controller, inControl }: FrameOf<'viewers'>): void {
    const gained = inControl && !state.inControl;
    update({ watching, controller, inControl });
    if (controller === null && wantsControl) connection.control(true);
    else wantsControl = inControl;
    if (gained) terminal.focus();
    layout();
  }

  function onBytes(bytes: Uint8Array, consumed: () => void): void {
    const restored = bytes.subarray(0, replayLeft);
    const live = bytes.subarray(restored.length);
    replayLeft -= restored.length;
    const isLast = replayLeft === 0;
    if (restored.length > 0) {
      terminal.write(restored, () => {
        if (isLast) replaying = false;
        if (live.length === 0) consumed();
      });
    }
    if (live.length > 0) terminal.write(live, consumed);
  }

  /** The one in control fits the program to the frame; everybody else fits the program's screen into theirs. */
  function layout(): void {
    if (!state.inControl) {
      if (chosenFont === null) fitFontToFrame(terminal, frame, wantedFont);
      else {
        terminal.options.fontSize = chosenFont;
        letScroll(frame, true);
      }
      return;
    }
    chosenFont = null;
    letScroll(frame, false);
    if (terminal.options.fontSize !== wantedFont) terminal.options.fontSize = wantedFont;
    clearTimeout(resizeTimer);
    resizeTimer = setTimeout(() => {
      const size = screen.proposeSize();
      if (!size || !state.inControl || (size.cols === state.size?.cols && size.rows === state.size.rows)) return;
      connection.resize(size.cols, size.rows);
    }, resizeAfterMs);
  }

  terminal.onData((data) => {
    if (!replaying && state.inControl) connection.input(data);
  });
  terminal.onBinary((data) => {
    if (!replaying && state.inControl) connection.input(Uint8Array.from(data, (char) => char.charCodeAt(0)));
  });
  terminal.attachCustomKeyEventHandler((event) => {
    // The way out for the keyboard: every other key belongs to the program.
    if (event.key === 'Escape' && event.shiftKey) {
      if (event.type === 'keydown') terminal.blur();
      return false;
    }
    if (state.inControl) return !isPageKey(event);
    if (event.type === 'keydown' && event.key.length === 1 && !event.ctrlKey && !event.metaKey) options.onRefusedKey();
    return false;
  });

  const observer = new ResizeObserver(layout);
  observer.observe(frame);
  connection.start();

  return {
    screen,
    retryNow: connection.retryNow,
    takeControl: () => connection.control(true),
    releaseControl() {
      wantsControl = false;
      connection.control(false);
    },
    setFontSize(size: number): void {
      if (size === wantedFont) return;
      wantedFont = size;
      chosenFont = null;
      terminal.options.fontSize = size;
      layout();
    },
    /** True where somebody else's screen is drawn smaller than wanted and only this view of it was changed. */
    zoomBy(stepPx: number): boolean {
      const shown = Number(terminal.options.fontSize);
      if (state.inControl || (shown >= wantedFont && stepPx > 0) || (chosenFont === null && shown >= wantedFont))
        return false;
      chosenFont = Math.min(wantedFont, Math.max(smallestFontPx, shown + 2 * stepPx));
      layout();
      return true;
    },
    /** As if typed, with the brackets a program asked for. Escapes are taken out: they could close the brackets early. */
    paste: (text: string) => terminal.paste(text.replaceAll('\u001b', '')),
    dispose(): void {
      observer.disconnect();
      clearTimeout(resizeTimer);
      connection.stop();
      screen.dispose();
    },
  };
}
export type TerminalSession = ReturnType<typeof createTerminalSession>;

/** ⌘F on a Mac, Ctrl-Shift-F elsewhere: plain Ctrl-F belongs to the program. */
export function isPageKey(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === 'f' && (event.metaKey || (event.ctrlKey && event.shiftKey));
}
