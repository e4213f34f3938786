'use client';

import { useMe } from '@/components/api/use-me';
import type { NavItem } from './nav-items';

/** The pages this operator has a use for. */
export function useNav(items: readonly NavItem[]): readonly NavItem[] {
  const { can } = useMe();
  return items.filter(({ needs }) => needs === undefined || can(needs));
}
