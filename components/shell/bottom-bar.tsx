'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleEllipsis, LogOut } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { navCountsQuery } from '@/components/api/queries';
import { cn } from '@/components/ui/cn';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { useToast } from '@/components/ui/toast';
import { allNav, barNav, isCurrent } from './nav-items';
import { signOut } from './sign-out';
import { ThemeItems } from './theme-items';
import { useNav } from './use-nav';

const itemStyles =
  'flex h-14 flex-1 flex-col items-center justify-center gap-1 text-hint text-muted aria-[current]:text-text';

const moreNav = allNav.filter((item) => !barNav.includes(item));

/** The side bar's place on a phone. */
export function BottomBar() {
  const pathname = usePathname();
  const router = useRouter();
  const toast = useToast();
  const more = useNav(moreNav);
  const { data: counts } = useQuery(navCountsQuery());
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-sunk pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {barNav.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={isCurrent(item, pathname) ? 'page' : undefined}
          className={itemStyles}
        >
          <span className="relative">
            <Icon of={item.icon} size={18} />
            {item.count && counts && counts[item.count] > 0 && (
              <span
                className={cn(
                  'absolute -top-1 left-4 rounded-full bg-line px-1 text-[10px] text-text leading-[14px]',
                  item.count === 'approvals' && 'bg-wait-ground text-wait',
                )}
              >
                {counts[item.count]}
              </span>
            )}
          </span>
          {item.label}
        </Link>
      ))}
      <DropdownMenu
        side="top"
        trigger={
          <button
            type="button"
            className={cn(itemStyles, moreNav.some((item) => isCurrent(item, pathname)) && 'text-text')}
          >
            <Icon of={CircleEllipsis} size={18} />
            More
          </button>
        }
      >
        {more.map((item) => (
          <MenuItem key={item.href} onSelect={() => router.push(item.href)}>
            <Icon of={item.icon} /> {item.label}
          </MenuItem>
        ))}
        <MenuSeparator />
        <ThemeItems />
        <MenuSeparator />
        <MenuItem
          onSelect={() => void signOut().catch((error: unknown) => toast.showError('You are still signed in.', error))}
        >
          <Icon of={LogOut} /> Sign out
        </MenuItem>
      </DropdownMenu>
    </nav>
  );
}
