import Link from 'next/link';
import { LeakBadge } from '@/components/leaks/leak-badge';
import { TierBadge } from '@/components/plugins/tier-badge';
import { Badge } from '@/components/ui/badge';
import { CopyId } from '@/components/ui/copy-button';
import { formatCommand, formatCount, formatUsd } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot, RunStatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { kindWords } from './run-filter';
import { RunAge, TimeLeft } from './time-left';

export const runColumns: readonly Column<Run>[] = [
  {
    id: 'run',
    header: 'Run',
    cell: (run) => (
      <span className="flex min-w-0 items-center gap-2.5">
        <Link
          href={`/runs/${run.id}`}
          prefetch={false}
          className="truncate font-medium hover:underline"
          title={run.title}
        >
          {run.title}
        </Link>
        <LeakBadge runId={run.id} />
        <CopyId id={run.id} className="shrink-0" />
      </span>
    ),
    csv: (run) => run.title,
  },
  {
    id: 'status',
    header: 'Status',
    width: 134,
    cell: (run) => <Status run={run} />,
    csv: (run) => run.status,
  },
  {
    id: 'for',
    header: 'For',
    width: 124,
    hideable: true,
    cell: ({ principal }) => (
      <span title={`${principal.userId} on ${principal.platform}`}>
        {principal.userId} <span className="text-muted">{principal.platform}</span>
      </span>
    ),
    csv: (run) => run.principal.userId,
  },
  {
    id: 'plugin',
    header: 'Plugin',
    width: 150,
    hideable: true,
    wideOnly: true,
    cell: (run) => <PluginCell run={run} />,
    csv: (run) => run.pluginId,
  },
  {
    id: 'project',
    header: 'Project',
    width: 116,
    hideable: true,
    hiddenAtFirst: true,
    wideOnly: true,
    cell: (run) => run.projectId,
    csv: (run) => run.projectId,
  },
  {
    id: 'command',
    header: 'Command',
    width: 76,
    hideable: true,
    wideOnly: true,
    cell: (run) => <CommandCell run={run} />,
    csv: (run) => (run.command ? formatCommand(run.command) : ''),
  },
  {
    id: 'age',
    header: 'Age',
    width: 66,
    align: 'right',
    hideable: true,
    cell: (run) => <RunAge run={run} />,
    csvHeader: 'Started',
    csv: (run) => run.startedAt,
  },
  {
    id: 'left',
    header: 'Time left',
    width: 82,
    hideable: true,
    cell: (run) => <TimeLeft run={run} />,
    csvHeader: 'Expires',
    csv: (run) => run.expiresAt,
  },
  {
    id: 'spent',
    header: 'Spent',
    width: 62,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: (run) => <Amount value={run.budget?.spentUsd ?? 0} text={formatUsd(run.budget?.spentUsd ?? 0)} />,
    csv: (run) => run.budget?.spentUsd ?? 0,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    width: 66,
    align: 'right',
    hideable: true,
    hiddenAtFirst: true,
    wideOnly: true,
    cell: (run) => <Amount value={run.counts.tokens} />,
    csv: (run) => run.counts.tokens,
  },
  {
    id: 'calls',
    header: 'Calls',
    width: 52,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: (run) => <Amount value={run.counts.toolCalls} />,
    csv: (run) => run.counts.toolCalls,
  },
  {
    id: 'refused',
    header: 'Refused',
    width: 66,
    align: 'right',
    hideable: true,
    cell: (run) => <Amount value={run.counts.denied} stopAt={manyRefusals} />,
    csv: (run) => run.counts.denied,
  },
];

/** From here on the number of refusals is worth a look. */
const manyRefusals = 10;

function Amount({
  value,
  text = formatCount(value),
  stopAt = Number.POSITIVE_INFINITY,
}: {
  value: number;
  text?: string;
  stopAt?: number;
}) {
  return <span className={value === 0 ? 'text-muted' : value >= stopAt ? 'text-stop' : undefined}>{text}</span>;
}

/** One that waits for a person says so before it says that it is active. */
function Status({ run }: { run: Run }) {
  if (!isLiveRun(run.status) || run.counts.approvalsPending === 0) return <RunStatusDot status={run.status} />;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Dot tone="wait" />
      <Badge tone="wait">needs approval</Badge>
    </span>
  );
}

function PluginCell({ run: { pluginId, plugin } }: { run: Run }) {
  if (!pluginId) return <span className="text-muted">none</span>;
  return (
    <span title={plugin ? `${printable(pluginId)} ${printable(plugin.version)}` : printable(pluginId)}>
      {printable(pluginId)} {plugin && <TierBadge tier={plugin.tier} />}
    </span>
  );
}

function CommandCell({ run }: { run: Run }) {
  if (!run.command) return <span className="text-muted">{kindWords[run.kind]}</span>;
  const whole = formatCommand(run.command);
  return (
    <code className="text-muted" title={whole}>
      {(run.command[0] ?? '').split('/').at(-1)}
    </code>
  );
}
