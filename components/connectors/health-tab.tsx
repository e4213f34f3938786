'use client';

import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { connectorStderrQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { InlineError } from '@/components/ui/error-state';
import { formatCount } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { ScrollText } from '@/components/ui/scroll-text';
import { RelativeTime } from '@/components/ui/time';
import type { Connector } from '@/lib/contracts/connectors';
import { formatMs } from './connector-words';

/** How its calls went since the server started, and what it printed. */
export function HealthTab({ connector }: { connector: Connector }) {
  const { can } = useMe();
  const { health, transport } = connector;
  return (
    <div className="flex flex-col gap-5">
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-5">
        <Figure term="Calls">{formatCount(health.calls)}</Figure>
        <Figure term="Failed" stop={health.failed > 0}>
          {formatCount(health.failed)}
        </Figure>
        <Figure term="Half within">{formatMs(health.p50Ms)}</Figure>
        <Figure term="95 % within">{formatMs(health.p95Ms)}</Figure>
        <Figure term="Restarts">{formatCount(health.restarts)}</Figure>
      </dl>
      {health.lastError && (
        <p className="break-words">
          <span className="text-muted">
            Last error, <RelativeTime at={health.lastError.at} />:
          </span>{' '}
          <span className="text-stop">{printable(health.lastError.message)}</span>
        </p>
      )}
      {transport.kind === 'stdio' && can('settings.manage') && <Stderr connectorId={connector.id} />}
    </div>
  );
}

function Figure({ term, stop = false, children }: { term: string; stop?: boolean; children: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-panel px-3 py-2.5">
      <dt className="text-muted">{term}</dt>
      <dd className={cn('text-figure', stop && 'text-stop')}>{children}</dd>
    </div>
  );
}

/** Written by a program nobody here vouches for: it is shown as text, with what would act made visible. */
function Stderr({ connectorId }: { connectorId: string }) {
  const { data, error, isFetching, refetch } = useQuery(connectorStderrQuery(connectorId));
  return (
    <section aria-label="What it printed">
      <div className="flex items-center justify-between pb-2">
        <h2 className="font-medium">
          What it printed <span className="font-normal text-muted">stderr, the last 64 KiB</span>
        </h2>
        <Button tone="quiet" size="small" pending={isFetching} onClick={() => void refetch()}>
          <Icon of={RotateCw} size={13} /> Read again
        </Button>
      </div>
      <InlineError error={error} />
      {data && (
        <ScrollText
          label="stderr"
          className="max-h-[420px] bg-sunk"
          text={data.text === '' ? 'Nothing.' : printable(data.text, { keepNewlines: true })}
        />
      )}
    </section>
  );
}
