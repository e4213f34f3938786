'use client';

import { useQuery } from '@tanstack/react-query';
import { callRoute } from '@/components/api/client';
import { actorWords } from '@/components/audit/audit-words';
import { useNames } from '@/components/audit/use-names';
import { endedWords } from '@/components/runs/impact';
import { cn } from '@/components/ui/cn';
import { formatCount, formatDuration } from '@/components/ui/format';
import { runStatusTones } from '@/components/ui/status-dot';
import { ExactTime } from '@/components/ui/time';
import type { RevokeResult, Run } from '@/lib/contracts/runs';

/** Why a run ended, by whom, and after a revoke what that ended. */
export function EndNote({ run, revoked }: { run: Run; revoked: RevokeResult | null }) {
  const stop = runStatusTones[run.status] === 'stop';
  return (
    <div
      role="status"
      className="mt-2.5 flex flex-wrap gap-x-4 gap-y-0.5 rounded-md border border-line bg-sunk px-3 py-2"
    >
      <p className="min-w-0 break-words">
        <span className={cn('font-medium', stop && 'text-stop')}>{endWords(run)}</span>{' '}
        {run.status === 'revoked' && <RevokedBy runId={run.id} />}
      </p>
      {run.endedAt && (
        <p className="text-muted">
          <ExactTime at={run.endedAt} /> after {formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}
        </p>
      )}
      {revoked && (
        <p className="basis-full">
          Ended {endedWords(revoked.revoked)} in {formatCount(Math.round(revoked.tookMs))} ms.
        </p>
      )}
    </div>
  );
}

function endWords(run: Run): string {
  const exit = run.signal ?? (run.exitCode === null ? null : `code ${run.exitCode}`);
  const reason = run.endReason ? `: ${run.endReason}` : '';
  switch (run.status) {
    case 'revoked':
      return `Revoked${reason}`;
    case 'completed':
      return exit ? `Exited with ${exit}` : `Completed${reason}`;
    case 'failed':
      return exit && !run.endReason ? `Exited with ${exit}` : `Failed${reason}`;
    case 'expired':
      return `Its time was over${run.endReason && run.endReason !== 'Its time was over.' ? reason : ''}`;
    case 'budget_exceeded':
      return `Went over its budget${reason}`;
    default:
      return run.status;
  }
}

/** Who did it is on the record, not on the run. */
function RevokedBy({ runId }: { runId: string }) {
  const { data } = useQuery({
    queryKey: ['runs', 'revoked-by', runId],
    queryFn: ({ signal }) =>
      callRoute('audit.list', { query: { target: runId, action: 'run.revoke', limit: 1 }, signal }),
    select: ({ items }) => items[0]?.actor,
  });
  const names = useNames();
  return data ? <span className="text-muted">by {actorWords(data, names)}</span> : null;
}
