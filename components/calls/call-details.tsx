'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { callQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { identityHref } from '@/components/identities/identity-words';
import { Badge } from '@/components/ui/badge';
import { CopyId } from '@/components/ui/copy-button';
import { ErrorState } from '@/components/ui/error-state';
import { formatBytes, formatCount, shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { Skeleton } from '@/components/ui/skeleton';
import { StatusDot } from '@/components/ui/status-dot';
import type { ToolCall } from '@/lib/contracts/calls';
import { hasTerminal, type Run } from '@/lib/contracts/runs';
import { ArgumentsView } from './arguments-view';
import { type CallContext, Decision } from './call-columns';
import { CallSteps } from './call-steps';
import { CallWayOut } from './call-way-out';
import { decisionOf, messageOf } from './call-words';
import { readableResult } from './readable-arguments';
import { SafetyBadge } from './safety-badge';

interface CallDetailsProps {
  id: string;
  /** The same call from the list, while its own answer is on its way. */
  known: ToolCall | undefined;
  run: Run;
  context: CallContext;
}

/** One call: what became of it, the way out, its path, and what was sent and came back. */
export function CallDetails({ id, known, run, context }: CallDetailsProps) {
  const query = useQuery({ ...callQuery(id), placeholderData: known });
  const call = query.data;
  if (!call && query.error)
    return <ErrorState title="The call could not be loaded" error={query.error} onRetry={() => void query.refetch()} />;
  if (!call) {
    return (
      <div role="status" aria-label="Loading the call" className="flex flex-col gap-3">
        <Skeleton className="h-5 w-48" />
        <Skeleton className="w-full" />
        <Skeleton className="h-56" />
      </div>
    );
  }
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        {call.code ? (
          <Badge tone={decisionOf(call).tone === 'stop' ? 'stop' : 'plain'}>{printable(call.code)}</Badge>
        ) : (
          <Decision call={call} context={context} />
        )}
        {call.safety && <SafetyBadge safety={call.safety} />}
        <CopyId id={call.id} className="ml-auto" />
      </div>
      <p className="break-words">{messageOf(call)}</p>
      <CallWayOut call={call} />
      <CallSteps steps={call.steps} />
      <CallFacts call={call} run={run} context={context} />
      <Payload call={call} loading={query.isPlaceholderData} />
    </div>
  );
}

function CallFacts({ call, run, context }: { call: ToolCall; run: Run; context: CallContext }) {
  const { can } = useMe();
  const seconds = Math.max(0, (Date.parse(call.at) - Date.parse(run.startedAt)) / 1000 - 1);
  const decision = decisionOf(call, context.names);
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
      {call.code && (
        <Fact term="Decision">
          <StatusDot tone={decision.tone}>{decision.words}</StatusDot>
        </Fact>
      )}
      <Fact term="For">
        <Principal call={call} /> <span className="text-muted">on {printable(call.principal.platform)}</span>
        {call.traceId && <span className="text-muted"> (trace {printable(call.traceId)})</span>}
      </Fact>
      {call.claimed && (
        <Fact term="Claimed">
          <span className="text-wait">{claimWords(call.claimed)}</span>{' '}
          <span className="text-muted">in the request; it counted for nothing</span>
        </Fact>
      )}
      <Fact term="Token">
        <code title={call.tokenId}>{shortId(call.tokenId)}</code>{' '}
        <span className="text-muted">by {viaWords[call.via]}</span>
      </Fact>
      {call.approvalId && (
        <Fact term="Approval">
          <Link prefetch={false} href={`/approvals/${call.approvalId}`} className="text-info underline">
            {shortId(call.approvalId)}
          </Link>
        </Fact>
      )}
      {call.auditSeq !== null && (
        <Fact term="Record">
          <Link
            prefetch={false}
            href={`/audit?${new URLSearchParams({ target: call.id, row: String(call.auditSeq) })}`}
            className="text-info underline"
          >
            row {formatCount(call.auditSeq)}
          </Link>
        </Fact>
      )}
      {hasTerminal(run) && can('recordings.read') && (
        <Fact term="Recording">
          <Link
            prefetch={false}
            href={`/runs/${run.id}?tab=recording&t=${seconds.toFixed(1)}`}
            className="text-info underline"
          >
            at this moment
          </Link>
        </Fact>
      )}
    </dl>
  );
}

/** What the request said of itself and the record did not: "userId mallory, guildId g2". */
function claimWords(claimed: Record<string, string>): string {
  return printable(
    Object.entries(claimed)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
}

function Principal({ call: { principal } }: { call: ToolCall }) {
  const { can } = useMe();
  const name = printable(principal.userId);
  if (!can('settings.manage')) return <>{name}</>;
  return (
    <Link prefetch={false} href={identityHref(principal)} className="text-info underline">
      {name}
    </Link>
  );
}

const viaWords: Record<ToolCall['via'], string> = { http: 'HTTP', mcp: 'MCP', rpc: 'JSON-RPC', queue: 'queue' };

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Payload({ call, loading }: { call: ToolCall; loading: boolean }) {
  const { can } = useMe();
  const maySee = can('calls.arguments');
  const kept = call.arguments !== null || call.result !== null;
  if (maySee && loading && !kept) return <Skeleton className="h-16" />;
  return (
    <>
      {call.arguments !== null && <ArgumentsView key={`${call.id} sent`} label="Arguments" value={call.arguments} />}
      {call.result !== null && (
        <ArgumentsView
          key={`${call.id} answered`}
          label={call.outputBytes === null ? 'Result' : `Result, ${formatBytes(call.outputBytes)}`}
          value={call.result}
          read={readableResult}
        />
      )}
      <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-hint text-muted">
        {call.argumentsSha256 && (
          <span className="flex min-w-0 items-center gap-1.5">
            sha256 <CopyId id={call.argumentsSha256} full className="[&>span]:max-w-[16ch]" />
          </span>
        )}
        <span>
          {maySee && !kept ? 'arguments and result are not kept any more' : 'arguments visible to auditors and admins'}
        </span>
      </p>
    </>
  );
}
