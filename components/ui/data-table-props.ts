import type { ReactNode } from 'react';
import type { TableColumns } from './table-columns';
import type { Selection } from './use-selection';

export interface DataTableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: TableColumns<T>;
  rows: readonly T[];
  rowId: (row: T) => string;
  /** Says the row by name: "Select Triage inbound issues". */
  rowName: (row: T) => string;
  selection?: Selection;
  canSelect?: (row: T) => boolean;
  /** Colour of a selected row: red where the selection is about to be revoked. */
  selectedClassName?: string;
  onOpen?: (row: T) => void;
  /** Acts at the end of the row. */
  actions?: (row: T) => ReactNode;
  actionsWidth?: number;
  /** The two lines of a row on a phone. */
  compact: (row: T) => ReactNode;
  rowClassName?: (row: T) => string | undefined;
  /** Shown under the row across the table, such as its details. */
  expanded?: (row: T) => ReactNode;
}
