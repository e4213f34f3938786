/**
 * The proof: every hash is recomputed, every link followed, every number counted. Finds an edited, deleted, inserted or
 * reordered row and a cut tail. What a rewrite of everything leaves intact, a signed checkpoint kept elsewhere finds.
 */
import type { AuditVerification } from '@/lib/contracts/audit';
import { genesisHash, hashRow, type StoredRow } from './canonical';

export interface Verifier {
  /** Rows in the order of their sequence. */
  add(row: StoredRow): void;
  /** `head` is the newest row the writer knows of: an older end is a cut tail. */
  finish(head: { seq: number; hash: string }): AuditVerification;
}

const maxProblems = 100;

export function createVerifier(): Verifier {
  let rows = 0;
  let last = { seq: 0, hash: genesisHash };
  const problems: AuditVerification['problems'] = [];
  const report = (seq: number, kind: AuditVerification['problems'][number]['kind']) => {
    if (problems.length < maxProblems) problems.push({ seq, kind });
  };

  return {
    add(row) {
      rows += 1;
      if (row.seq !== last.seq + 1) report(last.seq + 1, 'missing_row');
      else if (row.prevHash !== last.hash) report(row.seq, 'broken_link');
      if (hashRow(row) !== row.hash) report(row.seq, 'hash_mismatch');
      if (!isJsonObject(row.data)) report(row.seq, 'malformed_row');
      last = { seq: row.seq, hash: row.hash };
    },
    finish(head) {
      if (last.seq !== head.seq || last.hash !== head.hash) report(head.seq, 'head_mismatch');
      return { ok: problems.length === 0, rows, headSeq: last.seq, headHash: last.hash, problems };
    },
  };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
