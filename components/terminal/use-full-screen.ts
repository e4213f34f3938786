'use client';

import { type RefObject, useEffect, useState } from 'react';

/** Where the browser has no full screen for elements (iPhone), `available` is false. */
export function useFullScreen(element: RefObject<HTMLElement | null>) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const listen = () => setOn(document.fullscreenElement !== null && document.fullscreenElement === element.current);
    document.addEventListener('fullscreenchange', listen);
    return () => document.removeEventListener('fullscreenchange', listen);
  }, [element]);
  const toggle = () => {
    const change = on ? document.exitFullscreen() : element.current?.requestFullscreen?.();
    // Refused without a gesture or by the browser's settings: the terminal then stays where it is.
    change?.catch(() => undefined);
  };
  return { on, toggle };
}
