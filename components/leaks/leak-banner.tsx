'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { leaksQuery } from '@/components/api/trust-queries';
import { useMe } from '@/components/api/use-me';
import { patchLeak } from '@/components/live/patch-leaks';
import { Button, buttonStyles } from '@/components/ui/button';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { ExactTime } from '@/components/ui/time';
import { useToast } from '@/components/ui/toast';
import type { LeakAlert } from '@/lib/contracts/leaks';
import { fateWords, likeWords, sourceWords } from './leak-words';

const shownAtFirst = 3;

/** What a run showed that looks like a secret, until somebody says that they have seen it. Nothing while there is nothing. */
export function LeakBanner({ runId }: { runId: string }) {
  const { data = [] } = useQuery(leaksQuery(runId));
  const [all, setAll] = useState(false);
  if (data.length === 0) return null;
  const shown = all ? data : data.slice(0, shownAtFirst);
  return (
    <section aria-label="Secrets shown" role="alert" className="mt-2.5 rounded-md bg-stop-ground px-3 py-1">
      <ul className="divide-y divide-line">
        {shown.map((alert) => (
          <LeakNote key={alert.id} alert={alert} />
        ))}
      </ul>
      {data.length > shown.length && (
        <Button tone="quiet" size="small" className="my-1" onClick={() => setAll(true)}>
          Show {data.length - shown.length} more
        </Button>
      )}
    </section>
  );
}

function LeakNote({ alert }: { alert: LeakAlert }) {
  const { can } = useMe();
  const { pending, acknowledge } = useAcknowledge(alert);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 py-1.5">
      <p className="min-w-0 flex-1 basis-80">
        <span className="font-medium text-stop">
          <Icon of={KeyRound} size={14} className="mr-2 inline-block align-[-2px]" />
          Something like {likeWords(alert.pattern)} was shown {sourceWords(alert)}
          {alert.count > 1 && `, ${plural(alert.count, 'different one')}`}.
        </span>{' '}
        <span className="text-muted">
          {fateWords(alert)} <ExactTime at={alert.lastAt} />
        </span>
      </p>
      <span className="flex flex-wrap items-center gap-2">
        <WhereLink alert={alert} />
        {can('runs.control') && (
          <Button pending={pending} onClick={() => void acknowledge()}>
            Acknowledge
          </Button>
        )}
      </span>
    </li>
  );
}

function WhereLink({ alert: { runId, callId } }: { alert: LeakAlert }) {
  const { can } = useMe();
  if (callId !== null)
    return (
      <Link href={`/runs/${runId}?tab=calls&call=${callId}`} className={buttonStyles()}>
        Go to the call
      </Link>
    );
  if (!can('recordings.read')) return null;
  return (
    <Link href={`/runs/${runId}?tab=recording`} className={buttonStyles()}>
      Go to the recording
    </Link>
  );
}

function useAcknowledge(alert: LeakAlert) {
  const client = useQueryClient();
  const toast = useToast();
  const [pending, setPending] = useState(false);
  async function acknowledge() {
    setPending(true);
    try {
      patchLeak(client, await callRoute('leaks.acknowledge', { params: { id: alert.id } }));
    } catch (error) {
      toast.showError('The alert is still open.', error);
    } finally {
      setPending(false);
    }
  }
  return { pending, acknowledge };
}
