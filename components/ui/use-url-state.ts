'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** Filters live in the URL, so that what somebody sees can be pasted to a colleague. Changing one asks no server for a page. */
export function useUrlState(): {
  get: (name: string) => string | undefined;
  set: (changes: Record<string, string | undefined>) => void;
  search: string;
  /** Takes a whole query string in place of the present one. */
  go: (search: string) => void;
} {
  const pathname = usePathname();
  const params = useSearchParams();
  const search = params.toString();
  const set = useCallback(
    (changes: Record<string, string | undefined>) => {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      history.pushState(null, '', next.size > 0 ? `${pathname}?${next}` : pathname);
    },
    [pathname, search],
  );
  const go = (next: string) => history.pushState(null, '', next ? `${pathname}?${next}` : pathname);
  return { go, get: (name) => params.get(name) ?? undefined, set, search };
}
