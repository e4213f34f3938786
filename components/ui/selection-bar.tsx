import type { ReactNode } from 'react';
import { Button } from './button';
import { formatCount } from './format';
import { Kbd } from './kbd';

interface SelectionBarProps {
  count: number;
  /** What the act would end, in counts. */
  consequence?: ReactNode;
  onClear: () => void;
  children: ReactNode;
}

/** Lies at the foot of a list while something is selected, and says what acting on it would end. */
export function SelectionBar({ count, consequence, onClear, children }: SelectionBarProps) {
  if (count === 0) return null;
  return (
    <>
      {/* Room to scroll the last rows out from under the bar. */}
      <div aria-hidden="true" className="h-20 max-md:h-32" />
      <section
        aria-label="Selection"
        className="fixed right-5 bottom-4 left-[228px] z-20 mx-auto flex w-fit animate-rise flex-wrap items-center justify-end gap-x-4 gap-y-2 rounded-lg border border-line-strong bg-panel px-4 py-2 shadow-overlay max-md:inset-x-2 max-md:bottom-[calc(64px+env(safe-area-inset-bottom))] max-md:w-auto max-md:justify-start max-md:px-3"
      >
        <p aria-live="polite" className="min-w-0">
          <span className="font-semibold">{formatCount(count)} selected</span>{' '}
          <span className="text-muted">{consequence}</span>
        </p>
        <div className="flex items-center gap-2 max-md:w-full">
          <Button tone="quiet" onClick={onClear}>
            Clear <Kbd>Esc</Kbd>
          </Button>
          {children}
        </div>
      </section>
    </>
  );
}
