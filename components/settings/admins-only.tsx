'use client';

import { LockKeyhole } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useMe } from '@/components/api/use-me';
import { buttonStyles } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

/** Says why the page is not for this operator, and asks the server for nothing it would refuse. */
export function AdminsOnly({ what, children }: { what: string; children: ReactNode }) {
  const { me, can } = useMe();
  if (!me) return null;
  if (can('settings.manage')) return children;
  return (
    <EmptyState
      icon={LockKeyhole}
      title={`Only admins see ${what}`}
      action={
        <Link href="/settings/sessions" className={buttonStyles()}>
          Your sessions
        </Link>
      }
    >
      You are signed in as {me.operator.role}. An admin can change your role.
    </EmptyState>
  );
}
