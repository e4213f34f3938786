import type { ReactNode } from 'react';
import { cn } from './cn';

/** A key to press. Hidden where there is no keyboard to speak of. */
export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-current/30 px-1 text-[11px] leading-none max-md:hidden',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
