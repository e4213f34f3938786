import type { KeyboardEvent, MouseEvent } from 'react';
import type { DataTableProps } from './data-table-props';

/** A click on the row itself opens it; one on a control inside it, or that ends a text selection, does not. */
export function onRowClick<T>(
  event: MouseEvent<HTMLElement>,
  row: T,
  { onOpen, selection, rowId, canSelect }: DataTableProps<T>,
): void {
  if (event.target instanceof Element && event.target.closest('a, button, input, label, [role="menu"]')) return;
  if (!event.currentTarget.contains(event.target as Node)) return;
  if (event.shiftKey && selection && (canSelect?.(row) ?? true)) {
    getSelection()?.removeAllRanges();
    selection.toggle(rowId(row), true);
  } else if (getSelection()?.isCollapsed !== false) onOpen?.(row);
}

/** Arrows or j and k move, shift extends the selection, space or x selects, Enter opens. */
export function onRowKey<T>(
  event: KeyboardEvent<HTMLElement>,
  body: HTMLElement | null,
  props: DataTableProps<T>,
): void {
  const { rows, rowId, selection, canSelect, onOpen } = props;
  if (!(event.target instanceof HTMLTableRowElement) || event.metaKey || event.ctrlKey || event.altKey) return;
  const index = rows.findIndex((row) => rowId(row) === (event.target as HTMLElement).dataset.row);
  const row = rows[index];
  if (row === undefined) return;
  const step =
    event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0;
  if (step !== 0) {
    const next = rows[index + step];
    if (next !== undefined) {
      body?.querySelector<HTMLElement>(`[data-row="${CSS.escape(rowId(next))}"]`)?.focus();
      if (event.shiftKey && selection && (canSelect?.(next) ?? true)) selection.toggle(rowId(next));
    }
  } else if (event.key === 'Enter') onOpen?.(row);
  else if ((event.key === ' ' || event.key === 'x') && selection && (canSelect?.(row) ?? true))
    selection.toggle(rowId(row), event.shiftKey);
  else return;
  event.preventDefault();
}
