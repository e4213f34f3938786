import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn';

const badgeStyles = cva('inline-flex h-[18px] items-center rounded-sm border px-1.5 text-hint', {
  variants: {
    tone: {
      plain: 'border-line-strong text-muted',
      live: 'border-transparent bg-live-ground text-live',
      wait: 'border-transparent bg-wait-ground text-wait',
      stop: 'border-transparent bg-stop-ground text-stop',
      info: 'border-transparent bg-info-ground text-info',
    },
  },
  defaultVariants: { tone: 'plain' },
});

export function Badge({ tone, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof badgeStyles>) {
  return <span className={cn(badgeStyles({ tone }), className)} {...rest} />;
}
