import { Activity, KeyRound, LayoutDashboard, type LucideIcon, ScrollText, Settings } from 'lucide-react';

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The second key after g. */
  key: string;
  count?: 'liveRuns' | 'liveTokens';
}

export const mainNav: readonly NavItem[] = [
  { href: '/', label: 'Overview', icon: LayoutDashboard, key: 'o' },
  { href: '/runs', label: 'Runs', icon: Activity, key: 'r', count: 'liveRuns' },
  { href: '/audit', label: 'Audit', icon: ScrollText, key: 'a' },
];
export const trustNav: readonly NavItem[] = [
  { href: '/tokens', label: 'Tokens', icon: KeyRound, key: 't', count: 'liveTokens' },
];
export const settingsNav: NavItem = { href: '/settings', label: 'Settings', icon: Settings, key: 's' };
export const allNav: readonly NavItem[] = [...mainNav, ...trustNav, settingsNav];

export function isCurrent(item: NavItem, pathname: string): boolean {
  return item.href === '/' ? pathname === '/' : pathname === item.href || pathname.startsWith(`${item.href}/`);
}
