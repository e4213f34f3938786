'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { deadLettersQuery } from '@/components/api/trust-queries';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { ErrorState } from '@/components/ui/error-state';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { SkeletonRows } from '@/components/ui/skeleton';
import { RelativeTime } from '@/components/ui/time';
import { useToast } from '@/components/ui/toast';
import type { DeadLetter } from '@/lib/contracts/tools-queue';

interface Act {
  kind: 'replay' | 'discard';
  letter: DeadLetter;
}

/** Calls that no worker could begin, for an admin to make again or to let go. */
export function DeadLetters({ count }: { count: number }) {
  const { data, error, refetch } = useQuery(deadLettersQuery());
  const [act, setAct] = useState<Act | null>(null);
  if (!data && error)
    return <ErrorState title="The dead letters could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Loading the dead letters" rows={3} />;
  const hidden = Math.max(0, count - data.items.length);
  return (
    <section aria-label="Dead letters" className="flex flex-col gap-2">
      <h2 className="font-medium">
        Dead letters <span className="font-normal text-muted">{data.items.length === 0 ? 'none' : count}</span>
      </h2>
      <p className="text-muted">
        Calls that no worker could begin in three attempts, and entries of the queue that none could read. None of them
        was run.
      </p>
      {data.items.length > 0 && (
        <ul className="border-line border-t">
          {data.items.map((letter) => (
            <LetterRow key={letter.id} letter={letter} onAct={(kind) => setAct({ kind, letter })} />
          ))}
        </ul>
      )}
      {hidden > 0 && data.nextCursor !== null && <p className="text-muted">And {plural(hidden, 'older one')}.</p>}
      {act && <ActDialog act={act} onClose={() => setAct(null)} />}
    </section>
  );
}

function LetterRow({ letter, onAct }: { letter: DeadLetter; onAct: (kind: Act['kind']) => void }) {
  const { tool, callId, runId, reason, at, times } = letter;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-1 py-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{tool === null ? 'unreadable entry' : printable(tool)}</span>
          {runId !== null && (
            <Link href={`/runs/${encodeURIComponent(runId)}`} prefetch={false} className="text-info hover:underline">
              {printable(runId)}
            </Link>
          )}
          {callId !== null && <code className="text-muted">{printable(callId)}</code>}
          <span className="text-muted">
            <RelativeTime at={at} />, tried {times === 1 ? 'once' : `${times} times`}
          </span>
        </p>
        <p className="break-words text-stop">{printable(reason)}</p>
      </div>
      <div className="flex items-center gap-2">
        {callId !== null && (
          <Button size="small" onClick={() => onAct('replay')}>
            <Icon of={RotateCw} size={13} /> Replay…
          </Button>
        )}
        <Button size="small" tone="quiet" onClick={() => onAct('discard')}>
          <Icon of={Trash2} size={13} /> Discard…
        </Button>
      </div>
    </li>
  );
}

function ActDialog({ act: { kind, letter }, onClose }: { act: Act; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const what = letter.tool === null ? 'this entry' : printable(letter.tool);
  const changed = () => client.invalidateQueries({ queryKey: queryKeys.deadLetters });

  async function replay() {
    const { callId, status } = await callRoute('deadLetters.replay', { params: { id: letter.id } });
    toast.show(status === 'pending' ? `${callId} waits for an operator.` : `The call was made again: ${callId}.`);
    await changed();
  }
  async function discard() {
    await callRoute('deadLetters.discard', { params: { id: letter.id } });
    toast.show('The dead letter was discarded.');
    await changed();
  }
  if (kind === 'replay')
    return (
      <ConfirmDialog open onClose={onClose} title={`Replay ${what}?`} action="Replay the call" onConfirm={replay}>
        <p>
          The call is made again for its run and its principal, through the whole gate as things are now. It is refused
          when the run or its token has ended. Whoever made it was told that it failed.
        </p>
      </ConfirmDialog>
    );
  return (
    <ConfirmDialog open onClose={onClose} title={`Discard ${what}?`} action="Discard" onConfirm={discard}>
      <p>The dead letter is deleted and cannot be replayed any more. The call stays on the record of its run.</p>
    </ConfirmDialog>
  );
}
