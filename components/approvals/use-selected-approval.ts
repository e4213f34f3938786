'use client';

import { usePathname } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';

/** How long after a change that the operator did not ask for no key and no button decides. */
const settleMs = 700;

export interface SelectedApproval {
  id: string | null;
  /** True once what is shown has been there long enough for a key to be meant for it. */
  settled: boolean;
  /** The URL names one: on a phone its page is open rather than the list. */
  named: boolean;
  select: (id: string | null, how?: 'by hand' | 'moved on') => void;
}

/**
 * Which approval is looked at: the one the URL names, else the first that came. It never changes by itself, not even when
 * the call is decided elsewhere: a key pressed at that moment would decide another call than the one that was read.
 */
export function useSelectedApproval(firstId: string | null): SelectedApproval {
  const named = idIn(usePathname());
  const [pinned, setPinned] = useState<string | null>(null);
  const [unsettledSince, setUnsettledSince] = useState(0);
  useEffect(() => {
    if (pinned !== null || firstId === null) return;
    setPinned(firstId);
    if (named === null) setUnsettledSince(Date.now());
  }, [pinned, firstId, named]);
  useEffect(() => {
    if (unsettledSince === 0) return;
    const timer = setTimeout(() => setUnsettledSince(0), settleMs);
    return () => clearTimeout(timer);
  }, [unsettledSince]);
  const select = useCallback((id: string | null, how: 'by hand' | 'moved on' = 'by hand') => {
    setPinned(id);
    if (how === 'moved on') setUnsettledSince(Date.now());
    const path = id === null ? '/approvals' : `/approvals/${encodeURIComponent(id)}`;
    // From the list a step forward, so that a phone's back goes to the list; from one to the next in its place.
    const write = location.pathname === '/approvals' ? 'pushState' : 'replaceState';
    history[write](null, '', `${path}${location.search}`);
  }, []);
  return { id: named ?? pinned, settled: unsettledSince === 0, named: named !== null, select };
}

function idIn(pathname: string): string | null {
  const [, , id] = pathname.split('/');
  return id ? decodeURIComponent(id) : null;
}
