'use client';

import { CircleX, ShieldCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { cn } from '@/components/ui/cn';
import { InlineError } from '@/components/ui/error-state';
import { formatCount, formatDuration, plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { IconButton } from '@/components/ui/icon-button';
import { Spinner } from '@/components/ui/spinner';
import { ExactTime } from '@/components/ui/time';
import { useNow } from '@/components/ui/use-now';
import type { AuditVerification } from '@/lib/contracts/audit';
import type { useVerification, Verification, VerificationResult } from './use-verification';
import { WholeHash } from './whole-hash';

/** What the verification does or found. Says nothing until one was asked for. */
export function VerificationPanel({ verification, stop, clear }: ReturnType<typeof useVerification>) {
  if (!verification || verification.status === 'idle') return null;
  const { status, data, error } = verification;
  const bad = status === 'error' || data?.result.ok === false;
  return (
    <section
      aria-label="Verification"
      className={cn(
        'mt-3 flex items-start gap-3 rounded-lg border bg-panel px-4 py-3',
        bad ? 'border-stop/60' : 'border-line',
      )}
    >
      <div role="status" className="min-w-0 flex-1">
        {status === 'pending' && <Checking startedAtMs={verification.submittedAt} />}
        {status === 'error' && <InlineError error={error} />}
        {data && <Result {...data} startedAtMs={verification.submittedAt} />}
      </div>
      {status === 'pending' ? (
        <Button size="small" onClick={stop}>
          Stop
        </Button>
      ) : (
        <IconButton label="Dismiss" onClick={clear} className="-mt-1 -mr-2">
          <Icon of={X} />
        </IconButton>
      )}
    </section>
  );
}

function Checking({ startedAtMs }: { startedAtMs: Verification['submittedAt'] }) {
  const now = useNow('second');
  return (
    <p className="flex items-center gap-2">
      <Spinner /> Reading every row, its hash and its link to the row before.
      <span aria-hidden="true" className="text-muted">
        {now === null ? '' : formatDuration(now - startedAtMs)}
      </span>
    </p>
  );
}

const problemWords: Record<AuditVerification['problems'][number]['kind'], string> = {
  hash_mismatch: 'was changed after it was written',
  broken_link: 'does not follow from the row before it',
  missing_row: 'is missing',
  malformed_row: 'cannot be read',
  head_mismatch: 'is not the newest row that was written',
};

function Result({ result, startedAtMs, finishedAtMs }: VerificationResult & { startedAtMs: number }) {
  const { ok, rows, headSeq, headHash, problems } = result;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-start gap-2 font-medium">
        <Icon of={ok ? ShieldCheck : CircleX} className={cn('mt-px shrink-0', ok ? 'text-live' : 'text-stop')} />
        {ok
          ? `The record is whole: ${plural(rows, 'row')}, each with the right hash and link.`
          : `The record was tampered with or damaged: ${plural(problems.length, 'problem')} in ${plural(rows, 'row')}.`}
      </p>
      {problems.length > 0 && (
        <ul className="max-h-56 overflow-y-auto pl-[23px]">
          {problems.map((problem) => (
            <li key={`${problem.seq} ${problem.kind}`} className="py-0.5">
              Row <code>{formatCount(problem.seq)}</code> {problemWords[problem.kind]}.
            </li>
          ))}
        </ul>
      )}
      <dl className="flex flex-wrap gap-x-6 gap-y-1 pl-[23px] text-muted">
        <Entry term="Head">
          <code>{formatCount(headSeq)}</code>
        </Entry>
        <Entry term="Hash">
          <WholeHash hash={headHash} />
        </Entry>
        <Entry term="Checked">
          <ExactTime at={new Date(finishedAtMs).toISOString()} /> in {tookWords(finishedAtMs - startedAtMs)}
        </Entry>
      </dl>
      {ok && (
        <p className="pl-[23px] text-hint text-muted">
          Keep the head's number and hash elsewhere: as long as they are found again, nothing before them was rewritten.
        </p>
      )}
    </div>
  );
}

function tookWords(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : formatDuration(ms);
}

function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-2">
      <dt>{term}</dt>
      <dd className="min-w-0 text-text">{children}</dd>
    </div>
  );
}
