'use client';

import {
  type ComponentProps,
  cloneElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useId,
  useRef,
  useState,
} from 'react';
import { MenuPanel, type MenuPlacement } from './menu-panel';

interface DropdownMenuProps extends Partial<MenuPlacement> {
  /** One button. It is given what opens the menu and says so to screen readers. */
  trigger: ReactElement<ComponentProps<'button'>>;
  children: ReactNode;
}

/** A menu button. The panel is a popover: it lies above dialogs and is never cut off by what it is in. */
export function DropdownMenu({ trigger, children, align = 'end', side = 'bottom' }: DropdownMenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback((refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  }, []);
  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setOpen(true);
        },
      })}
      {open && (
        <MenuPanel button={button} labelledBy={id} onClose={close} align={align} side={side}>
          {children}
        </MenuPanel>
      )}
    </>
  );
}
