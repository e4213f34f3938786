'use client';

import { useQuery } from '@tanstack/react-query';
import { MessagesSquare } from 'lucide-react';
import Link from 'next/link';
import { relayInstanceQuery } from '@/components/api/relay-queries';
import { useMe } from '@/components/api/use-me';
import { buttonStyles } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import type { Run } from '@/lib/contracts/runs';
import { instanceHref } from './relay-links';

/** Whose session with which gateway the run is, and the way to where it talks. */
export function SessionTab({ run }: { run: Run }) {
  const { 'relay.instance': instanceId, 'relay.upstream': upstreamId } = run.tags;
  return (
    <section aria-label="Session" className="flex flex-col items-start gap-4">
      <p className="max-w-[80ch] text-muted">
        {upstreamId === undefined
          ? 'The run is what one person and a gateway do together. It goes on in the gateway; what it may do is decided here. Revoking it ends its token, and closes the chat to the gateway until the person writes again.'
          : 'The run answers one conversation that a connector delivered to this server. Its author was resolved there.'}
      </p>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
        {instanceId !== undefined && <InstanceFact id={instanceId} />}
        {upstreamId !== undefined && (
          <>
            <dt className="text-muted">Upstream</dt>
            <dd>
              <Link href="/relay?section=upstreams" prefetch={false} className="hover:underline">
                {printable(upstreamId)}
              </Link>
            </dd>
          </>
        )}
        <dt className="text-muted">Person</dt>
        <dd>
          <Person run={run} /> <span className="text-muted">on {printable(run.principal.platform)}</span>
        </dd>
        {factsOf(run).map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="min-w-0">
              <CopyId id={value} full />
            </dd>
          </div>
        ))}
      </dl>
      {instanceId !== undefined && (
        <Link href={instanceHref(run.tags, run.principal.platform)} prefetch={false} className={buttonStyles()}>
          <Icon of={MessagesSquare} size={14} />
          {run.principal.platform === 'console' ? 'Open the conversation' : 'Open the instance'}
        </Link>
      )}
    </section>
  );
}

/** Their page is for those who may see it. */
function Person({ run: { principal } }: { run: Run }) {
  const { can } = useMe();
  const name = printable(principal.userId);
  if (!can('settings.manage')) return <>{name}</>;
  const search = new URLSearchParams({ platform: principal.platform });
  return (
    <Link
      href={`/identities/${encodeURIComponent(principal.userId)}?${search}`}
      prefetch={false}
      className="hover:underline"
    >
      {name}
    </Link>
  );
}

function InstanceFact({ id }: { id: string }) {
  const { data } = useQuery(relayInstanceQuery(id));
  return (
    <>
      <dt className="text-muted">Gateway</dt>
      <dd>
        <Link href={`/relay/${encodeURIComponent(id)}`} prefetch={false} className="font-medium hover:underline">
          {printable(data?.gatewayId ?? id)}
        </Link>
      </dd>
    </>
  );
}

function factsOf({ tags }: Run): [string, string][] {
  const named = [
    ['Chat', tags['relay.chat']],
    ['Scope', tags['relay.scope']],
    ['Session', tags['relay.session']],
  ] as const;
  return named.flatMap(([term, value]): [string, string][] => (value ? [[term, value]] : []));
}
