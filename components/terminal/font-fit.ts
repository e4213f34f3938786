import type { Terminal } from '@xterm/xterm';

/** Smaller than this nothing can be made out: the frame scrolls instead. */
export const smallestFontPx = 8;
const stepPx = 0.5;
/** Room for the scroll bar, so that it covers no column. */
const scrollBarPx = 14;

/**
 * Shrinks the font until a screen of somebody else's size fits its frame. Never above `wantedPx`. Cells are rounded to whole
 * pixels, so the estimate is tried out step by step.
 */
export function fitFontToFrame(terminal: Terminal, frame: HTMLElement, wantedPx: number): void {
  const screen = terminal.element?.querySelector<HTMLElement>('.xterm-screen');
  if (!screen || screen.offsetWidth === 0 || frame.clientWidth === 0 || frame.clientHeight === 0) return;
  const size = Number(terminal.options.fontSize ?? wantedPx);
  const share = () =>
    Math.min((frame.clientWidth - scrollBarPx) / screen.offsetWidth, frame.clientHeight / screen.offsetHeight);
  const estimate = Math.ceil((size * share()) / stepPx) * stepPx + 2 * stepPx;
  let next = Math.max(smallestFontPx, Math.min(wantedPx, estimate));
  if (size !== next || share() < 1) {
    terminal.options.fontSize = next;
    while (share() < 1 && next > smallestFontPx) {
      next -= stepPx;
      terminal.options.fontSize = next;
    }
  }
  letScroll(frame, share() < 1);
}

/** A frame that need not scroll must not: focusing the cursor would otherwise push the first line out of it. */
export function letScroll(frame: HTMLElement, scrolls: boolean): void {
  frame.style.overflow = scrolls ? 'auto' : 'hidden';
  if (!scrolls) frame.scrollTo(0, 0);
}
