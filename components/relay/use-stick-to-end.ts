'use client';

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

const nearPx = 48;

/**
 * Keeps a list that grows at its end at its end, unless somebody has scrolled up; and keeps what they read in its place when
 * older rows come in above it.
 */
export function useStickToEnd(
  box: RefObject<HTMLElement | null>,
  rows: { firstId: string | undefined; lastId: string | undefined; extra: unknown },
) {
  const before = useRef({ firstId: rows.firstId, lastId: rows.lastId, height: 0, atEnd: true });
  const [unread, setUnread] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands below the rows moves their end as well.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const was = before.current;
    if (was.atEnd) element.scrollTop = element.scrollHeight;
    else if (was.firstId !== rows.firstId && was.lastId === rows.lastId)
      element.scrollTop += element.scrollHeight - was.height;
    else if (was.lastId !== rows.lastId) setUnread(true);
    before.current = { ...was, firstId: rows.firstId, lastId: rows.lastId, height: element.scrollHeight };
  }, [box, rows.firstId, rows.lastId, rows.extra]);

  // A picture has its height only once it is there.
  useEffect(() => {
    const element = box.current;
    const content = element?.querySelector('[role="log"]');
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      if (before.current.atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  return {
    unread,
    onScroll() {
      const element = box.current;
      if (!element) return;
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      before.current = { ...before.current, atEnd, height: element.scrollHeight };
      if (atEnd) setUnread(false);
    },
    toEnd() {
      before.current = { ...before.current, atEnd: true };
      setUnread(false);
      box.current?.scrollTo({ top: box.current.scrollHeight });
    },
  };
}
