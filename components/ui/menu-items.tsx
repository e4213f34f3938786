'use client';

import { Check } from 'lucide-react';
import { createContext, type ReactNode, useContext } from 'react';
import { cn } from './cn';
import { Icon } from './icon';
import { MenuContext } from './menu-panel';

interface ItemProps {
  children: ReactNode;
  className?: string;
  disabled?: boolean;
  'aria-label'?: string;
}
interface MenuItemProps extends ItemProps {
  tone?: 'plain' | 'stop';
  /** Leaves the menu open after the act. */
  stayOpen?: boolean;
  onSelect: () => void;
}

const itemStyles =
  'flex min-h-7 w-full cursor-pointer select-none text-left items-center gap-2 rounded-sm px-2 py-1 outline-none aria-disabled:cursor-not-allowed focus:bg-sunk aria-disabled:opacity-50 max-md:min-h-10';

interface BaseItemProps extends ItemProps {
  role: 'menuitem' | 'menuitemcheckbox' | 'menuitemradio';
  checked?: boolean;
  onPick: () => void;
}
function BaseItem({ role, checked, disabled = false, className, onPick, ...rest }: BaseItemProps) {
  return (
    <button
      type="button"
      role={role}
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      {...(checked !== undefined && { 'aria-checked': checked })}
      onClick={(event) => {
        event.stopPropagation();
        if (!disabled) onPick();
      }}
      onPointerMove={(event) =>
        event.pointerType === 'mouse' && !disabled && event.currentTarget.focus({ preventScroll: true })
      }
      className={cn(itemStyles, className)}
      {...rest}
    />
  );
}

export function MenuItem({ tone = 'plain', stayOpen = false, onSelect, className, ...rest }: MenuItemProps) {
  const { close } = useContext(MenuContext);
  const pick = () => {
    // Closed first: a dialog that the act opens then finds the button to give the focus back to.
    if (!stayOpen) close();
    onSelect();
  };
  return (
    <BaseItem
      role="menuitem"
      className={cn(tone === 'stop' && 'text-stop focus:bg-stop-ground', className)}
      onPick={pick}
      {...rest}
    />
  );
}

function Mark({ shown }: { shown: boolean }) {
  return (
    <span className="inline-flex size-3.5 shrink-0 items-center justify-center">
      {shown && <Icon of={Check} size={13} />}
    </span>
  );
}

/** Stays open, so that several can be changed at once. */
export function MenuCheckItem({
  checked,
  onCheckedChange,
  children,
  ...rest
}: ItemProps & { checked: boolean; onCheckedChange: () => void }) {
  return (
    <BaseItem role="menuitemcheckbox" checked={checked} onPick={onCheckedChange} {...rest}>
      <Mark shown={checked} />
      {children}
    </BaseItem>
  );
}

const RadioContext = createContext<{ value: string; onChange: (value: string) => void }>({
  value: '',
  onChange: () => undefined,
});

export function MenuRadioGroup({
  value,
  onChange,
  children,
}: {
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return <RadioContext value={{ value, onChange }}>{children}</RadioContext>;
}

export function MenuRadioItem({ value, children, ...rest }: ItemProps & { value: string }) {
  const group = useContext(RadioContext);
  const { close } = useContext(MenuContext);
  const pick = () => {
    close();
    group.onChange(value);
  };
  return (
    <BaseItem role="menuitemradio" checked={group.value === value} onPick={pick} {...rest}>
      <Mark shown={group.value === value} />
      {children}
    </BaseItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-hint text-muted">{children}</div>;
}

export function MenuSeparator() {
  return <hr className="-mx-1 my-1 border-line" />;
}
