'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { connectorAccessQuery } from '@/components/api/trust-queries';
import { ErrorState } from '@/components/ui/error-state';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { RouteResponse } from '@/lib/contracts/routes';

type Via = RouteResponse<'connectors.access'>['plugins'][number]['via'];

/** The plugins whose runs may call this connector, and what lets them. */
export function AccessTab({ connectorId }: { connectorId: string }) {
  const { data, error, refetch } = useQuery(connectorAccessQuery(connectorId));
  if (!data && error)
    return <ErrorState title="Who may call could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Loading who may call" rows={4} />;
  const words = {
    tier: 'its tier reaches every connector',
    connector: 'was granted connector, which reaches every one',
    grant: `was granted connector:${connectorId}`,
    capabilities: '',
  } satisfies Record<Via, string>;
  return (
    <section aria-label="Who may call" className="max-w-[820px]">
      {data.plugins.length === 0 ? (
        <p className="text-muted">No plugin may call it.</p>
      ) : (
        <ul className="border-line border-t">
          {data.plugins.map((plugin) => (
            <li
              key={plugin.id}
              className="flex min-h-[38px] flex-wrap items-center gap-x-4 gap-y-0.5 border-line border-b px-1 py-1.5"
            >
              <Link
                href={`/plugins/${plugin.id}`}
                prefetch={false}
                className="min-w-0 truncate font-medium hover:underline"
              >
                {printable(plugin.name)}
              </Link>
              <span className="text-muted">
                {plugin.capabilities ? `was granted ${plugin.capabilities.join(', ')}` : words[plugin.via]}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="pt-3 text-muted">
        A run without a plugin may call it too, unless the run was started with a list of connectors that leaves it out.
        Each call still passes the whole gate.{' '}
        <Link href="/plugins" className="text-info underline">
          Grant or revoke
        </Link>
      </p>
    </section>
  );
}
