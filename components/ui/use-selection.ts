'use client';

import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection {
  /** Selected ids that are still in the list, in its order. */
  ids: string[];
  has: (id: string) => boolean;
  /** With `range`, everything between the last toggled row and this one follows it. */
  toggle: (id: string, range?: boolean) => void;
  allSelected: boolean;
  toggleAll: () => void;
  clear: () => void;
}

/** Which rows are selected. A row that leaves the list leaves the selection: what is acted on is what is seen. */
export function useSelection(rowIds: readonly string[]): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);

  const toggle = useCallback(
    (id: string, range = false) => {
      const from = range && anchor.current !== null ? rowIds.indexOf(anchor.current) : -1;
      const to = rowIds.indexOf(id);
      const touched = from === -1 ? [id] : rowIds.slice(Math.min(from, to), Math.max(from, to) + 1);
      anchor.current = id;
      setSelected((current) => {
        const next = new Set(current);
        const select = !current.has(id);
        for (const each of touched) {
          if (select) next.add(each);
          else next.delete(each);
        }
        return next;
      });
    },
    [rowIds],
  );
  const clear = useCallback(() => setSelected(new Set()), []);
  const ids = useMemo(() => rowIds.filter((id) => selected.has(id)), [rowIds, selected]);
  const allSelected = rowIds.length > 0 && ids.length === rowIds.length;
  return {
    ids,
    has: (id) => selected.has(id),
    toggle,
    allSelected,
    toggleAll: () => setSelected(new Set(allSelected ? [] : rowIds)),
    clear,
  };
}
