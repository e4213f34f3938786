import { downloadText, toCsv } from './csv';
import type { Column } from './table-columns';

/** Saves what the table shows: its visible columns, its loaded rows. */
export function exportTable<T>(fileName: string, columns: readonly Column<T>[], rows: readonly T[]): void {
  const exported = columns.filter((column) => column.csv);
  downloadText(
    fileName,
    toCsv(
      exported.map((column) => column.csvHeader ?? column.header),
      rows.map((row) => exported.map((column) => column.csv?.(row))),
    ),
  );
}
