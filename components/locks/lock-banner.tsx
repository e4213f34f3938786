'use client';

import { useQuery } from '@tanstack/react-query';
import { Lock as LockIcon } from 'lucide-react';
import Link from 'next/link';
import { locksQuery } from '@/components/api/trust-queries';
import { KeyExpiry } from '@/components/settings/key-expiry';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { useNow } from '@/components/ui/use-now';
import type { Lock, LockTarget } from '@/lib/contracts/locks';
import { standingOn } from './lock-words';

/** Says where a lock bites, in the words of whoever set it. Nothing while none does. */
export function LockBanner({ targets }: { targets: readonly LockTarget[] }) {
  const { data } = useQuery(locksQuery());
  const now = useNow();
  const standing = data ? standingOn(data, targets, now) : [];
  if (standing.length === 0) return null;
  return (
    <ul aria-label="Locks" className="mt-2.5 flex flex-col gap-1.5">
      {standing.map((lock) => (
        <LockNote key={lock.id} lock={lock} />
      ))}
    </ul>
  );
}

function LockNote({ lock }: { lock: Lock }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md bg-stop-ground px-3 py-2">
      <span className="flex min-w-0 items-center gap-2 font-medium text-stop">
        <Icon of={LockIcon} size={14} className="shrink-0" />
        <span className="min-w-0 break-words">
          The {lock.target.kind} {printable(lock.target.id)} is locked: {printable(lock.message)}
        </span>
      </span>
      <span className="text-muted">
        by {printable(lock.createdBy)}
        {lock.expiresAt && (
          <>
            , ends <KeyExpiry at={lock.expiresAt} />
          </>
        )}
      </span>
      <Link href="/settings/locks" className="ml-auto text-info underline">
        Locks
      </Link>
    </li>
  );
}
