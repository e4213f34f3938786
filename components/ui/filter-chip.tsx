'use client';

import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { cn } from './cn';
import { DropdownMenu } from './dropdown-menu';
import { Icon } from './icon';

const chipStyles = 'inline-flex h-6 max-w-72 items-center rounded-md border text-body max-md:h-9';
const unsetStyles = 'gap-1 border-line-strong border-dashed px-2 text-muted hover:border-faint hover:text-text';
const setStyles = 'border-line-strong bg-panel';

/** The press that opened the field is what asks for the focus. */
function focusOnMount(field: HTMLInputElement | null): void {
  field?.focus();
}

interface TextChipProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  placeholder?: string;
  /** What the chip says in place of its value, where that is an id with a name. */
  words?: string;
  /** Makes `/` start typing here. */
  search?: boolean;
}

/** A filter by a text: a dashed button until it is set, a field while it is typed, then a chip with its value. */
export function TextChip({ label, value, onChange, placeholder, words, search = false }: TextChipProps) {
  const [editing, setEditing] = useState(false);
  if (editing) {
    const finish = (next: string) => {
      setEditing(false);
      const trimmed = next.trim();
      if (trimmed !== (value ?? '')) onChange(trimmed || undefined);
    };
    const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key === 'Enter') finish(event.currentTarget.value);
      if (event.key === 'Escape') setEditing(false);
      if (event.key === 'Enter' || event.key === 'Escape') event.stopPropagation();
    };
    return (
      <label className={cn(chipStyles, 'border-info bg-panel pl-2')}>
        <span className="pr-1.5 text-muted">{label}</span>
        <input
          ref={focusOnMount}
          defaultValue={value}
          maxLength={200}
          placeholder={placeholder}
          onKeyDown={onKeyDown}
          onBlur={(event) => finish(event.currentTarget.value)}
          className="w-36 bg-transparent pr-2 outline-none max-md:text-[16px]"
        />
      </label>
    );
  }
  if (!value) {
    return (
      <button
        type="button"
        data-search={search || undefined}
        onClick={() => setEditing(true)}
        className={cn(chipStyles, unsetStyles)}
      >
        <Icon of={Plus} size={13} />
        {label}
      </button>
    );
  }
  return (
    <SetChip
      label={label}
      value={words ?? value}
      onClear={() => onChange(undefined)}
      search={search}
      onEdit={() => setEditing(true)}
    />
  );
}

interface SetChipProps {
  label: string;
  value: string;
  onClear: () => void;
  onEdit: () => void;
  search: boolean;
}
function SetChip({ label, value, onClear, onEdit, search }: SetChipProps) {
  return (
    <span className={cn(chipStyles, setStyles)}>
      <button
        type="button"
        data-search={search || undefined}
        aria-label={`${label}: ${value}. Change`}
        onClick={onEdit}
        className="flex h-full min-w-0 items-center gap-1.5 pl-2"
      >
        <span className="text-muted">{label}</span>
        <span className="truncate">{value}</span>
      </button>
      <ClearButton label={label} onClear={onClear} />
    </span>
  );
}

function ClearButton({ label, onClear }: { label: string; onClear: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Clear ${label}`}
      onClick={onClear}
      className="flex h-full items-center px-1.5 text-muted hover:text-text max-md:px-2.5"
    >
      <Icon of={X} size={13} />
    </button>
  );
}

interface MenuChipProps {
  label: string;
  /** The chosen value in words, or undefined while the filter is not set. */
  value: string | undefined;
  onClear: () => void;
  /** The menu's items. */
  children: ReactNode;
}

/** A filter chosen from a menu. */
export function MenuChip({ label, value, onClear, children }: MenuChipProps) {
  if (value === undefined) {
    return (
      <DropdownMenu
        align="start"
        trigger={
          <button type="button" className={cn(chipStyles, unsetStyles)}>
            <Icon of={Plus} size={13} />
            {label}
          </button>
        }
      >
        {children}
      </DropdownMenu>
    );
  }
  return (
    <span className={cn(chipStyles, setStyles)}>
      <DropdownMenu
        align="start"
        trigger={
          <button type="button" className="flex h-full min-w-0 items-center gap-1.5 pl-2">
            <span className="text-muted">{label}</span>
            <span className="truncate">{value}</span>
          </button>
        }
      >
        {children}
      </DropdownMenu>
      <ClearButton label={label} onClear={onClear} />
    </span>
  );
}
