'use client';

import { LogOut, Settings } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { useMe } from '@/components/api/use-me';
import { cn } from '@/components/ui/cn';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { Icon } from '@/components/ui/icon';
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items';
import { useToast } from '@/components/ui/toast';
import { isCurrent, settingsNav } from './nav-items';
import { signOut, signOutEverywhere } from './sign-out';
import { ThemeItems } from './theme-items';

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0]?.[0], words.at(-1)?.[0]] : [words[0]?.slice(0, 2)];
  return letters.join('').toUpperCase();
}

export function OperatorMenu() {
  const { me } = useMe();
  const toast = useToast();
  const onSettings = isCurrent(settingsNav, usePathname());
  const [asking, setAsking] = useState(false);
  const operator = me?.operator;
  return (
    <div className="flex items-center gap-1 pt-2">
      <DropdownMenu
        align="start"
        side="top"
        trigger={
          <button
            type="button"
            className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5 text-left text-muted hover:text-text"
          >
            <span
              aria-hidden="true"
              className="flex size-[22px] shrink-0 items-center justify-center rounded-full bg-line-strong font-semibold text-[10px] text-text"
            >
              {operator ? initialsOf(operator.name) : ''}
            </span>
            <span className="truncate">{operator?.name ?? 'Account'}</span>
          </button>
        }
      >
        {operator && (
          <div className="px-2 pt-1 pb-1.5">
            <p className="font-medium">{operator.email}</p>
            <p className="text-hint text-muted capitalize">{operator.role}</p>
          </div>
        )}
        <MenuSeparator />
        <ThemeItems />
        <MenuSeparator />
        <MenuItem
          onSelect={() => void signOut().catch((error: unknown) => toast.showError('You are still signed in.', error))}
        >
          <Icon of={LogOut} /> Sign out
        </MenuItem>
        <MenuItem onSelect={() => setAsking(true)}>
          <span className="size-[15px]" /> Sign out everywhere
        </MenuItem>
      </DropdownMenu>
      <Link
        href={settingsNav.href}
        aria-label="Settings"
        title="Settings"
        aria-current={onSettings ? 'page' : undefined}
        className={cn(
          'flex size-7 items-center justify-center rounded-md border border-transparent text-muted hover:text-text',
          onSettings && 'border-line bg-panel text-text',
        )}
      >
        <Icon of={Settings} />
      </Link>
      <SignOutEverywhereDialog open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}

export function SignOutEverywhereDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title="Sign out everywhere?"
      action="Sign out everywhere"
      onConfirm={signOutEverywhere}
    >
      Every session of yours ends at once, this one too, and open terminals lose their connection. Runs go on.
    </ConfirmDialog>
  );
}
