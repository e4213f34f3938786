'use client';

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cn } from './cn';
import { Icon } from './icon';
import { IconButton } from './icon-button';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** Refuses Escape, the backdrop and the cross while an act is under way. */
  locked?: boolean;
  /** `alertdialog` for a decision that cannot be taken back. */
  role?: 'dialog' | 'alertdialog';
  /** `sheet` takes the whole screen of a phone, for reading rather than deciding. */
  width?: 'normal' | 'wide' | 'sheet';
}

/**
 * The browser's own modal dialog: it traps focus, makes the page behind it inert and gives focus back on close.
 * Mounted only while open, so that its fields start fresh each time.
 */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({
  onClose,
  title,
  children,
  footer,
  locked = false,
  role = 'dialog',
  width = 'normal',
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const close = () => {
    if (!locked) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop is a pointer's way out; Escape is the keyboard's.
    <dialog
      ref={ref}
      role={role}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === ref.current && close()}
      className={cn(
        'fixed m-auto max-h-[min(90dvh,860px)] w-[calc(100vw-24px)] animate-rise flex-col overflow-hidden rounded-lg border border-line-strong bg-panel p-0 text-text shadow-overlay backdrop:bg-[rgb(0_0_0/0.4)] open:flex max-md:mb-3',
        width === 'normal' ? 'max-w-[460px]' : 'max-w-[640px]',
        width === 'sheet' &&
          'max-md:m-0 max-md:h-dvh max-md:max-h-none max-md:w-screen max-md:max-w-none max-md:rounded-none max-md:border-0 max-md:pb-[env(safe-area-inset-bottom)]',
      )}
    >
      <div className="flex items-center justify-between gap-3 px-5 pt-4 pb-1">
        <h2 id={titleId} className="font-semibold text-[15px] leading-5">
          {title}
        </h2>
        <IconButton label="Close" onClick={close} disabled={locked} className="-mr-1.5">
          <Icon of={X} />
        </IconButton>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
      {footer && <div className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{footer}</div>}
    </dialog>
  );
}
