import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from './cn';

export interface TabItem {
  id: string;
  label: string;
  href: string;
  count?: number;
}

/** Tabs with a URL each, so that what somebody looks at can be pasted to a colleague. */
export function LinkTabs({
  label,
  items,
  current,
  end,
  onSelect,
}: {
  label: string;
  items: readonly TabItem[];
  current: string;
  end?: ReactNode;
  /** Switches in place of a navigation, where everything a tab shows is on the page already. */
  onSelect?: (id: string) => void;
}) {
  return (
    <nav aria-label={label} className="flex items-end gap-4 overflow-x-auto border-line border-b">
      {items.map((item) => (
        <Link
          key={item.id}
          href={item.href}
          replace
          scroll={false}
          prefetch={false}
          onNavigate={
            onSelect &&
            ((event) => {
              event.preventDefault();
              onSelect(item.id);
            })
          }
          aria-current={item.id === current ? 'page' : undefined}
          className={cn(
            '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 text-muted hover:text-text',
            item.id === current && 'border-text font-medium text-text',
          )}
        >
          {item.label}
          {item.count !== undefined && <span className="font-normal text-muted">{item.count}</span>}
        </Link>
      ))}
      {end && <div className="ml-auto flex h-9 items-center">{end}</div>}
    </nav>
  );
}

/** Two or three exclusive choices in a row, such as "12 h" and "24 h". */
export function Segments<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="inline-flex gap-1.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-6 rounded-md border border-line-strong border-dashed px-2 text-muted aria-pressed:border-solid aria-pressed:bg-panel aria-pressed:text-text max-md:h-8"
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
