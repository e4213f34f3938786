import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn';
import { Spinner } from './spinner';

export const buttonStyles = cva(
  'inline-flex h-7 shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-2.5 font-medium text-body transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 max-md:h-9 max-md:px-3 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary: 'border-text bg-text text-bg enabled:hover:opacity-88',
        plain: 'border-line-strong bg-panel text-text enabled:hover:bg-sunk',
        quiet: 'border-transparent bg-transparent text-muted enabled:hover:bg-sunk enabled:hover:text-text',
        stop: 'border-stop bg-stop text-bg enabled:hover:opacity-88',
        'stop-outline': 'border-stop/60 bg-transparent text-stop enabled:hover:bg-stop-ground',
      },
      size: { normal: '', small: 'h-6 px-2 text-hint max-md:h-8' },
    },
    defaultVariants: { tone: 'plain', size: 'normal' },
  },
);

export interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonStyles> {
  /** Shows that the act is under way and refuses a second press. */
  pending?: boolean;
}

export function Button({
  tone,
  size,
  pending = false,
  disabled,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled || pending}
      aria-busy={pending || undefined}
      className={cn(buttonStyles({ tone, size }), className)}
      {...rest}
    >
      {pending && <Spinner />}
      {children}
    </button>
  );
}
