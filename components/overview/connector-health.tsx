'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { connectorsQuery } from '@/components/api/trust-queries';
import { formatTook, plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot, type DotTone } from '@/components/ui/status-dot';
import type { Connector, ConnectorStatus } from '@/lib/contracts/connectors';

const tones: Record<ConnectorStatus, DotTone> = { ready: 'live', starting: 'wait', failed: 'stop', disabled: 'hollow' };
const shownAtMost = 6;

/** The connectors in a line each, those with trouble first. */
export function ConnectorHealth() {
  const { data } = useQuery(connectorsQuery());
  if (!data || data.length === 0) return null;
  const shown = data.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status)).slice(0, shownAtMost);
  return (
    <section
      aria-labelledby="health-title"
      className="self-start rounded-lg border border-line bg-panel px-3.5 pt-3 pb-1.5"
    >
      <h2 id="health-title" className="font-semibold">
        Connectors
      </h2>
      <ul>
        {shown.map((connector) => (
          <li key={connector.id} className="flex h-8 items-center gap-2">
            <Dot tone={tones[connector.status]} />
            <Link prefetch={false} href={`/connectors/${connector.id}`} className="min-w-0 truncate hover:underline">
              {printable(connector.name)}
            </Link>
            <span className="ml-auto min-w-0 truncate text-muted">{healthWords(connector)}</span>
          </li>
        ))}
      </ul>
      {data.length > shownAtMost && (
        <Link prefetch={false} href="/connectors" className="block pb-1 text-muted hover:text-text">
          and {data.length - shownAtMost} more
        </Link>
      )}
    </section>
  );
}

const order: readonly ConnectorStatus[] = ['failed', 'starting', 'ready', 'disabled'];

function healthWords({ status, error, health }: Connector): string {
  if (status === 'failed') return error ? `failed: ${printable(error)}` : 'failed';
  if (status !== 'ready') return status;
  const words = [
    health.p95Ms === null ? 'no calls yet' : `p95 ${formatTook(health.p95Ms)}`,
    health.failed > 0 ? `${plural(health.failed, 'call')} failed` : '',
    health.restarts > 0 ? plural(health.restarts, 'restart') : '',
  ];
  return ['ready', ...words.filter(Boolean)].join(', ');
}
