'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { rowsOf } from '@/components/api/queries';
import { relayInstancesQuery } from '@/components/api/relay-queries';
import { healthWords, relayTones, sortInstances } from '@/components/relay/relay-words';
import { plural } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Dot } from '@/components/ui/status-dot';

const shownAtMost = 6;
const everyInstance = {};

/** The newest relay instances in a line each: those where something waits, those that live, then the others. */
export function RelayHealth() {
  const { data, hasNextPage } = useInfiniteQuery(relayInstancesQuery(everyInstance));
  const rows = rowsOf(data);
  if (rows.length === 0) return null;
  const shown = sortInstances(sortInstances(rows, 'status'), 'waiting').slice(0, shownAtMost);
  const waiting = rows.reduce((events, { buffer }) => events + buffer.events, 0);
  return (
    <section
      aria-labelledby="relay-title"
      className="self-start rounded-lg border border-line bg-panel px-3.5 pt-3 pb-1.5"
    >
      <div className="flex items-baseline gap-2">
        <h2 id="relay-title" className="font-semibold">
          Relay
        </h2>
        <p className="text-muted">
          {rows.filter(({ status }) => status === 'live').length} live
          {waiting > 0 && `, ${plural(waiting, 'event')} waiting`}
        </p>
      </div>
      <ul>
        {shown.map((instance) => (
          <li key={instance.id} className="flex h-8 items-center gap-2">
            <Dot tone={relayTones[instance.status]} />
            <Link
              prefetch={false}
              href={`/relay/${encodeURIComponent(instance.id)}`}
              className="min-w-0 truncate hover:underline"
            >
              {printable(instance.gatewayId)}
            </Link>
            <span className="ml-auto min-w-0 truncate text-muted">{healthWords(instance)}</span>
          </li>
        ))}
      </ul>
      {rows.length > shownAtMost && (
        <Link prefetch={false} href="/relay" className="block pb-1 text-muted hover:text-text">
          and {rows.length - shownAtMost}
          {hasNextPage && '+'} more
        </Link>
      )}
    </section>
  );
}
