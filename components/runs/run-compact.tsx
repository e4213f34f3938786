import { LeakBadge } from '@/components/leaks/leak-badge';
import { formatCommand, plural, shortId } from '@/components/ui/format';
import { Dot, runStatusTones, runStatusWords } from '@/components/ui/status-dot';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { RunAge, TimeLeft } from './time-left';

/** A run in two lines, for a phone. */
export function RunCompact({ run }: { run: Run }) {
  const waits = isLiveRun(run.status) && run.counts.approvalsPending > 0;
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={waits ? 'wait' : runStatusTones[run.status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{run.title}</span>
        <TimeLeft run={run} />
      </span>
      <span className="flex items-center gap-2 truncate pl-[15px] text-muted">
        <LeakBadge runId={run.id} />
        <span className="truncate">
          {waits ? 'needs approval' : runStatusWords[run.status]} · {run.principal.userId} · <RunAge run={run} />
          {run.counts.denied > 0 && ` · ${plural(run.counts.denied, 'refusal')}`} ·{' '}
          <code>{run.command ? formatCommand(run.command) : shortId(run.id)}</code>
        </span>
      </span>
    </span>
  );
}
