'use client';

import { useCallback, useEffect, useState } from 'react';

/**
 * State kept in this browser under `key`. Starts as `initial`, so that hydration agrees, and takes the stored value
 * over in the first effect. `parse` returns null for anything it does not recognise.
 */
export function useStoredState<T>(
  key: string,
  initial: T,
  parse: (stored: unknown) => T | null,
): [T, (next: T) => void] {
  const [value, setValue] = useState(initial);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `parse` is written inline by callers and never changes meaning.
  useEffect(() => {
    const stored = readStored(key);
    const parsed = stored === undefined ? null : parse(stored);
    if (parsed !== null) setValue(parsed);
  }, [key]);
  const store = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage is full or forbidden: the choice then lasts as long as the page.
      }
    },
    [key],
  );
  return [value, store];
}

function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
