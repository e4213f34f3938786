import type { LucideIcon, LucideProps } from 'lucide-react';

/** A lucide icon at the console's size and stroke. Decorative: the words beside it carry the meaning. */
export function Icon({ of: Drawing, size = 15, ...rest }: { of: LucideIcon } & LucideProps) {
  return <Drawing size={size} strokeWidth={1.6} aria-hidden="true" {...rest} />;
}
