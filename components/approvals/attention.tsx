'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { navCountsQuery } from '@/components/api/queries';
import { useLiveEvents } from '@/components/live/live-provider';
import { printable } from '@/components/ui/printable';
import { callName } from './approval-words';
import { currentAttention } from './attention-choices';
import { playAttention } from './attention-sound';

/** Calls whoever does not look at the page: the count in the title, and where it was asked for a notification and a sound. */
export function Attention() {
  const router = useRouter();
  const { data } = useQuery(navCountsQuery());
  useTitleCount(data?.approvals ?? 0);
  const told = useRef(new Set<string>());
  useLiveEvents((event) => {
    if (event.type === 'approval.decided') told.current.delete(event.data.id);
    // One that was put off is told again by the server; nobody needs to be called twice.
    if (event.type !== 'approval.requested' || told.current.has(event.data.id)) return;
    told.current.add(event.data.id);
    const { notify, sound } = currentAttention();
    if (sound) playAttention();
    if (!notify || (document.visibilityState === 'visible' && document.hasFocus())) return;
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    const { id, runTitle, principal } = event.data;
    // The tag lets several windows of one browser show it once.
    const notice = new Notification(`${callName(event.data)} waits for you`, {
      body: `${printable(runTitle)}, for ${printable(principal.userId)}`,
      tag: id,
    });
    notice.onclick = () => {
      window.focus();
      notice.close();
      router.push(`/approvals/${id}`);
    };
  });
  return null;
}

const counted = /^\(\d+\) /;

/** "(2) Runs · Gatehouse". Pages set their titles as they like; this puts the count in front each time. */
function useTitleCount(count: number): void {
  useEffect(() => {
    const apply = () => {
      const plain = document.title.replace(counted, '');
      const wanted = count > 0 ? `(${count}) ${plain}` : plain;
      if (document.title !== wanted) document.title = wanted;
    };
    apply();
    const observer = new MutationObserver(apply);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [count]);
}
