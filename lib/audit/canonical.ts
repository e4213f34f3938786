/** The exact text a row's hash covers. Changing it breaks every chain ever written. */
import type { AuditRow } from '@/lib/contracts/audit';
import { sha256Hex } from '@/lib/platform/secrets';

/** `prevHash` of the first row. */
export const genesisHash = '0'.repeat(64);

/** JSON with sorted object keys, no spaces, `undefined` dropped: equal values give equal text (RFC 8785 for what JSON.parse returns). */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  const object = value as Record<string, unknown>;
  let text = '';
  // The order of UTF-16 code units, which `sort` and RFC 8785 share.
  for (const key of Object.keys(object).sort()) {
    const item = object[key];
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

export type StoredRow = Omit<AuditRow, 'data' | 'outcome'> & { outcome: string; data: string };

/** SHA-256, hex, over the version and every column but the hash itself. `data` is covered as the text that is stored. */
export function hashRow(row: Omit<StoredRow, 'hash'>): string {
  return sha256Hex(
    JSON.stringify([
      'gatehouse-audit-1',
      row.seq,
      row.at,
      row.actor,
      row.action,
      row.target,
      row.outcome,
      row.data,
      row.prevHash,
    ]),
  );
}
