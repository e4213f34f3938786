import {
  Activity,
  Blocks,
  CirclePause,
  CloudCog,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Plug,
  RadioTower,
  ScrollText,
  Settings,
  UsersRound,
} from 'lucide-react';

import type { Permission } from '@/lib/contracts/roles';

/** What a page's number counts: what lives, or what waits for a person. */
export type NavCount = 'liveRuns' | 'liveTokens' | 'approvals';

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The second key after g. */
  key: string;
  count?: NavCount;
  /** Shown to those whose role allows it; the others have no use for it. */
  needs?: Permission;
}

export const mainNav: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: LayoutDashboard, key: 'o' },
  { href: '/runs', label: 'Runs', icon: Activity, key: 'r', count: 'liveRuns' },
  { href: '/approvals', label: 'Approvals', icon: CirclePause, key: 'a', count: 'approvals' },
  { href: '/audit', label: 'Audit', icon: ScrollText, key: 'u' },
];
export const trustNav: readonly NavItem[] = [
  { href: '/plugins', label: 'Plugins', icon: Blocks, key: 'p' },
  { href: '/connectors', label: 'Connectors', icon: Plug, key: 'c' },
  { href: '/identities', label: 'Identities', icon: UsersRound, key: 'i', needs: 'settings.manage' },
  { href: '/tokens', label: 'Tokens', icon: KeyRound, key: 't', count: 'liveTokens' },
];
/** What runs reach beyond this server. */
export const reachNav: readonly NavItem[] = [
  { href: '/credentials', label: 'Credentials', icon: CloudCog, key: 'd' },
  { href: '/relay', label: 'Relay', icon: RadioTower, key: 'l' },
];
export const settingsNav: NavItem = { href: '/settings', label: 'Settings', icon: Settings, key: 's' };
export const allNav: readonly NavItem[] = [...mainNav, ...trustNav, ...reachNav, settingsNav];

/** What a phone's bar has room for; the rest is behind More. */
export const barNav: readonly NavItem[] = mainNav.slice(0, 3);

export function isCurrent(item: NavItem, pathname: string): boolean {
  return item.href === '/' ? pathname === '/' : pathname === item.href || pathname.startsWith(`${item.href}/`);
}
