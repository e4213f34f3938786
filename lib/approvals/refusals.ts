/** What somebody is told who decides on what is decided. */
import type { Approval } from '@/lib/contracts/approvals';
import { AppError } from '@/lib/platform/errors';

const words = { approved: 'approved', denied: 'denied', cancelled: 'cancelled' } as const;

export function decidedAlready(approval: Approval): AppError {
  const { id, status, choice, decidedBy, decidedAt, reason } = approval;
  if (status === 'expired' || status === 'pending') {
    return new AppError('APPROVAL_EXPIRED', {
      status: 410,
      message: 'Nobody decided in time, so the call was denied. The agent may ask again.',
      details: { approvalId: id, expiresAt: approval.expiresAt },
    });
  }
  const message =
    status === 'cancelled'
      ? `This call does not wait any more: ${reason ?? 'it was cancelled.'}`
      : `${decidedBy ?? 'Somebody'} ${words[status]} this already.`;
  return new AppError('ALREADY_DECIDED', {
    message,
    details: { approvalId: id, status, choice, decidedBy, decidedAt },
  });
}
