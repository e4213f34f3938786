import Link from 'next/link';
import { formatCount } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot, StatusDot } from '@/components/ui/status-dot';
import type { Column } from '@/components/ui/table-columns';
import type { Connector } from '@/lib/contracts/connectors';
import { connectorTones, formatMs, transportKindWords, transportWords } from './connector-words';

export const connectorColumns: readonly Column<Connector>[] = [
  {
    id: 'connector',
    header: 'Connector',
    width: 230,
    cell: (connector) => (
      <span className="flex items-baseline gap-2">
        <Link
          href={`/connectors/${connector.id}`}
          prefetch={false}
          title={printable(connector.name)}
          className="truncate font-medium hover:underline"
        >
          {printable(connector.name)}
        </Link>
        {connector.name !== connector.id && <code className="shrink-0 text-muted">{connector.id}</code>}
      </span>
    ),
    csv: (connector) => connector.id,
  },
  {
    id: 'status',
    header: 'Status',
    width: 104,
    cell: (connector) => (
      <span title={connector.error && printable(connector.error)}>
        <StatusDot tone={connectorTones[connector.status]}>{connector.status}</StatusDot>
      </span>
    ),
    csv: (connector) => connector.status,
  },
  {
    id: 'tools',
    header: 'Tools',
    width: 150,
    cell: ({ tools }) => <ToolCounts tools={tools} />,
    csv: ({ tools }) => tools.length,
  },
  {
    id: 'reached',
    header: 'Reached by',
    hideable: true,
    cell: ({ transport }) => (
      <span title={printable(transportWords(transport))} className="text-muted">
        {transportKindWords[transport.kind]} <code>{printable(transportWords(transport))}</code>
      </span>
    ),
    csv: ({ transport }) => transportWords(transport) || transportKindWords[transport.kind],
  },
  {
    id: 'calls',
    header: 'Calls',
    width: 76,
    align: 'right',
    hideable: true,
    cell: ({ health }) => formatCount(health.calls),
    csv: ({ health }) => health.calls,
  },
  {
    id: 'failed',
    header: 'Failed',
    width: 76,
    align: 'right',
    hideable: true,
    cell: ({ health }) => (
      <span
        title={health.lastError ? printable(health.lastError.message) : undefined}
        className={health.failed > 0 ? 'text-stop' : 'text-muted'}
      >
        {formatCount(health.failed)}
      </span>
    ),
    csv: ({ health }) => health.failed,
  },
  {
    id: 'p50',
    header: 'p50',
    width: 84,
    align: 'right',
    hideable: true,
    cell: ({ health }) => formatMs(health.p50Ms),
    csv: ({ health }) => health.p50Ms,
  },
  {
    id: 'p95',
    header: 'p95',
    width: 84,
    align: 'right',
    hideable: true,
    wideOnly: true,
    cell: ({ health }) => formatMs(health.p95Ms),
    csv: ({ health }) => health.p95Ms,
  },
];

function ToolCounts({ tools }: Pick<Connector, 'tools'>) {
  const waiting = tools.filter(({ approval }) => approval === 'confirm').length;
  return (
    <>
      {tools.length}
      {waiting > 0 && <span className="text-muted">, {waiting} held for approval</span>}
    </>
  );
}

/** A connector in two lines, for a phone. */
export function ConnectorCompact({ connector }: { connector: Connector }) {
  const { health } = connector;
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <Dot tone={connectorTones[connector.status]} />
        <span className="min-w-0 flex-1 truncate font-medium">{printable(connector.name)}</span>
        <span className="text-muted">{connector.status}</span>
      </span>
      <span className="truncate pl-[15px] text-muted">
        {connector.tools.length} tools · {formatCount(health.calls)} calls
        {health.failed > 0 && <span className="text-stop"> · {formatCount(health.failed)} failed</span>}
        {health.p50Ms !== null && ` · ${formatMs(health.p50Ms)}`}
      </span>
    </span>
  );
}
