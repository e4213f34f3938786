'use client';

import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from '@/components/ui/icon';
import type { OpenRows } from './use-open-rows';

/** The first cell of a row that opens to its details. */
export function RowToggle({ id, open, children }: { id: string; open: OpenRows; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-expanded={open.has(id)}
      onClick={() => open.toggle(id)}
      className="flex w-full items-center gap-1.5 text-left"
    >
      <Icon of={open.has(id) ? ChevronDown : ChevronRight} size={14} className="shrink-0 text-muted" />
      {children}
    </button>
  );
}
