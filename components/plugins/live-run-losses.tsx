'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { trustImpactQuery } from '@/components/api/trust-queries';
import { InlineError } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';

const namedAtMost = 6;

/** The live runs that lose something by it, and how much they used it: shown before anybody confirms. */
export function LiveRunLosses({
  pluginId,
  change,
}: {
  pluginId: string;
  change: { capabilities: string[] } | { tier: 'restricted' };
}) {
  const { data, error } = useQuery(trustImpactQuery(pluginId, change));
  if (error) return <InlineError error={error} />;
  if (!data) return <p role="status">Looking at the live runs…</p>;
  if (data.runs.length === 0) return <p>No live run loses anything by it.</p>;
  return (
    <div>
      <p>
        <span className="font-medium text-text">
          {plural(data.runs.length, 'live run')} {data.runs.length === 1 ? 'loses' : 'lose'} it at the next call.
        </span>{' '}
        {data.runs.length === 1 ? 'It goes' : 'They go'} on without.
      </p>
      <ul className="mt-2 flex flex-col gap-0.5">
        {data.runs.slice(0, namedAtMost).map((run) => (
          <li key={run.id} className="flex justify-between gap-3">
            <Link href={`/runs/${run.id}`} target="_blank" className="min-w-0 truncate text-text hover:underline">
              {run.title}
            </Link>
            <span className="shrink-0">{callWords(run.callsLastHour)}</span>
          </li>
        ))}
        {data.runs.length > namedAtMost && <li>and {data.runs.length - namedAtMost} more</li>}
      </ul>
    </div>
  );
}

function callWords(calls: number): string {
  return calls === 0 ? 'not used in the last hour' : `${plural(calls, 'call')} in the last hour`;
}
