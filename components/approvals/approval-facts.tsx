'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { pluginQuery, runQuery } from '@/components/api/queries';
import { actorWords } from '@/components/audit/audit-words';
import { useNames } from '@/components/audit/use-names';
import { TierBadge } from '@/components/plugins/tier-badge';
import { joinWords, plural, shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { Approval } from '@/lib/contracts/approvals';
import type { PluginGrant } from '@/lib/contracts/plugins';

/** Who asks, for whom, by what right, and what it did so far. */
export function ApprovalFacts({ approval }: { approval: Approval }) {
  const { data: run } = useQuery(runQuery(approval.runId));
  const { principal, plugin } = approval;
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5">
      <Fact term="Run">
        <Link
          prefetch={false}
          href={`/runs/${approval.runId}?tab=calls&call=${approval.callId}`}
          className="font-medium hover:underline"
        >
          {printable(approval.runTitle)}
        </Link>{' '}
        <code className="text-muted" title={approval.runId}>
          {shortId(approval.runId)}
        </code>
      </Fact>
      <Fact term="For">
        {printable(principal.userId)} <span className="text-muted">on {printable(principal.platform)}</span>
      </Fact>
      <Fact term="Plugin">
        {plugin ? <PluginWords plugin={plugin} connectorId={approval.connectorId} /> : 'none, bounded by its own list'}
      </Fact>
      {run && (
        <Fact term="So far">
          this run:{' '}
          {joinWords(
            [
              plural(run.counts.toolCalls, 'call'),
              run.counts.denied > 0 ? `${plural(run.counts.denied, 'refusal')}` : '',
            ].filter(Boolean),
          )}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function PluginWords({ plugin, connectorId }: { plugin: NonNullable<Approval['plugin']>; connectorId: string }) {
  const { data } = useQuery(pluginQuery(plugin.id));
  const grant = data?.grants.find(
    ({ capability }) => capability === `connector:${connectorId}` || capability === 'connector',
  );
  return (
    <>
      <Link prefetch={false} href={`/plugins/${encodeURIComponent(plugin.id)}`} className="font-medium hover:underline">
        {printable(plugin.id)}
      </Link>{' '}
      {printable(plugin.version)} <TierBadge tier={plugin.tier} />{' '}
      {grant ? <GrantWords grant={grant} /> : plugin.tier !== 'restricted' && 'its tier reaches every connector'}
    </>
  );
}

function GrantWords({ grant }: { grant: PluginGrant }) {
  const names = useNames();
  return (
    <>
      granted <code>{printable(grant.capability)}</code> by {actorWords(grant.by, names)},{' '}
      <RelativeTime at={grant.at} />
      {grant.reason && `: “${printable(grant.reason)}”`}
    </>
  );
}
