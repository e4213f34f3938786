import type { ComponentProps } from 'react';
import { cn } from './cn';

export const controlStyles =
  'w-full rounded-md border border-line-strong bg-panel px-2 text-body text-text transition-colors duration-100 hover:border-faint focus-visible:border-info focus-visible:outline-offset-0 disabled:opacity-50 aria-invalid:border-stop max-md:text-[16px]';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(controlStyles, 'h-7 max-md:h-10', className)} {...rest} />;
}

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={cn(controlStyles, 'py-1.5', className)} {...rest} />;
}

export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select className={cn(controlStyles, 'h-7 max-md:h-10', className)} {...rest}>
      {children}
    </select>
  );
}
