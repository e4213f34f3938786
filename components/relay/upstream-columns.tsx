import { formatCount } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot, StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import { RelativeTime } from '@/components/ui/time';
import type { RelayUpstream } from '@/lib/contracts/relay-upstreams';
import { RowToggle } from './row-toggle';
import { handlerWords, upstreamNote, upstreamTones } from './upstream-words';
import type { OpenRows } from './use-open-rows';

export function upstreamColumns(open: OpenRows): readonly Column<RelayUpstream>[] {
  return [
    {
      id: 'upstream',
      header: 'Upstream',
      width: 180,
      cell: ({ id }) => (
        <RowToggle id={id} open={open}>
          <span className="truncate font-medium">{id}</span>
        </RowToggle>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      width: 118,
      cell: ({ status }) => (
        <StatusDot tone={upstreamTones[status]} className={status === 'disabled' ? 'text-muted' : undefined}>
          {status}
        </StatusDot>
      ),
    },
    {
      id: 'connector',
      header: 'Connector',
      cell: (upstream) => <ConnectorCell upstream={upstream} />,
    },
    {
      id: 'command',
      header: 'Answers with',
      width: 190,
      hideable: true,
      wideOnly: true,
      cell: (upstream) => <code title={handlerWords(upstream)}>{handlerWords(upstream)}</code>,
    },
    {
      id: 'sessions',
      header: 'Sessions',
      width: 86,
      align: 'right',
      hideable: true,
      cell: ({ sessions }) => <Amount value={sessions} />,
    },
    {
      id: 'dropped',
      header: 'Dropped',
      width: 84,
      align: 'right',
      hideable: true,
      cell: ({ dropped }) => <Amount value={dropped} />,
    },
    {
      id: 'since',
      header: 'Since',
      width: 96,
      align: 'right',
      hideable: true,
      cell: ({ since }) => <RelativeTime at={since} className="text-muted" />,
    },
  ];
}

/** Where it dials; or why nobody answers there. */
function ConnectorCell({ upstream }: { upstream: RelayUpstream }) {
  const note = upstreamNote(upstream);
  return (
    <span title={note === null ? printable(upstream.url) : printable(note)}>
      <code>{printable(upstream.url)}</code>
      {note !== null && (
        <span className={upstream.status === 'error' ? 'text-stop' : 'text-muted'}> {printable(note)}</span>
      )}
    </span>
  );
}

function Amount({ value }: { value: number }) {
  return <span className={value === 0 ? 'text-muted' : undefined}>{formatCount(value)}</span>;
}

/** An upstream in two lines, for a phone. */
export function UpstreamCompact({ upstream }: { upstream: RelayUpstream }) {
  const note = upstreamNote(upstream);
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={upstreamTones[upstream.status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{upstream.id}</span>
        <span className="text-muted">{upstream.status}</span>
      </span>
      <span className="truncate pl-[15px] text-muted">{note === null ? printable(upstream.url) : printable(note)}</span>
    </span>
  );
}
