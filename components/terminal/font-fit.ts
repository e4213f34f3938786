import type { Terminal } from '@xterm/xterm';

const smallestFontPx = 6;
/** Room for the scroll bar, so that it covers no column. */
const scrollBarPx = 14;

/**
 * Shrinks the font until a screen of somebody else's size fits its frame, down to what can still be made out; beyond that
 * the frame scrolls. Never above `wantedPx`.
 */
export function fitFontToFrame(terminal: Terminal, frame: HTMLElement, wantedPx: number): void {
  const screen = terminal.element?.querySelector<HTMLElement>('.xterm-screen');
  const size = Number(terminal.options.fontSize ?? wantedPx);
  if (!screen || screen.offsetWidth === 0 || frame.clientWidth === 0) return;
  const share = Math.min(
    (frame.clientWidth - scrollBarPx) / screen.offsetWidth,
    frame.clientHeight > 0 ? frame.clientHeight / screen.offsetHeight : 1,
  );
  const next = Math.max(smallestFontPx, Math.min(wantedPx, Math.floor(size * share * 4) / 4));
  if (next !== size) terminal.options.fontSize = next;
}
