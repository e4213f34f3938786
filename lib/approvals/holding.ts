/** A call as it begins to wait, and why one may not. */
import type { Approval } from '@/lib/contracts/approvals';
import { toIso } from '@/lib/platform/clock';
import { AppError } from '@/lib/platform/errors';
import { limits } from '@/lib/platform/limits';
import type { HoldRequest } from './held-calls';

export function newApproval(request: HoldRequest, { nowMs, ttlMs }: { nowMs: number; ttlMs: number }): Approval {
  return {
    ...request,
    status: 'pending',
    choice: null,
    requestedAt: toIso(nowMs),
    expiresAt: toIso(nowMs + ttlMs),
    decidedAt: null,
    decidedBy: null,
    reason: null,
  };
}

export function tooManyHeld(): AppError {
  return new AppError('CONNECTOR_RATE_LIMITED', {
    message: `${limits.approvalsPerRun} calls of this run wait for approval already: let operators decide those first.`,
    details: { approvalsPerRun: limits.approvalsPerRun },
  });
}

export function waitsLongEnough(): AppError {
  const hours = limits.approvalMaxMs / 3_600_000;
  return new AppError('BAD_REQUEST', {
    message: `seconds: it waits until ${hours} hours after its request already, which is the longest.`,
  });
}
