import type { ComponentProps } from 'react';
import { cn } from './cn';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** What it does: read by screen readers and shown on hover. */
  label: string;
  pressed?: boolean;
}

export function IconButton({ label, pressed, className, type = 'button', children, ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={cn(
        'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors duration-100 enabled:hover:bg-sunk enabled:hover:text-text disabled:opacity-50 aria-pressed:bg-sunk aria-pressed:text-text max-md:size-9',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
