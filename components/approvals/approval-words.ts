import { printable } from '@/components/ui/printable';
import type { DotTone } from '@/components/ui/status-dot';
import type { Approval, ApprovalStatus } from '@/lib/contracts/approvals';

export const approvalTones: Record<ApprovalStatus, DotTone> = {
  pending: 'wait',
  approved: 'live',
  denied: 'stop',
  expired: 'hollow',
  cancelled: 'hollow',
};
export const approvalStatusWords: Record<ApprovalStatus, string> = {
  pending: 'waiting',
  approved: 'approved',
  denied: 'denied',
  expired: 'expired',
  cancelled: 'cancelled',
};
/** The twin of the contract's list without `pending`, whose schemas stay out of the first load. */
export const decidedStatuses = ['approved', 'denied', 'expired', 'cancelled'] as const satisfies ApprovalStatus[];

/** "files write_file": both names come from a connector and are hostile text. */
export function callName({ connectorId, toolName }: Pick<Approval, 'connectorId' | 'toolName'>): string {
  return `${printable(connectorId)} ${printable(toolName)}`;
}

/** "approved for this run", "denied", "expired". */
export function decisionWords(approval: Pick<Approval, 'status' | 'choice'>): string {
  if (approval.status !== 'approved') return approvalStatusWords[approval.status];
  return approval.choice === 'run' ? 'approved for this run' : 'approved once';
}

/** The one that has waited longest first, so that nothing moves while somebody decides. */
export function byAge(a: Approval, b: Approval): number {
  return a.requestedAt.localeCompare(b.requestedAt) || a.id.localeCompare(b.id);
}
