'use client';

import { Check, CircleX } from 'lucide-react';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { useRefreshUnlessLive } from '@/components/live/use-refresh-unless-live';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { formatCount, plural, shortId } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { useToast } from '@/components/ui/toast';
import type { RouteResponse } from '@/lib/contracts/routes';
import { isLiveRun } from '@/lib/contracts/run-status';
import type { Run } from '@/lib/contracts/runs';
import { endedWords, impactWords } from './impact';
import { useImpact } from './use-impact';

interface RevokeDialogProps {
  /** Frozen when the dialog was opened: exactly these are revoked. */
  runs: readonly Run[];
  onClose: () => void;
  onDone?: () => void;
}
type Results = RouteResponse<'runs.revokeMany'>['results'];

export function RevokeDialog({ runs, onClose, onDone }: RevokeDialogProps) {
  const toast = useToast();
  const refresh = useRefreshUnlessLive();
  const [live] = useState(() => runs.filter((run) => isLiveRun(run.status)));
  const [results, setResults] = useState<Results | null>(null);
  const what = live.length === 1 ? 'run' : `${formatCount(live.length)} runs`;

  async function revoke(reason: string) {
    const [only] = live;
    if (live.length === 1 && only) {
      const { revoked, tookMs } = await callRoute('runs.revoke', { params: { id: only.id }, body: { reason } });
      toast.show(`Revoked ${only.title}: ended ${endedWords(revoked)} in ${formatCount(Math.round(tookMs))} ms.`);
      refresh(queryKeys.runs());
      onDone?.();
      onClose();
      return;
    }
    const answer = await callRoute('runs.revokeMany', { body: { ids: live.map((run) => run.id), reason } });
    refresh(queryKeys.runs());
    onDone?.();
    setResults(answer.results);
  }

  if (results) return <RevokeResults results={results} runs={live} onClose={onClose} />;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      stayAfterConfirm
      title={`Revoke ${live.length === 1 ? `${live[0]?.title}` : what}?`}
      action={`Revoke ${what}`}
      count={live.length}
      askReason
      onConfirm={revoke}
    >
      <Consequence runs={live} />
    </ConfirmDialog>
  );
}

const namedAtMost = 6;

function Consequence({ runs }: { runs: readonly Run[] }) {
  const [ids] = useState(() => runs.map((run) => run.id));
  const { data } = useImpact(ids);
  return (
    <>
      <p>
        This ends <span className="font-medium text-text">{data ? impactWords(data) : plural(runs.length, 'run')}</span>{' '}
        at once. It cannot be undone.
      </p>
      {runs.length > 1 && (
        <ul className="mt-2 flex flex-col gap-0.5">
          {runs.slice(0, namedAtMost).map((run) => (
            <li key={run.id} className="flex gap-2">
              <span className="truncate text-text">{run.title}</span>
              <code className="shrink-0">{shortId(run.id)}</code>
            </li>
          ))}
          {runs.length > namedAtMost && <li>and {runs.length - namedAtMost} more</li>}
        </ul>
      )}
    </>
  );
}

function RevokeResults({ results, runs, onClose }: { results: Results; runs: readonly Run[]; onClose: () => void }) {
  const done = results.filter((result) => result.ok).length;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${done} of ${plural(results.length, 'run')} revoked`}
      footer={
        <Button data-autofocus tone="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <ul>
        {[...results]
          .sort((a, b) => Number(a.ok) - Number(b.ok))
          .map((result) => (
            <li key={result.runId} className="flex min-h-8 items-center gap-2 border-line border-b py-1">
              <Icon
                of={result.ok ? Check : CircleX}
                className={result.ok ? 'shrink-0 text-muted' : 'shrink-0 text-stop'}
              />
              <span className="min-w-0 flex-1 truncate">
                {runs.find((run) => run.id === result.runId)?.title ?? result.runId}
              </span>
              <span className={result.ok ? 'text-muted' : 'text-stop'}>
                {result.ok ? 'revoked' : (result.error?.message ?? 'refused')}
              </span>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
