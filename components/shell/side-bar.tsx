'use client';

import Link from 'next/link';
import { Mark } from './mark';
import { mainNav, type NavItem, reachNav, trustNav } from './nav-items';
import { NavLink } from './nav-link';
import { OperatorMenu } from './operator-menu';
import { useNav } from './use-nav';

export function SideBar() {
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
        <Group title="Trust" items={trustNav} />
        <Group title="Reach" items={reachNav} />
      </nav>
      <OperatorMenu />
    </aside>
  );
}

function Group({ title, items }: { title: string; items: readonly NavItem[] }) {
  const shown = useNav(items);
  return (
    <>
      <h2 className="mt-4 mb-1 px-[7px] text-hint text-muted">{title}</h2>
      {shown.map((item) => (
        <NavLink key={item.href} item={item} />
      ))}
    </>
  );
}
