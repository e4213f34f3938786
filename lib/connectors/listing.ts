/** A page of connectors, newest first. All are in memory: there are tens of them, not millions. */
import type { Page } from '@/lib/contracts/common';
import type { Connector } from '@/lib/contracts/connectors';
import { decodeTimeCursor, pageFrom } from '@/lib/platform/cursor';
import { type Entry, viewOf } from './entry';

export function listEntries(
  entries: Entry[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<Connector> {
  const after = cursor ? decodeTimeCursor(cursor) : null;
  const newestFirst = entries.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
  const isAfter = ({ createdAt, id }: Entry) =>
    !after || createdAt < after.time || (createdAt.getTime() === after.time.getTime() && id < after.id);
  return pageFrom(newestFirst.filter(isAfter).slice(0, limit + 1), limit, {
    cursor: ({ createdAt, id }) => [createdAt.getTime(), id],
    item: viewOf,
  });
}
