import { z } from 'zod';
import { isoTime, pageQuery } from './common';

export const auditOutcomes = ['ok', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One row of the record. `hash` is SHA-256 over the canonical row, `prevHash` the hash of row `seq - 1`. */
export const auditRow = z.object({
  seq: z.number().int(),
  at: isoTime,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(auditOutcomes),
  data: z.record(z.string(), z.unknown()),
  prevHash: z.string(),
  hash: z.string(),
});
export type AuditRow = z.infer<typeof auditRow>;

const filterFields = {
  actor: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  target: z.string().max(200).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
  q: z.string().max(200).optional(),
};
export const listAuditQuery = pageQuery.extend(filterFields);
export type ListAuditQuery = z.infer<typeof listAuditQuery>;
export const exportAuditQuery = z.strictObject({ ...filterFields, format: z.enum(['jsonl', 'csv']).default('jsonl') });
export type ExportAuditQuery = z.infer<typeof exportAuditQuery>;

export const auditProblemKinds = [
  'hash_mismatch',
  'broken_link',
  'missing_row',
  'malformed_row',
  'head_mismatch',
] as const;
export const auditVerification = z.object({
  ok: z.boolean(),
  rows: z.number().int(),
  headSeq: z.number().int(),
  headHash: z.string(),
  problems: z.array(z.object({ seq: z.number().int(), kind: z.enum(auditProblemKinds) })),
});
export type AuditVerification = z.infer<typeof auditVerification>;
