'use client';

import Link from 'next/link';
import { Mark } from './mark';
import { mainNav, trustNav } from './nav-items';
import { NavLink } from './nav-link';
import { OperatorMenu } from './operator-menu';
import { useNav } from './use-nav';

export function SideBar() {
  const trust = useNav(trustNav);
  return (
    <aside className="sticky top-0 flex h-dvh w-52 shrink-0 flex-col border-line border-r bg-sunk px-2.5 pb-3 max-md:hidden">
      <Link href="/" className="mt-3 mb-2 flex h-8 items-center gap-2 px-[7px] font-semibold text-[14px]">
        <Mark />
        Gatehouse
      </Link>
      <nav aria-label="Pages" className="flex flex-1 flex-col gap-0.5 overflow-y-auto">
        {mainNav.map((item) => (
          <NavLink key={item.href} item={item} />
        ))}
        <h2 className="mt-4 mb-1 px-[7px] text-hint text-muted">Trust</h2>
        {trust.map((item) => (
          <NavLink key={item.href} item={item} />
        ))}
      </nav>
      <OperatorMenu />
    </aside>
  );
}
