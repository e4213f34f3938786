/** What the record is written through: numbered, chained and durable together with the rows that go with it. */
import type { StoredRow } from './canonical';

/** A row of the record before it has its number and its hash. */
export type UnchainedRow = Omit<StoredRow, 'seq' | 'prevHash' | 'hash'>;

/**
 * Statements on another table, run once for each of its rows in the order they stand. `@name` is taken from the row, `@seq` is
 * its row of the record. A constant of its module: a writer knows it again by its identity, and for good.
 */
export interface CompanionTable {
  readonly statements: readonly string[];
}
export type CompanionValues = Readonly<Record<string, string | number | null>>;

/** A row of another table that is written in the commit of its row of the record: both are durable, or neither exists. */
export interface Companion {
  readonly table: CompanionTable;
  readonly values: CompanionValues;
}

export interface RecordEntry {
  row: UnchainedRow;
  companions: readonly Companion[];
}

export interface RecordWriter {
  /** The newest row; `seq` 0 and the genesis hash where there is none. */
  head(): Promise<{ seq: number; hash: string }>;
  /** One commit, numbered from the head on. @returns each row's hash. Rejects where it is not durable: then none of it exists. */
  write(entries: readonly RecordEntry[]): Promise<string[]>;
  close(): Promise<void>;
}
