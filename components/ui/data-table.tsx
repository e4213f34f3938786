'use client';

import { useRef } from 'react';
import { Checkbox } from './checkbox';
import { cn } from './cn';
import { CompactRows } from './compact-rows';
import type { DataTableProps } from './data-table-props';
import { ColumnHead } from './table-head';
import { onRowClick, onRowKey } from './table-keys';
import { useIsNarrow } from './use-media';

export function DataTable<T>(props: DataTableProps<T>) {
  const narrow = useIsNarrow();
  return narrow ? <CompactRows {...props} /> : <WideTable {...props} />;
}

function WideTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, rowId, selection, actions, actionsWidth = 44 } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const span = columns.shown.length + (selection ? 1 : 0) + (actions ? 1 : 0);
  return (
    <table aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-left">
      <colgroup>
        {selection && <col width={34} />}
        {columns.shown.map((column) => (
          <col key={column.id} width={columns.widthOf(column)} />
        ))}
        {actions && <col width={actionsWidth} />}
      </colgroup>
      <thead>
        <tr>
          {selection && (
            <th scope="col" className={cn(headStyles, 'pl-2.5')}>
              <Checkbox
                aria-label={selection.allSelected ? 'Select none' : 'Select all shown'}
                checked={selection.allSelected}
                indeterminate={selection.ids.length > 0 && !selection.allSelected}
                onChange={selection.toggleAll}
              />
            </th>
          )}
          {columns.shown.map((column) => (
            <ColumnHead key={column.id} column={column} columns={columns} className={headStyles} />
          ))}
          {actions && (
            <th scope="col" className={headStyles}>
              <span className="sr-only">Acts</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={(event) => onRowKey(event, body.current, props)}>
        {rows.map((row, index) => (
          <WideRow key={rowId(row)} row={row} first={index === 0} span={span} {...props} />
        ))}
      </tbody>
    </table>
  );
}

const headStyles =
  'sticky top-0 z-10 h-8 border-line border-b bg-bg px-2.5 text-hint font-normal text-muted select-none';
const cellStyles = 'h-[38px] overflow-hidden text-ellipsis whitespace-nowrap border-line border-b px-2.5';

function WideRow<T>({ row, first, span, ...props }: DataTableProps<T> & { row: T; first: boolean; span: number }) {
  const { columns, rowId, rowName, selection, canSelect, onOpen, actions, rowClassName, expanded } = props;
  const id = rowId(row);
  const selected = selection?.has(id) ?? false;
  const details = expanded?.(row);
  return (
    <>
      <tr
        data-row={id}
        tabIndex={first ? 0 : -1}
        aria-selected={selection ? selected : undefined}
        onClick={(event) => onRowClick(event, row, props)}
        className={cn(
          'group/row transition-colors duration-100 hover:bg-sunk focus-visible:-outline-offset-2',
          onOpen && 'cursor-pointer',
          rowClassName?.(row),
          selected && (props.selectedClassName ?? 'bg-info-ground hover:bg-info-ground'),
        )}
      >
        {selection && (
          <td className={cn(cellStyles, 'pr-0')}>
            <Checkbox
              aria-label={`Select ${rowName(row)}`}
              checked={selected}
              disabled={canSelect ? !canSelect(row) : false}
              onClick={(event) => {
                event.stopPropagation();
                selection.toggle(id, event.shiftKey);
              }}
              onChange={() => undefined}
            />
          </td>
        )}
        {columns.shown.map((column) => (
          <td key={column.id} className={cn(cellStyles, column.align === 'right' && 'text-right')}>
            {column.cell(row)}
          </td>
        ))}
        {actions && <td className={cn(cellStyles, 'overflow-visible text-right')}>{actions(row)}</td>}
      </tr>
      {details && (
        <tr>
          <td colSpan={span} className="border-line border-b bg-sunk px-2.5 py-3">
            {details}
          </td>
        </tr>
      )}
    </>
  );
}
