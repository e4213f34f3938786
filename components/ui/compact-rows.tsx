import { Checkbox } from './checkbox';
import { cn } from './cn';
import type { DataTableProps } from './data-table-props';

/** The same rows on a phone: two lines each, the dot first. */
export function CompactRows<T>({
  label,
  rows,
  rowId,
  rowName,
  selection,
  canSelect,
  onOpen,
  actions,
  compact,
  rowClassName,
  selectedClassName,
  expanded,
}: DataTableProps<T>) {
  return (
    <ul aria-label={label} className="border-line border-t">
      {rows.map((row) => {
        const id = rowId(row);
        const details = expanded?.(row);
        const selected = selection?.has(id) ?? false;
        return (
          <li
            key={id}
            className={cn(
              'border-line border-b',
              rowClassName?.(row),
              selected && (selectedClassName ?? 'bg-info-ground'),
            )}
          >
            <div className="flex min-h-14 items-center gap-3 px-1 py-2">
              {selection && (
                <Checkbox
                  className="m-1 size-5"
                  aria-label={`Select ${rowName(row)}`}
                  checked={selected}
                  disabled={canSelect ? !canSelect(row) : false}
                  onChange={() => selection.toggle(id)}
                />
              )}
              {onOpen ? (
                <button
                  type="button"
                  aria-expanded={expanded && Boolean(details)}
                  onClick={() => onOpen(row)}
                  className="min-w-0 flex-1 text-left"
                >
                  {compact(row)}
                </button>
              ) : (
                <div className="min-w-0 flex-1">{compact(row)}</div>
              )}
              {actions?.(row)}
            </div>
            {details && <div className="bg-sunk px-2 py-3">{details}</div>}
          </li>
        );
      })}
    </ul>
  );
}
