/** What is Gatehouse's own on this machine: no tool of any run shows it or writes to it, wherever it lies. */
import type { Config } from '@/lib/platform/config';
import { databaseFile } from '@/lib/platform/sqlite';

/** The data directory, and the database where it is kept elsewhere, with what SQLite writes beside it. */
export function ownFiles({ dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>): string[] {
  const file = databaseFile(databaseUrl).replace(/\?.*$/, '');
  return [dataDir, ...['', '-wal', '-shm', '-journal'].map((end) => file + end)];
}
