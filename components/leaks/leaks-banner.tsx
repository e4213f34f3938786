'use client';

import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import Link from 'next/link';
import { leaksQuery } from '@/components/api/trust-queries';
import { buttonStyles } from '@/components/ui/button';
import { plural } from '@/components/ui/format';
import { Icon } from '@/components/ui/icon';
import { printable } from '@/components/ui/printable';
import { RelativeTime } from '@/components/ui/time';
import type { LeakAlert } from '@/lib/contracts/leaks';
import { byRun, likeAllWords } from './leak-words';

const runsShown = 3;

/** Runs that showed something like a secret, the newest first. Nothing at all while none did. */
export function LeaksBanner() {
  const { data = [] } = useQuery(leaksQuery());
  const runs = byRun(data);
  if (runs.length === 0) return null;
  const more = runs.length - runsShown;
  return (
    <section aria-label="Secrets shown" className="mb-3 rounded-lg bg-stop-ground px-4 py-1.5">
      <ul className="divide-y divide-line">
        {runs.slice(0, runsShown).map((alerts) => (
          <RunLine key={alerts[0]?.runId} alerts={alerts} />
        ))}
      </ul>
      {more > 0 && <p className="py-1.5 text-muted">and {plural(more, 'more run')}</p>}
    </section>
  );
}

function RunLine({ alerts }: { alerts: readonly LeakAlert[] }) {
  const [newest] = alerts;
  if (!newest) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-1.5">
      <Icon of={KeyRound} size={16} className="text-stop" />
      <p className="min-w-0 flex-1 break-words">
        <span className="font-semibold">
          “{printable(newest.runTitle)}” showed something like {likeAllWords(alerts)}.
        </span>{' '}
        <span className="text-muted">
          <RelativeTime at={newest.lastAt} />
        </span>
      </p>
      <Link href={`/runs/${newest.runId}`} className={buttonStyles()}>
        Look
      </Link>
    </li>
  );
}
