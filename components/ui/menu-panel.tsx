'use client';

import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';

export interface MenuPlacement {
  align: 'start' | 'end';
  side: 'top' | 'bottom';
}
interface MenuPanelProps extends MenuPlacement {
  button: RefObject<HTMLButtonElement | null>;
  labelledBy: string;
  /** With `refocus` the button gets the focus back. */
  onClose: (refocus: boolean) => void;
  children: ReactNode;
}

/** Lets an item close the menu it is in. */
export const MenuContext = createContext<{ close: () => void }>({ close: () => undefined });

const gapPx = 4;
const marginPx = 8;

export function MenuPanel({ button, labelledBy, onClose, align, side, children }: MenuPanelProps) {
  const panel = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!panel.current || !button.current) return;
    panel.current.showPopover();
    place(panel.current, button.current.getBoundingClientRect(), { align, side });
    itemsOf(panel.current)[0]?.focus({ preventScroll: true });
  }, [button, align, side]);

  useEffect(() => {
    const onOutside = (event: Event) => {
      const target = event.target instanceof Node ? event.target : null;
      if (panel.current?.contains(target) || button.current?.contains(target)) return;
      onClose(false);
    };
    const onMoved = () => onClose(false);
    document.addEventListener('pointerdown', onOutside, true);
    // What scrolls the button away would leave the panel hanging in the air.
    document.addEventListener('scroll', onOutside, true);
    addEventListener('resize', onMoved);
    return () => {
      document.removeEventListener('pointerdown', onOutside, true);
      document.removeEventListener('scroll', onOutside, true);
      removeEventListener('resize', onMoved);
    };
  }, [button, onClose]);

  const context = useMemo(() => ({ close: () => onClose(true) }), [onClose]);
  return (
    <div
      ref={panel}
      popover="manual"
      role="menu"
      aria-labelledby={labelledBy}
      // In the tab order because it can scroll; Tab itself closes it.
      tabIndex={0}
      onKeyDown={(event) => onMenuKey(event, onClose)}
      className="fixed inset-auto m-0 max-h-[70vh] min-w-44 max-w-[calc(100vw-16px)] overflow-y-auto whitespace-normal rounded-lg border border-line-strong bg-panel p-1 text-left font-normal text-body text-text shadow-overlay outline-none"
    >
      <MenuContext value={context}>{children}</MenuContext>
    </div>
  );
}

/** Beside its button, on the other side where there is no room, and never over the edge of the window. */
function place(panel: HTMLElement, anchor: DOMRect, { align, side }: MenuPlacement): void {
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = anchor.bottom + gapPx;
  const above = anchor.top - gapPx - height;
  const fitsBelow = below + height <= innerHeight - marginPx;
  const top = side === 'bottom' ? (fitsBelow || above < marginPx ? below : above) : above >= marginPx ? above : below;
  const left = align === 'start' ? anchor.left : anchor.right - width;
  panel.style.top = `${clamp(top, innerHeight - marginPx - height)}px`;
  panel.style.left = `${clamp(left, innerWidth - marginPx - width)}px`;
}

function clamp(value: number, highest: number): number {
  return Math.max(marginPx, Math.min(value, highest));
}

function itemsOf(panel: HTMLElement): HTMLElement[] {
  return [...panel.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')];
}

function onMenuKey(event: KeyboardEvent<HTMLElement>, onClose: (refocus: boolean) => void): void {
  const items = itemsOf(event.currentTarget);
  const at = items.findIndex((item) => item.matches(':focus'));
  const next = nextItem(event.key, at, items);
  event.stopPropagation();
  if (event.key === 'Tab') {
    // The browser then moves on from the button.
    onClose(true);
    return;
  }
  if (next) next.focus();
  else if (event.key === 'Escape') onClose(true);
  else if (event.key === 'Enter' || event.key === ' ') items[at]?.click();
  else return;
  event.preventDefault();
}

/** Arrows move and wrap, Home and End jump, a letter goes to the next item that begins with it. */
function nextItem(key: string, at: number, items: readonly HTMLElement[]): HTMLElement | undefined {
  if (key === 'ArrowDown') return items[(at + 1) % items.length];
  if (key === 'ArrowUp') return items.at(at <= 0 ? -1 : at - 1);
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  if (key.length !== 1 || key === ' ') return undefined;
  const letter = key.toLowerCase();
  return [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
    item.textContent?.trim().toLowerCase().startsWith(letter),
  );
}
