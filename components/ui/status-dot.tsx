import type { RunStatus } from '@/lib/contracts/run-status';
import { cn } from './cn';

export type DotTone = 'live' | 'wait' | 'stop' | 'info' | 'hollow';

const toneClasses: Record<DotTone, string> = {
  live: 'bg-live',
  wait: 'bg-wait',
  stop: 'bg-stop',
  info: 'bg-info',
  hollow: 'border-[1.5px] border-faint',
};

export function Dot({ tone, className }: { tone: DotTone; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn('inline-block size-[7px] shrink-0 rounded-full', toneClasses[tone], className)}
    />
  );
}

/** A dot always has its word: colour alone says nothing to some people. */
export function StatusDot({ tone, children, className }: { tone: DotTone; children: string; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Dot tone={tone} />
      {children}
    </span>
  );
}

export const runStatusTones: Record<RunStatus, DotTone> = {
  starting: 'wait',
  active: 'live',
  completed: 'hollow',
  failed: 'stop',
  expired: 'hollow',
  revoked: 'stop',
  budget_exceeded: 'stop',
};
export const runStatusWords: Record<RunStatus, string> = {
  starting: 'starting',
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  expired: 'expired',
  revoked: 'revoked',
  budget_exceeded: 'over budget',
};

export function RunStatusDot({ status, className }: { status: RunStatus; className?: string }) {
  return (
    <StatusDot tone={runStatusTones[status]} className={className}>
      {runStatusWords[status]}
    </StatusDot>
  );
}
