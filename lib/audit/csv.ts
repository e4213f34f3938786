/** RFC 4180, with a quote before what a spreadsheet would run as a formula. */
import type { StoredRow } from './canonical';

const columns = ['seq', 'at', 'actor', 'action', 'target', 'outcome', 'data', 'prevHash', 'hash'] as const;

export const csvHeader = `${columns.join(',')}\r\n`;

export function csvLine(row: StoredRow): string {
  return `${columns.map((column) => cell(String(row[column]))).join(',')}\r\n`;
}

function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
