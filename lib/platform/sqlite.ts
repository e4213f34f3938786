/** What every connection to the database has in common, without the query engine: the record's thread needs no more. */

/**
 * An acknowledged write must outlive a power cut: WAL with `synchronous=FULL` syncs each commit. The driver waits for a lock on
 * its thread, so it waits briefly: a write that cannot be made is refused, and the other work goes on.
 */
export const databasePragmas = [
  'journal_mode=WAL',
  'synchronous=FULL',
  'busy_timeout=200',
  'foreign_keys=ON',
  'cache_size=-32000',
] as const;

/** The file behind a database URL of SQLite. */
export function databaseFile(databaseUrl: string): string {
  return databaseUrl.slice('file:'.length);
}
