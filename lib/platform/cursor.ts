/** Keyset cursors: opaque to callers, a JSON array to us. They hold no secret and are validated by whoever uses the parts. */
import { z } from 'zod';
import { AppError } from './errors';

const parts = z
  .array(z.union([z.string().max(200), z.number()]))
  .min(1)
  .max(4);

export function encodeCursor(values: Array<string | number>): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws AppError BAD_REQUEST for anything `encodeCursor` did not write. */
export function decodeCursor(text: string): Array<string | number> {
  try {
    return parts.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new AppError('BAD_REQUEST', { message: 'cursor: not one this server gave out. Start again without it.' });
  }
}

/** `[timeMs, id]`, the cursor of every list that is sorted by a time. */
export function decodeTimeCursor(text: string): { time: Date; id: string } {
  const [ms, id] = decodeCursor(text);
  if (typeof ms !== 'number' || !Number.isSafeInteger(ms) || Math.abs(ms) > 8.64e15 || typeof id !== 'string')
    return decodeTimeCursorFailed();
  return { time: new Date(ms), id };
}

function decodeTimeCursorFailed(): never {
  throw new AppError('BAD_REQUEST', { message: 'cursor: not one of this list. Start again without it.' });
}

/** Cuts one row over the limit off into a cursor. */
export function pageFrom<Row, Item>(
  rows: Row[],
  limit: number,
  { cursor, item }: { cursor: (row: Row) => Array<string | number>; item: (row: Row) => Item },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), nextCursor: rows.length > limit && last ? encodeCursor(cursor(last)) : null };
}
