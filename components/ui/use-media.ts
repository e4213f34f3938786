'use client';

import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds. False on the server and in the first render. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
}

/** A phone, or a window as narrow as one. The same width as the `md` breakpoint. */
export function useIsNarrow(): boolean {
  return useMedia('(width < 860px)');
}
export function useIsWide(): boolean {
  return useMedia('(width >= 1120px)');
}
