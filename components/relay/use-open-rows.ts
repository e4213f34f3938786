'use client';

import { useState } from 'react';

export interface OpenRows {
  has: (id: string) => boolean;
  toggle: (id: string) => void;
}

/** Which rows of a table show their details. */
export function useOpenRows(): OpenRows {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return {
    has: (id) => open.has(id),
    toggle: (id) =>
      setOpen((current) => {
        const next = new Set(current);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
  };
}
