'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { hasErrorCode } from '@/components/api/api-error';
import { approvalQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import { actorWords } from '@/components/audit/audit-words';
import { useNames } from '@/components/audit/use-names';
import { ArgumentsView } from '@/components/calls/arguments-view';
import { SafetyBadge } from '@/components/calls/safety-badge';
import { Button } from '@/components/ui/button';
import { CopyId } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { printable } from '@/components/ui/printable';
import { Skeleton } from '@/components/ui/skeleton';
import { Dot } from '@/components/ui/status-dot';
import { ExactTime } from '@/components/ui/time';
import type { Approval } from '@/lib/contracts/approvals';
import { ApprovalFacts } from './approval-facts';
import { approvalTones, callName, decisionWords } from './approval-words';
import { Countdown } from './countdown';

interface ApprovalDetailProps {
  id: string;
  /** The same approval from the list, while its own answer is on its way. */
  known: Approval | undefined;
  extending: boolean;
  onExtend: (approval: Approval) => void;
  onBack: () => void;
  /** The buttons that decide it, for whoever may, while it waits. */
  buttons: (approval: Approval) => ReactNode;
}

export function ApprovalDetail({ id, known, extending, onExtend, onBack, buttons }: ApprovalDetailProps) {
  const { can } = useMe();
  const query = useQuery({ ...approvalQuery(id), placeholderData: known });
  const approval = query.data;
  if (!approval) {
    if (hasErrorCode(query.error, 'APPROVAL_NOT_FOUND'))
      return (
        <EmptyState
          icon={SearchX}
          title="There is no such approval"
          action={<Button onClick={onBack}>All approvals</Button>}
        >
          No call was held under <code className="break-all">{printable(id)}</code>. Check that it was copied whole.
        </EmptyState>
      );
    if (query.error)
      return (
        <ErrorState title="The approval could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
      );
    return <DetailSkeleton />;
  }
  const pending = approval.status === 'pending';
  const canDecide = can('runs.control');
  return (
    <article aria-label={callName(approval)} className="flex min-w-0 flex-col gap-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <IconButton label="Back to the list" onClick={onBack} className="-ml-2 md:hidden">
          <Icon of={ArrowLeft} />
        </IconButton>
        <h2 className="min-w-0 break-words font-semibold text-[16px] leading-6">{callName(approval)}</h2>
        <SafetyBadge safety={approval.safety} />
        {pending && (
          <div className="ml-auto flex items-center gap-3 max-md:ml-0 max-md:basis-full max-md:justify-between">
            <p className="text-muted">
              denied automatically in <Countdown approval={approval} className="font-semibold text-text" />
            </p>
            {canDecide && (
              <Button tone="quiet" aria-keyshortcuts="E" pending={extending} onClick={() => onExtend(approval)}>
                Extend 5 min
              </Button>
            )}
          </div>
        )}
      </header>
      {!pending && <Outcome approval={approval} />}
      <ApprovalFacts approval={approval} />
      <HeldArguments approval={approval} loading={query.isPlaceholderData} />
      <p className="rounded-md border border-line bg-sunk px-3 py-2">
        <span className="text-muted">Why it asks:</span> {printable(approval.why)}
      </p>
      {pending && !canDecide && (
        <p className="text-muted">Operators and admins decide. You see it here as soon as one has.</p>
      )}
      {pending && canDecide && buttons(approval)}
    </article>
  );
}

function Outcome({ approval }: { approval: Approval }) {
  const names = useNames();
  return (
    <div role="status" className="flex flex-col gap-0.5 rounded-md border border-line bg-sunk px-3 py-2">
      <p className="flex flex-wrap items-center gap-x-2">
        <Dot tone={approvalTones[approval.status]} />
        <span className="font-medium first-letter:uppercase">{decisionWords(approval)}</span>
        {approval.decidedBy && <span>by {actorWords(approval.decidedBy, names)}</span>}
        {approval.decidedAt && <ExactTime at={approval.decidedAt} className="text-muted" />}
      </p>
      {approval.reason && <p className="break-words">“{printable(approval.reason)}”</p>}
      {approval.status === 'expired' && <p className="text-muted">Nobody decided in time, and silence denies.</p>}
    </div>
  );
}

function HeldArguments({ approval, loading }: { approval: Approval; loading: boolean }) {
  const { can } = useMe();
  const label = approval.status === 'pending' ? 'Exactly these arguments will be sent' : 'Arguments';
  if (approval.arguments === null) {
    if (loading && can('held.arguments')) return <Skeleton className="h-24" />;
    return (
      <section aria-label="Arguments" className="rounded-md border border-line border-dashed px-3 py-2.5 text-muted">
        {can('held.arguments')
          ? 'The arguments are not kept any more.'
          : 'The arguments are not for your role: operators, auditors and admins see them.'}
        <Digest sha256={approval.argumentsSha256} />
      </section>
    );
  }
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <ArgumentsView key={approval.id} label={label} value={approval.arguments} />
      <Digest sha256={approval.argumentsSha256} />
    </div>
  );
}

/** A decision is bound to it: other arguments would be another call. */
function Digest({ sha256 }: { sha256: string }) {
  return (
    <p className="flex min-w-0 items-center gap-1.5 text-hint text-muted">
      sha256 <CopyId id={sha256} full className="[&>span]:max-w-[20ch]" />
    </p>
  );
}

function DetailSkeleton() {
  return (
    <div role="status" aria-label="Loading the approval" className="flex flex-col gap-4">
      <Skeleton className="h-5 w-56" />
      <Skeleton className="w-80 max-w-full" />
      <Skeleton className="w-72 max-w-full" />
      <Skeleton className="h-32" />
    </div>
  );
}
