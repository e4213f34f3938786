'use client';

import { type ReactNode, useState } from 'react';
import { useIsWide } from './use-media';
import { useStoredState } from './use-stored-state';

export interface Column<T> {
  id: string;
  header: string;
  /** Pixels. The one column without a width takes what is left. */
  width?: number;
  align?: 'right';
  /** May be hidden by the operator. */
  hideable?: boolean;
  /** Shown only once the operator asks for it. */
  hiddenAtFirst?: boolean;
  /** Left out where the window is narrower than 1120 px. */
  wideOnly?: boolean;
  cell: (row: T) => ReactNode;
  /** What the export writes; the column is left out of it when absent. */
  /** The head in the export, where it holds a time and the screen a duration. */
  csvHeader?: string;
  csv?: (row: T) => string | number | null;
}

interface ColumnChoices {
  widths: Record<string, number>;
  hidden: string[];
}
const narrowest = 56;
const widest = 800;

export interface TableColumns<T> {
  all: readonly Column<T>[];
  shown: readonly Column<T>[];
  widthOf: (column: Column<T>) => number | undefined;
  resize: (column: Column<T>, width: number) => void;
  isHidden: (column: Column<T>) => boolean;
  toggle: (column: Column<T>) => void;
  reset: () => void;
}

/** Which columns a table shows and how wide, kept in this browser under the table's name. */
export function useTableColumns<T>(table: string, all: readonly Column<T>[]): TableColumns<T> {
  const [initial] = useState(() => ({
    widths: {},
    hidden: all.filter((column) => column.hiddenAtFirst).map((column) => column.id),
  }));
  const [choices, setChoices] = useStoredState<ColumnChoices>(`gatehouse.table.${table}`, initial, parseChoices);
  const wide = useIsWide();
  const isHidden = (column: Column<T>) => choices.hidden.includes(column.id);
  return {
    all,
    shown: all.filter((column) => !isHidden(column) && (wide || !column.wideOnly)),
    widthOf: (column) => choices.widths[column.id] ?? column.width,
    resize: (column, width) =>
      setChoices({
        ...choices,
        widths: { ...choices.widths, [column.id]: Math.min(widest, Math.max(narrowest, Math.round(width))) },
      }),
    isHidden,
    toggle: (column) =>
      setChoices({
        ...choices,
        hidden: isHidden(column) ? choices.hidden.filter((id) => id !== column.id) : [...choices.hidden, column.id],
      }),
    reset: () => setChoices(initial),
  };
}

function parseChoices(stored: unknown): ColumnChoices | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { widths, hidden } = stored as Partial<ColumnChoices>;
  if (typeof widths !== 'object' || widths === null || !Array.isArray(hidden)) return null;
  return { widths, hidden: hidden.filter((id) => typeof id === 'string') };
}
