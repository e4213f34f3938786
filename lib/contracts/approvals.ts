/** Held calls and who decides them. */
import { z } from 'zod';
import { isoTime, pageQuery, reason } from './common';
import { safetyClasses } from './connectors';

export const approvalStatuses = ['pending', 'approved', 'denied', 'expired', 'cancelled'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];
export const approvalChoices = ['once', 'run', 'deny'] as const;
export type ApprovalChoice = (typeof approvalChoices)[number];

export const approval = z.object({
  id: z.string(),
  runId: z.string(),
  runTitle: z.string(),
  callId: z.string(),
  connectorId: z.string(),
  toolName: z.string(),
  /** Exactly what will be sent. `null` for those who may not see arguments. */
  arguments: z.record(z.string(), z.unknown()).nullable(),
  /** SHA-256 of the canonical arguments, hex: what a decision is bound to. */
  argumentsSha256: z.string(),
  safety: z.enum(safetyClasses),
  /** Why it is held, as a sentence. */
  why: z.string(),
  principal: z.object({ userId: z.string(), platform: z.string() }),
  plugin: z.object({ id: z.string(), version: z.string(), tier: z.string() }).nullable(),
  status: z.enum(approvalStatuses),
  choice: z.enum(approvalChoices).nullable(),
  requestedAt: isoTime,
  expiresAt: isoTime,
  decidedAt: isoTime.nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Approval = z.infer<typeof approval>;

export const listApprovalsQuery = pageQuery.extend({
  status: z.enum(approvalStatuses).optional(),
  runId: z.string().max(64).optional(),
});
export type ListApprovalsQuery = z.infer<typeof listApprovalsQuery>;
export const decisionBody = z.strictObject({ choice: z.enum(approvalChoices), reason: reason.optional() });
export type DecisionBody = z.infer<typeof decisionBody>;
/** Whole seconds to add, one second to one hour. */
export const extendBody = z.strictObject({ seconds: z.number().int().min(1).max(3_600) });
