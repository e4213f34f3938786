import { Countdown } from '@/components/approvals/countdown';
import type { Names } from '@/components/audit/audit-words';
import { formatTook } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { ExactTime } from '@/components/ui/time';
import type { Approval } from '@/lib/contracts/approvals';
import type { ToolCall } from '@/lib/contracts/calls';
import { decisionOf } from './call-words';

/** What the table knows beside the calls: names of who decided, and until when what is held may wait. */
export interface CallContext {
  names: Names;
  held: ReadonlyMap<string, Approval>;
}

export function callColumns(context: CallContext): readonly Column<ToolCall>[] {
  return [
    {
      id: 'time',
      header: 'Time',
      width: 118,
      cell: (call) => <ExactTime at={call.at} precise date="never" className="font-mono text-hint text-muted" />,
      csv: (call) => call.at,
    },
    {
      id: 'call',
      header: 'Call',
      cell: (call) => <CallName call={call} />,
      csv: (call) => `${call.connectorId} ${call.toolName}`,
    },
    {
      id: 'decision',
      header: 'Decision',
      width: 210,
      cell: (call) => <Decision call={call} context={context} />,
      csv: (call) => decisionOf(call, context.names).words,
    },
    {
      id: 'took',
      header: 'Took',
      width: 76,
      align: 'right',
      cell: (call) => call.tookMs !== null && formatTook(call.tookMs),
      csvHeader: 'Took ms',
      csv: (call) => call.tookMs,
    },
  ];
}

export function CallName({ call }: { call: Pick<ToolCall, 'connectorId' | 'toolName'> }) {
  // Whoever asked was refused before what was asked was looked at.
  if (call.connectorId === '') return <span className="text-muted">not known</span>;
  return (
    <span title={printable(`${call.connectorId} ${call.toolName}`)}>
      <span className="text-muted">{printable(call.connectorId)}</span>{' '}
      <span className="font-medium">{printable(call.toolName)}</span>
    </span>
  );
}

export function Decision({ call, context }: { call: ToolCall; context: CallContext }) {
  const { tone, words } = decisionOf(call, context.names);
  const held = call.status === 'held' ? context.held.get(call.id) : undefined;
  return (
    <span className="inline-flex items-center gap-1.5" title={words}>
      <StatusDot tone={tone}>{words}</StatusDot>
      {held && <Countdown approval={held} />}
    </span>
  );
}

/** A call in two lines, for a phone. */
export function CallCompact({ call, context }: { call: ToolCall; context: CallContext }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate">
          <CallName call={call} />
        </span>
        <ExactTime at={call.at} precise date="never" className="font-mono text-hint text-muted" />
      </span>
      <span className="flex items-center gap-2 text-muted">
        <span className="min-w-0 flex-1 truncate">
          <Decision call={call} context={context} />
        </span>
        {call.tookMs !== null && formatTook(call.tookMs)}
      </span>
    </span>
  );
}
