import type { Terminal } from '@xterm/xterm';

export const smallestFontPx = 6;
const stepPx = 0.5;
/** Room for the scroll bar, so that it covers no column. */
const scrollBarPx = 14;

/**
 * Shrinks the font until a screen of somebody else's size fits its frame, down to what can still be made out; beyond that
 * the frame scrolls. Never above `wantedPx`. Cells are rounded to whole pixels, so the estimate is tried out step by step.
 */
export function fitFontToFrame(terminal: Terminal, frame: HTMLElement, wantedPx: number): void {
  const screen = terminal.element?.querySelector<HTMLElement>('.xterm-screen');
  if (!screen || screen.offsetWidth === 0 || frame.clientWidth === 0 || frame.clientHeight === 0) return;
  const size = Number(terminal.options.fontSize ?? wantedPx);
  const share = () =>
    Math.min((frame.clientWidth - scrollBarPx) / screen.offsetWidth, frame.clientHeight / screen.offsetHeight);
  const estimate = Math.ceil((size * share()) / stepPx) * stepPx + 2 * stepPx;
  const largest = Math.max(smallestFontPx, Math.min(wantedPx, estimate));
  if (size === largest && share() >= 1) return;
  for (let next = largest; ; next -= stepPx) {
    terminal.options.fontSize = next;
    if (next <= smallestFontPx || share() >= 1) return;
  }
}
