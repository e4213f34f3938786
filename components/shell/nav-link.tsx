'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { navCountsQuery } from '@/components/api/queries';
import { cn } from '@/components/ui/cn';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { isCurrent, type NavCount, type NavItem } from './nav-items';

export function NavLink({ item }: { item: NavItem }) {
  const current = isCurrent(item, usePathname());
  return (
    <Link
      href={item.href}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'flex h-[30px] items-center gap-2.5 rounded-md border border-transparent px-[7px] text-muted transition-colors duration-100 hover:text-text',
        current && 'border-line bg-panel font-medium text-text',
      )}
    >
      <Icon of={item.icon} />
      <span className="flex-1">{item.label}</span>
      {item.count && <Count of={item.count} />}
    </Link>
  );
}

/** Plain for what lives, amber for what waits for a person. */
function Count({ of }: { of: NavCount }) {
  const { data } = useQuery(navCountsQuery());
  if (!data) return null;
  if (of !== 'approvals') {
    return (
      <span className="font-normal text-muted">
        {formatCount(data[of])}
        <span className="sr-only"> live</span>
      </span>
    );
  }
  if (data.approvals === 0) return null;
  return (
    <span className="min-w-[18px] rounded-full bg-wait-ground px-1.5 text-center text-hint font-medium text-wait">
      {formatCount(data.approvals)}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
