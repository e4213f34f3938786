'use client';

import type { KeyboardEvent, PointerEvent } from 'react';
import { cn } from './cn';
import type { Column, TableColumns } from './table-columns';

const keyboardStep = 16;

/** A column's head with the handle that makes it wider: by pointer, or by arrow keys once it has focus. */
export function ColumnHead<T>({
  column,
  columns,
  className,
}: {
  column: Column<T>;
  columns: TableColumns<T>;
  className: string;
}) {
  function startDrag(event: PointerEvent<HTMLElement>) {
    event.preventDefault();
    const handle = event.currentTarget;
    const startX = event.clientX;
    const startWidth = handle.closest('th')?.offsetWidth ?? column.width ?? 0;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => columns.resize(column, startWidth + move.clientX - startX);
    handle.onlostpointercapture = () => {
      handle.onpointermove = null;
    };
  }
  function onKey(event: KeyboardEvent<HTMLElement>) {
    const step = event.key === 'ArrowRight' ? keyboardStep : event.key === 'ArrowLeft' ? -keyboardStep : 0;
    if (step === 0) return;
    event.preventDefault();
    columns.resize(column, (event.currentTarget.closest('th')?.offsetWidth ?? 0) + step);
  }
  return (
    <th scope="col" className={cn(className, 'group/head', column.align === 'right' && 'text-right')}>
      <span className="block truncate">{column.header}</span>
      <button
        type="button"
        aria-label={`Width of ${column.header}`}
        title="Drag to resize"
        onPointerDown={startDrag}
        onKeyDown={onKey}
        className="absolute inset-y-1.5 right-0 w-1.5 cursor-col-resize! rounded-full border-line-strong border-r opacity-0 focus-visible:opacity-100 group-hover/head:opacity-100"
      />
    </th>
  );
}
