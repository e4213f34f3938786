import { displayWidth, plain, truncate } from './text';

export interface Column<T> {
  title: string;
  value: (item: T) => string;
  align?: 'right';
  /** Gives way first when the terminal is narrow; never below its title. */
  flexible?: true;
}

const gap = '  ';

/** A table of plain text. Without a width (a pipe) nothing is cut. */
export function renderTable<T>(items: readonly T[], columns: readonly Column<T>[], width: number | undefined): string {
  const rows = [
    columns.map(({ title }) => title),
    ...items.map((item) => columns.map(({ value }) => plain(value(item)))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => displayWidth(row[index] ?? ''))));
  if (width !== undefined) shrink(widths, columns, width);
  return rows
    .map((row) =>
      row
        .map((cell, index) => pad(truncate(cell, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.align))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}

function shrink<T>(widths: number[], columns: readonly Column<T>[], width: number): void {
  let over = widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1) - width;
  for (const [index, column] of columns.entries()) {
    if (over <= 0) return;
    if (!column.flexible) continue;
    const current = widths[index] ?? 0;
    const given = Math.min(over, Math.max(0, current - Math.max(column.title.length, 8)));
    widths[index] = current - given;
    over -= given;
  }
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** `name   value` lines, for one thing in detail. */
export function renderFields(fields: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}${gap}${plain(value)}`.trimEnd()).join('\n');
}
